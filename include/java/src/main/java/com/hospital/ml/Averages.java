package com.hospital.ml;

import java.util.Set;

/** Averages the features of one class over the matrices of one aggregation; one matrix is its own average. */
final class Averages {
  private final FeatureClass featureClass;
  private final double[] sums;
  private final int[] defined;
  private boolean empty = true;

  Averages(FeatureClass featureClass) {
    this.featureClass = featureClass;
    this.sums = new double[featureClass.measures().size()];
    this.defined = new int[sums.length];
  }

  /** Adds one matrix that is not empty: its features in the order of the class, NaN where undefined. */
  void add(double[] values) {
    empty = false;
    for (int i = 0; i < sums.length; i++) {
      if (!Double.isNaN(values[i])) {
        sums[i] += values[i];
        defined[i]++;
      }
    }
  }

  /** Writes each feature's mean over the matrices where it is defined, or NULL with its reason. */
  void write(Levels levels, Aggregation aggregation, FeatureValues out) {
    if (empty) {
      out.setUndefined(featureClass, aggregation, Reason.NO_NEIGHBOURS);
      return;
    }
    for (Definition definition : featureClass.measures()) {
      int i = definition.ordinal();
      if (defined[i] > 0) {
        out.set(definition, aggregation, sums[i] / defined[i]);
      } else {
        out.setUndefined(definition, aggregation, whyUndefined(levels));
      }
    }
  }

  /** Everything wanted of a class is NULL; aggregations that the class does not have are passed over. */
  static void refuse(FeatureClass featureClass, Set<Aggregation> wanted, Reason why, FeatureValues out) {
    for (Aggregation aggregation : featureClass.aggregations()) {
      if (wanted.contains(aggregation)) {
        out.setUndefined(featureClass, aggregation, why);
      }
    }
  }

  private static Reason whyUndefined(Levels levels) {
    short first = 0;
    for (short level : levels.values()) {
      if (first == 0) {
        first = level;
      } else if (level != 0 && level != first) {
        return Reason.ZERO_DENOMINATOR;
      }
    }
    return Reason.FLAT_REGION;
  }
}
