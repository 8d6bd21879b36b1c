package com.hospital.ml.texture;

import com.hospital.ml.levels.Levels;

/**
 * Sum and number of the grey levels in the 3 by 3 square, and in the 3 by 3 by 3 cube, around every voxel of
 * a slice, for one slice after the other. A sum and its number are packed into one int, so that both are
 * added at once; squares are sums of rows, cubes sums of three slices of squares.
 */
final class NeighbourSums {
  private static final int NUMBER_BITS = 5;

  private final Levels levels;
  private final int[] single;
  private final int[] rows;
  private int[] before;
  private int[] here;
  private int[] after;
  private final int[] cubes;
  private int slice;

  NeighbourSums(Levels levels) {
    this.levels = levels;
    int size = levels.px() * levels.py();
    single = new int[size];
    rows = new int[size];
    before = new int[size];
    here = new int[size];
    after = new int[size];
    cubes = new int[size];
  }

  /** The levels' sum of a packed pair; at most 27 * {@code Discretisation.MOST_LEVELS}. */
  static int sum(int packed) {
    return packed >> NUMBER_BITS;
  }

  /** The number of levels in a packed pair; at most 27. */
  static int number(int packed) {
    return packed & (1 << NUMBER_BITS) - 1;
  }

  /** The packed pair of one voxel of the region. */
  static int packed(int level) {
    return (level << NUMBER_BITS) + 1;
  }

  /** Goes to the first slice inside the border, then to the next; false when there is none. */
  boolean nextSlice() {
    if (slice + 2 == levels.pz()) {
      return false;
    }
    slice++;
    if (slice == 1) {
      addSquares(1, after);
    }
    int[] free = before;
    before = here;
    here = after;
    after = free;
    addSquares(slice + 1, after);
    return true;
  }

  int slice() {
    return slice;
  }

  /** Packed sums of the 3 by 3 squares in the slice, px * py; the border's are without meaning. */
  int[] squares() {
    return here;
  }

  /** Packed sums of the cubes around the slice, px * py; the border's are without meaning. */
  int[] cubes() {
    for (int i = 0; i < cubes.length; i++) {
      cubes[i] = before[i] + here[i] + after[i];
    }
    return cubes;
  }

  private void addSquares(int z, int[] squares) {
    short[] values = levels.values();
    int first = z * single.length;
    for (int i = 0; i < single.length; i++) {
      int level = values[first + i];
      single[i] = level == 0 ? 0 : packed(level);
    }
    for (int i = 1; i < single.length - 1; i++) {
      rows[i] = single[i - 1] + single[i] + single[i + 1];
    }
    int px = levels.px();
    for (int i = px; i < single.length - px; i++) {
      squares[i] = rows[i - px] + rows[i] + rows[i + px];
    }
  }
}
