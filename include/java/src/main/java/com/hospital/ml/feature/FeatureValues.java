package com.hospital.ml.feature;

import com.hospital.ml.reason.Reason;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The outcome of one region: a value, or NULL and its reason, for each feature that was asked for. */
public final class FeatureValues {
  private final Map<Feature, Double> values = new HashMap<>();
  private final SortedMap<Feature, Reason> reasons = new TreeMap<>();
  private Reason ofAll;

  /** No feature has a value, for one reason. */
  public static FeatureValues none(Reason reason) {
    FeatureValues empty = new FeatureValues();
    empty.ofAll = reason;
    return empty;
  }

  /** Sets a feature of a class without aggregation; see {@link #set(Definition, Aggregation, double)}. */
  public void set(Definition definition, double value) {
    set(definition, Aggregation.NONE, value);
  }

  /** A value that is not finite becomes NULL with {@link Reason#NOT_FINITE}. */
  public void set(Definition definition, Aggregation aggregation, double value) {
    if (!Double.isFinite(value)) {
      setUndefined(definition, aggregation, Reason.NOT_FINITE);
      return;
    }
    Feature feature = new Feature(definition, aggregation);
    values.put(feature, value);
    reasons.remove(feature);
  }

  /** A ratio; NULL with {@link Reason#ZERO_DENOMINATOR} when there is nothing to divide by. */
  public void setRatio(Definition definition, double numerator, double denominator) {
    if (denominator == 0) {
      setUndefined(definition, Reason.ZERO_DENOMINATOR);
    } else {
      set(definition, numerator / denominator);
    }
  }

  public void setUndefined(Definition definition, Reason why) {
    setUndefined(definition, Aggregation.NONE, why);
  }

  public void setUndefined(Definition definition, Aggregation aggregation, Reason why) {
    Feature feature = new Feature(definition, aggregation);
    values.remove(feature);
    reasons.put(feature, why);
  }

  /** All features of a class, of one aggregation, are NULL. */
  public void setUndefined(Definition[] ofClass, Aggregation aggregation, Reason why) {
    for (Definition definition : ofClass) {
      setUndefined(definition, aggregation, why);
    }
  }

  /** The value, or null. */
  public Double get(Feature feature) {
    return values.get(feature);
  }

  public Double get(Definition definition) {
    return get(definition, Aggregation.NONE);
  }

  public Double get(Definition definition, Aggregation aggregation) {
    return get(new Feature(definition, aggregation));
  }

  /** {@code OK} when at least one feature has a value, else {@code NULL}. */
  public String status() {
    return values.isEmpty() ? "NULL" : "OK";
  }

  /** Why everything is NULL, or else the first in {@link Reason}'s order; null when no feature is NULL. */
  public Reason reason() {
    return ofAll == null ? reasons.values().stream().min(Reason::compareTo).orElse(null) : ofAll;
  }

  /** Column to reason of each feature that was tried and is NULL; empty when all are, for one reason. */
  public Map<String, String> nullReasons() {
    Map<String, String> found = new LinkedHashMap<>();
    reasons.forEach((feature, why) -> found.put(feature.column(), why.name()));
    return found;
  }
}
