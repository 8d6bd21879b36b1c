package com.hospital.ml.texture;

import java.util.Arrays;

/**
 * A matrix of counts: how many runs, zones or dependences have a grey level and a size (length, voxels,
 * distance, dependences + 1), both from 1. Sizes up to a bound stand in a table that grows with the largest
 * one met; larger ones, of which a region has few, in a list: no memory goes to sizes that do not occur.
 */
final class SizeCounts {
  private final int stride;
  private final int tabled;
  private int[] table;
  private long[] large = {};
  private int largeCount;
  private long voxels;

  /**
   * The cells that are not 0, in order of size, then level.
   *
   * @param levels grey level of each cell; sizes and counts likewise
   * @param voxels voxels that the things lie in, once for each matrix that was added
   */
  record Cells(int[] levels, int[] sizes, int[] counts, long voxels) {}

  /**
   * An empty matrix.
   *
   * @param levels highest grey level
   * @param tabled largest size in the table
   */
  SizeCounts(int levels, int tabled) {
    this.stride = levels + 1;
    this.tabled = tabled;
    this.table = new int[2 * stride];
  }

  void add(int level, int size) {
    if (size > tabled) {
      addLarge((long) size << Integer.SIZE | level);
      return;
    }
    int cell = size * stride + level;
    if (cell >= table.length) {
      growTo(size);
    }
    table[cell]++;
  }

  /** Counts voxels that the things lie in: the denominator of a percentage. */
  void addVoxels(long more) {
    voxels += more;
  }

  /** Adds the counts of a matrix of the same levels and bound. */
  void addAll(SizeCounts other) {
    if (other.table.length > table.length) {
      table = Arrays.copyOf(table, other.table.length);
    }
    for (int cell = 0; cell < other.table.length; cell++) {
      table[cell] += other.table[cell];
    }
    for (int i = 0; i < other.largeCount; i++) {
      addLarge(other.large[i]);
    }
    voxels += other.voxels;
  }

  void clear() {
    Arrays.fill(table, 0);
    largeCount = 0;
    voxels = 0;
  }

  boolean isEmpty() {
    return voxels == 0;
  }

  Cells cells() {
    Arrays.sort(large, 0, largeCount);
    int most = largeCount;
    for (int count : table) {
      most += count == 0 ? 0 : 1;
    }
    int[] levels = new int[most];
    int[] sizes = new int[most];
    int[] counts = new int[most];
    int n = 0;
    for (int cell = 0; cell < table.length; cell++) {
      if (table[cell] != 0) {
        levels[n] = cell % stride;
        sizes[n] = cell / stride;
        counts[n++] = table[cell];
      }
    }
    for (int i = 0; i < largeCount; i++) {
      if (i > 0 && large[i] == large[i - 1]) {
        counts[n - 1]++;
      } else {
        levels[n] = (int) large[i];
        sizes[n] = (int) (large[i] >> Integer.SIZE);
        counts[n++] = 1;
      }
    }
    return new Cells(
        Arrays.copyOf(levels, n), Arrays.copyOf(sizes, n), Arrays.copyOf(counts, n), voxels);
  }

  private void growTo(int size) {
    int sizes = Math.min(Math.max(size, 2 * (table.length / stride)), tabled);
    table = Arrays.copyOf(table, Math.multiplyExact(sizes + 1, stride));
  }

  private void addLarge(long packed) {
    if (largeCount == large.length) {
      large = Arrays.copyOf(large, Math.max(16, 2 * largeCount));
    }
    large[largeCount++] = packed;
  }
}
