package com.hospital.ml.texture;

import com.hospital.ml.levels.Levels;
import java.util.Arrays;

/** A neighbourhood grey tone difference matrix (IBSI 3.10) and its features. */
final class NeighbourDifferences {
  /** One more than the neighbours that a voxel can have in space. */
  private static final int NUMBERS = 27;

  private final int levels;
  private final int[] voxels;

  /**
   * For voxels of level i with c neighbours, at i * 27 + c: the sum of |c i - sum of the neighbours|. Whole
   * numbers, so that a sum of differences is 0 only when each is.
   */
  private final long[] differences;

  /** An empty matrix of {@code levels} rows. */
  NeighbourDifferences(int levels) {
    this.levels = levels;
    voxels = new int[levels + 1];
    differences = new long[(levels + 1) * NUMBERS];
  }

  void clear() {
    Arrays.fill(voxels, 0);
    Arrays.fill(differences, 0);
  }

  /** Adds slice {@code z}; {@code around} holds {@link NeighbourSums} that include the voxel itself. */
  void count(Levels region, int z, int[] around) {
    short[] values = region.values();
    int first = z * around.length;
    for (int i = 0; i < around.length; i++) {
      int level = values[first + i];
      if (level != 0) {
        int others = around[i] - NeighbourSums.packed(level);
        int number = NeighbourSums.number(others);
        if (number > 0) {
          voxels[level]++;
          differences[level * NUMBERS + number] += Math.abs(number * level - NeighbourSums.sum(others));
        }
      }
    }
  }

  boolean isEmpty() {
    for (int count : voxels) {
      if (count != 0) {
        return false;
      }
    }
    return true;
  }

  /** The features in the order of {@link Ngtdm.Measure}, NaN where undefined; not for an empty matrix. */
  double[] features() {
    int[] present = presentLevels();
    double[] difference = new double[present.length];
    double total = 0;
    double differenceSum = 0;
    double weighted = 0;
    for (int a = 0; a < present.length; a++) {
      difference[a] = difference(present[a]);
      total += voxels[present[a]];
      differenceSum += difference[a];
      weighted += voxels[present[a]] * difference[a];
    }
    double products = 0;
    double busyness = 0;
    double complexity = 0;
    double strength = 0;
    for (int a = 0; a < present.length; a++) {
      int i = present[a];
      for (int b = 0; b < a; b++) {
        int j = present[b];
        double apart = i - j;
        double both = (double) voxels[i] + voxels[j];
        products += apart * apart * voxels[i] * voxels[j];
        busyness += Math.abs((long) i * voxels[i] - (long) j * voxels[j]);
        complexity += apart * (voxels[i] * difference[a] + voxels[j] * difference[b]) / both;
        strength += both * apart * apart;
      }
    }
    // each pair of levels stands for (i, j) and (j, i)
    double pairs = (double) present.length * (present.length - 1);
    double[] values = new double[Ngtdm.Measure.values().length];
    values[Ngtdm.Measure.COARSENESS.ordinal()] = ratio(total, weighted);
    values[Ngtdm.Measure.CONTRAST.ordinal()] =
        ratio(2 * products * differenceSum, total * total * total * pairs);
    values[Ngtdm.Measure.BUSYNESS.ordinal()] = ratio(weighted, 2 * busyness);
    values[Ngtdm.Measure.COMPLEXITY.ordinal()] = 2 * complexity / total;
    values[Ngtdm.Measure.STRENGTH.ordinal()] = ratio(2 * strength, total * differenceSum);
    return values;
  }

  private static double ratio(double numerator, double denominator) {
    return denominator == 0 ? Double.NaN : numerator / denominator;
  }

  /** s_i: the sum of |i - mean of the neighbours| over the voxels of one level. */
  private double difference(int level) {
    double sum = 0;
    for (int number = 1; number < NUMBERS; number++) {
      sum += (double) differences[level * NUMBERS + number] / number;
    }
    return sum;
  }

  private int[] presentLevels() {
    int[] present = new int[levels];
    int n = 0;
    for (int level = 1; level <= levels; level++) {
      if (voxels[level] > 0) {
        present[n++] = level;
      }
    }
    return Arrays.copyOf(present, n);
  }
}
