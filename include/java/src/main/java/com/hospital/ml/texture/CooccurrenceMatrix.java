package com.hospital.ml.texture;

import com.hospital.ml.levels.Levels;
import java.util.Arrays;

/**
 * How often a voxel of level i has a neighbour of level j in one direction: IBSI 3.6 before it is made
 * symmetric. Row and column 0 are kept, so that a neighbour outside the region needs no branch; they do
 * not belong to the matrix.
 */
final class CooccurrenceMatrix {
  private final int[] counts;
  private final int stride;

  /** An empty matrix of {@code levels} rows. */
  CooccurrenceMatrix(int levels) {
    stride = levels + 1;
    counts = new int[stride * stride];
  }

  void clear() {
    Arrays.fill(counts, 0);
  }

  /** Counts the voxels of the slices from {@code first} to before {@code end}. */
  void count(Levels levels, int direction, int first, int end) {
    short[] values = levels.values();
    int slice = levels.px() * levels.py();
    for (int voxel = first * slice; voxel < end * slice; voxel++) {
      int level = values[voxel];
      if (level != 0) {
        counts[level * stride + values[voxel + direction]]++;
      }
    }
  }

  /**
   * Merges another matrix of as many rows into this.
   *
   * @throws ArithmeticException when a count exceeds an int
   */
  void add(CooccurrenceMatrix other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Math.addExact(counts[i], other.counts[i]);
    }
  }

  /** Pairs of neighbours. */
  long pairs() {
    long pairs = 0;
    for (int i = 1; i < stride; i++) {
      for (int j = 1; j < stride; j++) {
        pairs += counts[i * stride + j];
      }
    }
    return pairs;
  }

  /** The element of the symmetric matrix: both directions, so that two voxels of one level count twice. */
  long symmetric(int i, int j) {
    return (long) counts[i * stride + j] + counts[j * stride + i];
  }
}
