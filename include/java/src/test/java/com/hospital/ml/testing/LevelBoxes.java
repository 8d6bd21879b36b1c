package com.hospital.ml.testing;

import com.hospital.ml.levels.Levels;

/** Small boxes of grey levels for tests. */
public final class LevelBoxes {
  private LevelBoxes() {}

  /**
   * Levels from pictures: a string a slice, rows apart by a space, a digit a voxel, '.' outside. The
   * morphological mask is the intensity mask.
   */
  public static Levels of(String... slices) {
    return of(slices, slices);
  }

  /** Levels with a morphological mask of their own: every voxel of it that is not '.'. */
  public static Levels of(String[] slices, String[] shapes) {
    String[] rows = slices[0].split(" ");
    int px = rows[0].length() + 2;
    int py = rows.length + 2;
    int pz = slices.length + 2;
    short[] values = new short[px * py * pz];
    byte[] shape = new byte[values.length];
    for (int z = 0; z < slices.length; z++) {
      for (int y = 0; y < rows.length; y++) {
        for (int x = 0; x < rows[0].length(); x++) {
          int p = ((z + 1) * py + y + 1) * px + x + 1;
          char level = slices[z].split(" ")[y].charAt(x);
          values[p] = (short) (level == '.' ? 0 : level - '0');
          shape[p] = (byte) (shapes[z].split(" ")[y].charAt(x) == '.' ? 0 : 1);
        }
      }
    }
    return levels(values, px, py, pz, shape);
  }

  /**
   * A ragged region in several pieces and with holes, of levels 1, 2, 4 and 5, from a linear congruential
   * generator.
   *
   * @param filled voxels in the region, out of ten
   */
  public static Levels random(int nx, int ny, int nz, int seed, int filled) {
    int px = nx + 2;
    int py = ny + 2;
    short[] values = new short[px * py * (nz + 2)];
    byte[] shape = new byte[values.length];
    int[] ladder = {1, 1, 1, 2, 2, 4, 5};
    long state = seed;
    for (int z = 1; z <= nz; z++) {
      for (int y = 1; y <= ny; y++) {
        for (int x = 1; x <= nx; x++) {
          int p = (z * py + y) * px + x;
          state = (state * 1103515245L + 12345L) % (1L << 31);
          boolean inside = (state >> 16) % 10 < filled;
          state = (state * 1103515245L + 12345L) % (1L << 31);
          values[p] = (short) (inside ? ladder[(int) ((state >> 16) % ladder.length)] : 0);
          shape[p] = (byte) (inside ? 1 : 0);
        }
      }
    }
    return levels(values, px, py, nz + 2, shape);
  }

  /** The box of arrays, its highest level and its voxels counted. */
  public static Levels levels(short[] values, int px, int py, int pz, byte[] shape) {
    int count = 0;
    int voxels = 0;
    for (short level : values) {
      count = Math.max(count, level);
      voxels += level == 0 ? 0 : 1;
    }
    return new Levels(values, px, py, pz, count, voxels, shape);
  }
}
