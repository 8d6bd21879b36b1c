package com.hospital.ml.feature;

import com.hospital.ml.reason.Reason;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The outcome of one region: a value, or NULL and its reason, for each feature that was asked for. */
public final class FeatureValues {
  private static final int AGGREGATIONS = Aggregation.values().length;

  /** By class, then aggregation; null where nothing was set. Arrays: a map costs a small region its time. */
  private final Row[] rows = new Row[FeatureClass.values().length * AGGREGATIONS];

  private Reason ofAll;

  /** The features of one class and aggregation, by the ordinal of their definition. */
  private static final class Row {
    private final Aggregation aggregation;

    /** Null where nothing was set. */
    private Definition[] definitions = new Definition[32];

    private double[] values = new double[definitions.length];

    /** Null where there is a value. */
    private Reason[] reasons = new Reason[definitions.length];

    Row(Aggregation aggregation) {
      this.aggregation = aggregation;
    }

    void set(Definition definition, double value, Reason why) {
      int at = definition.ordinal();
      if (at >= definitions.length) {
        definitions = Arrays.copyOf(definitions, 2 * at);
        values = Arrays.copyOf(values, 2 * at);
        reasons = Arrays.copyOf(reasons, 2 * at);
      }
      definitions[at] = definition;
      values[at] = value;
      reasons[at] = why;
    }

    boolean hasValue(int at) {
      return at < definitions.length && definitions[at] != null && reasons[at] == null;
    }
  }

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
    row(definition, aggregation).set(definition, value, Double.isFinite(value) ? null : Reason.NOT_FINITE);
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
    row(definition, aggregation).set(definition, Double.NaN, why);
  }

  /** All features of a class, of one aggregation, are NULL. */
  public void setUndefined(Definition[] ofClass, Aggregation aggregation, Reason why) {
    for (Definition definition : ofClass) {
      setUndefined(definition, aggregation, why);
    }
  }

  /** The value, or null. */
  public Double get(Feature feature) {
    return get(feature.definition(), feature.aggregation());
  }

  public Double get(Definition definition) {
    return get(definition, Aggregation.NONE);
  }

  public Double get(Definition definition, Aggregation aggregation) {
    Row row = rows[place(definition, aggregation)];
    int at = definition.ordinal();
    return row != null && row.hasValue(at) ? row.values[at] : null;
  }

  /** {@code OK} when at least one feature has a value, else {@code NULL}. */
  public String status() {
    for (Row row : rows) {
      for (int at = 0; row != null && at < row.definitions.length; at++) {
        if (row.hasValue(at)) {
          return "OK";
        }
      }
    }
    return "NULL";
  }

  /** Why everything is NULL, or else the first in {@link Reason}'s order; null when no feature is NULL. */
  public Reason reason() {
    Reason first = ofAll;
    for (Row row : rows) {
      for (int at = 0; row != null && at < row.reasons.length; at++) {
        Reason one = row.reasons[at];
        first = one != null && (first == null || one.compareTo(first) < 0) ? one : first;
      }
    }
    return first;
  }

  /** Column to reason of each feature that was tried and is NULL; empty when all are, for one reason. */
  public Map<String, String> nullReasons() {
    Map<String, String> found = new LinkedHashMap<>();
    for (Row row : rows) {
      for (int at = 0; row != null && at < row.reasons.length; at++) {
        if (row.reasons[at] != null) {
          found.put(new Feature(row.definitions[at], row.aggregation).column(), row.reasons[at].name());
        }
      }
    }
    return found;
  }

  private static int place(Definition definition, Aggregation aggregation) {
    return definition.featureClass().ordinal() * AGGREGATIONS + aggregation.ordinal();
  }

  /** Made when its first feature is set, which refuses an aggregation that the class does not have. */
  private Row row(Definition definition, Aggregation aggregation) {
    int place = place(definition, aggregation);
    if (rows[place] == null) {
      rows[place] = new Row(new Feature(definition, aggregation).aggregation());
    }
    return rows[place];
  }
}
