package com.hospital.ml.region;

import com.hospital.ml.nifti.Box;

/**
 * Coefficients of the cubic B-splines that pass through the voxels: a recursive filter along each axis,
 * forth and back (Unser, "Splines: a perfect fit for signal and image processing", 1999). A voxel's
 * influence falls by 0.27 a step, so a box with a margin gives what the whole image would.
 */
final class Spline {
  /**
   * Voxels around a box that its coefficients are computed from: 0.27^24 is 2e-14. Beyond the image its
   * border voxels continue, as IBSI 2.4 recommends.
   */
  static final int MARGIN = 24;

  private static final double POLE = Math.sqrt(3) - 2;
  private static final double GAIN = 6;

  private Spline() {}

  /**
   * The coefficients of {@code box}.
   *
   * @param values voxels of {@code window}, x fastest: {@code box} with a margin of {@link #MARGIN} on every
   *     side, cut to the image
   */
  static double[] coefficients(double[] values, Box window, Box box) {
    Box wide = box.grown(MARGIN, MARGIN, MARGIN);
    int plane = box.nx() * box.ny();
    double[] deep = new double[Math.toIntExact((long) plane * wide.nz())];
    double[] padded = new double[wide.nx() * wide.ny()];
    int[] column = new int[wide.nx()];
    for (int x = 0; x < column.length; x++) {
      column[x] = place(wide.x() + x, window, 0);
    }
    for (int z = 0; z < wide.nz(); z++) {
      int from = place(wide.z() + z, window, 2) * window.ny();
      for (int y = 0; y < wide.ny(); y++) {
        int row = (from + place(wide.y() + y, window, 1)) * window.nx();
        for (int x = 0; x < column.length; x++) {
          padded[y * column.length + x] = values[row + column[x]];
        }
        filter(padded, y * column.length, 1, column.length, 1);
      }
      filter(padded, 0, column.length, wide.ny(), column.length);
      for (int y = 0; y < box.ny(); y++) {
        int row = (y + MARGIN) * column.length + MARGIN;
        System.arraycopy(padded, row, deep, z * plane + y * box.nx(), box.nx());
      }
    }
    filter(deep, 0, plane, wide.nz(), plane);
    return java.util.Arrays.copyOfRange(deep, MARGIN * plane, (MARGIN + box.nz()) * plane);
  }

  private static int place(int voxel, Box window, int axis) {
    return Math.max(0, Math.min(voxel - window.low(axis), window.size(axis) - 1));
  }

  /**
   * Filters {@code width} lines side by side in place: {@code count} samples a line, {@code step} apart. The
   * signal is mirrored at the ends.
   */
  private static void filter(double[] s, int from, int step, int count, int width) {
    for (int i = from; i < from + (count - 1) * step + width; i++) {
      s[i] *= GAIN;
    }
    double power = POLE;
    for (int k = 1; k <= MARGIN; k++, power *= POLE) {
      addScaled(s, from, from + k * step, power, width);
    }
    for (int k = 1; k < count; k++) {
      addScaled(s, from + k * step, from + (k - 1) * step, POLE, width);
    }
    int last = from + (count - 1) * step;
    double end = POLE / (POLE * POLE - 1);
    for (int i = last; i < last + width; i++) {
      s[i] = end * (s[i] + POLE * s[i - step]);
    }
    for (int k = count - 2; k >= 0; k--) {
      int at = from + k * step;
      for (int i = at; i < at + width; i++) {
        s[i] = POLE * (s[i + step] - s[i]);
      }
    }
  }

  private static void addScaled(double[] s, int into, int from, double scale, int width) {
    for (int i = 0; i < width; i++) {
      s[into + i] += scale * s[from + i];
    }
  }
}
