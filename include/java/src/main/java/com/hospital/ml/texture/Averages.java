package com.hospital.ml.texture;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.reason.Reason;
import java.util.Set;

/** Averages the features of one class over the matrices of one aggregation; one matrix is its own average. */
final class Averages {
  private final Definition[] definitions;
  private final double[] sums;
  private final int[] defined;
  private boolean empty = true;

  /** Of all {@code definitions} of a class, in order. */
  Averages(Definition[] definitions) {
    this.definitions = definitions;
    this.sums = new double[definitions.length];
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
      out.setUndefined(definitions, aggregation, Reason.NO_NEIGHBOURS);
      return;
    }
    for (Definition definition : definitions) {
      int i = definition.ordinal();
      if (defined[i] > 0) {
        out.set(definition, aggregation, sums[i] / defined[i]);
      } else {
        out.setUndefined(definition, aggregation, whyUndefined(levels));
      }
    }
  }

  /** Everything wanted of a class is NULL; aggregations that the class does not have are passed over. */
  static void refuse(Definition[] ofClass, Set<Aggregation> wanted, Reason why, FeatureValues out) {
    for (Aggregation aggregation : ofClass[0].featureClass().aggregations()) {
      if (wanted.contains(aggregation)) {
        out.setUndefined(ofClass, aggregation, why);
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
