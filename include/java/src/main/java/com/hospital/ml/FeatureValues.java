package com.hospital.ml;

import java.util.LinkedHashMap;
import java.util.Map;

/** The outcome of one region: a value, or NULL and its reason, for each feature that was asked for. */
final class FeatureValues {
  private final double[] values = new double[FeatureTable.size()];
  private final boolean[] present = new boolean[values.length];
  private final Reason[] reasons = new Reason[values.length];
  private Reason ofAll;

  /** No feature has a value, for one reason. */
  static FeatureValues none(Reason reason) {
    FeatureValues empty = new FeatureValues();
    empty.ofAll = reason;
    return empty;
  }

  /** Sets a feature of a class without aggregation; see {@link #set(Definition, Aggregation, double)}. */
  void set(Definition definition, double value) {
    set(definition, Aggregation.NONE, value);
  }

  /** A value that is not finite becomes NULL with {@link Reason#NOT_FINITE}. */
  void set(Definition definition, Aggregation aggregation, double value) {
    if (!Double.isFinite(value)) {
      setUndefined(definition, aggregation, Reason.NOT_FINITE);
      return;
    }
    int index = FeatureTable.of(definition, aggregation).index();
    values[index] = value;
    present[index] = true;
    reasons[index] = null;
  }

  /** A ratio; NULL with {@link Reason#ZERO_DENOMINATOR} when there is nothing to divide by. */
  void setRatio(Definition definition, double numerator, double denominator) {
    if (denominator == 0) {
      setUndefined(definition, Reason.ZERO_DENOMINATOR);
    } else {
      set(definition, numerator / denominator);
    }
  }

  void setUndefined(Definition definition, Reason why) {
    setUndefined(definition, Aggregation.NONE, why);
  }

  void setUndefined(Definition definition, Aggregation aggregation, Reason why) {
    int index = FeatureTable.of(definition, aggregation).index();
    values[index] = 0;
    present[index] = false;
    reasons[index] = why;
  }

  /** All features of a class, of one aggregation, are NULL. */
  void setUndefined(FeatureClass featureClass, Aggregation aggregation, Reason why) {
    for (Definition definition : featureClass.measures()) {
      setUndefined(definition, aggregation, why);
    }
  }

  /** The value, or null. */
  Double get(Feature feature) {
    return present[feature.index()] ? values[feature.index()] : null;
  }

  Double get(Definition definition) {
    return get(FeatureTable.of(definition));
  }

  Double get(Definition definition, Aggregation aggregation) {
    return get(FeatureTable.of(definition, aggregation));
  }

  /** {@code OK} when at least one feature has a value, else {@code NULL}. */
  String status() {
    for (boolean one : present) {
      if (one) {
        return "OK";
      }
    }
    return "NULL";
  }

  /** Why everything is NULL, or else the first in {@link Reason}'s order; null when no feature is NULL. */
  Reason reason() {
    Reason first = ofAll;
    for (Reason one : reasons) {
      if (one != null && (first == null || one.compareTo(first) < 0)) {
        first = one;
      }
    }
    return first;
  }

  /** Column to reason of each feature that was tried and is NULL; empty when all are, for one reason. */
  Map<String, String> nullReasons() {
    Map<String, String> found = new LinkedHashMap<>();
    for (Feature feature : FeatureTable.all()) {
      if (reasons[feature.index()] != null) {
        found.put(feature.column(), reasons[feature.index()].name());
      }
    }
    return found;
  }
}
