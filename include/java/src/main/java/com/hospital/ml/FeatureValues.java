package com.hospital.ml;

import java.util.Arrays;
import java.util.List;

/** The outcome of one region: a value or NULL for each feature, and the reason of the NULLs. */
final class FeatureValues {
  private final double[] values = new double[FeatureTable.values().length];
  private final boolean[] present = new boolean[values.length];
  private Reason reason;

  /** No feature has a value, for one reason. */
  static FeatureValues none(Reason reason) {
    FeatureValues empty = new FeatureValues();
    empty.reason = reason;
    return empty;
  }

  /** A value that is not finite becomes NULL with {@link Reason#NOT_FINITE}. */
  void set(FeatureTable feature, double value) {
    if (!Double.isFinite(value)) {
      setUndefined(feature, Reason.NOT_FINITE);
      return;
    }
    values[feature.ordinal()] = value;
    present[feature.ordinal()] = true;
  }

  /** A ratio; NULL with {@link Reason#ZERO_DENOMINATOR} when there is nothing to divide by. */
  void setRatio(FeatureTable feature, double numerator, double denominator) {
    if (denominator == 0) {
      setUndefined(feature, Reason.ZERO_DENOMINATOR);
    } else {
      set(feature, numerator / denominator);
    }
  }

  /** The feature is NULL. One reason is kept a region: the first in the order of {@link Reason}. */
  void setUndefined(FeatureTable feature, Reason why) {
    values[feature.ordinal()] = 0;
    present[feature.ordinal()] = false;
    if (reason == null || why.compareTo(reason) < 0) {
      reason = why;
    }
  }

  void setUndefined(List<FeatureTable> features, Reason why) {
    features.forEach(feature -> setUndefined(feature, why));
  }

  /** The value, or null. */
  Double get(FeatureTable feature) {
    return present[feature.ordinal()] ? values[feature.ordinal()] : null;
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

  /** Why some feature is NULL; null when none is. */
  Reason reason() {
    return reason;
  }

  @Override
  public String toString() {
    return status() + " " + reason + " " + Arrays.toString(values);
  }
}
