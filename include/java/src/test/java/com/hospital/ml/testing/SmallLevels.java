package com.hospital.ml.testing;

import com.hospital.ml.levels.Levels;

/** Grey levels written out by hand. */
public final class SmallLevels {
  private SmallLevels() {}

  /** nx * ny * nz levels, x fastest, 0 outside the region. */
  public static Levels of(int nx, int ny, int nz, int... levels) {
    int px = nx + 2;
    int py = ny + 2;
    short[] values = new short[px * py * (nz + 2)];
    byte[] shape = new byte[values.length];
    for (int i = 0; i < levels.length; i++) {
      int at = ((i / (nx * ny) + 1) * py + i / nx % ny + 1) * px + i % nx + 1;
      values[at] = (short) levels[i];
      shape[at] = (byte) (levels[i] == 0 ? 0 : 1);
    }
    return LevelBoxes.levels(values, px, py, nz + 2, shape);
  }

  /**
   * A region of 6 * 5 * 4 that a linear congruential generator makes: levels 1 to 7 without 4, about a
   * quarter of the box is outside, so that there are holes.
   */
  public static Levels irregular() {
    int[] levels = new int[6 * 5 * 4];
    int[] ofDigit = {0, 0, 1, 2, 3, 5, 6, 7};
    long state = 7;
    for (int i = 0; i < levels.length; i++) {
      state = (state * 1103515245 + 12345) % (1L << 31);
      levels[i] = ofDigit[(int) (state >> 16) % 8];
    }
    return of(6, 5, 4, levels);
  }
}
