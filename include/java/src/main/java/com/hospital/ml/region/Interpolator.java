package com.hospital.ml.region;

import com.hospital.ml.nifti.Box;
import java.util.Arrays;

/** Interpolation on a box of a new grid, one axis after the other: plane by plane, so little is in memory. */
final class Interpolator {
  /** Old planes of voxels, each x fastest. */
  interface Source {
    void copyPlane(int z, double[] into);
  }

  /** Takes the new planes, in order. */
  interface Sink {
    void takePlane(int z, double[] values);
  }

  private final Taps alongX;
  private final Taps alongY;
  private final Taps alongZ;
  private final int oldNx;
  private final double[] oldPlane;
  private final double[] row;

  /** For old planes of {@code oldNx} by {@code oldNy} voxels. */
  Interpolator(Taps alongX, Taps alongY, Taps alongZ, int oldNx, int oldNy) {
    this.alongX = alongX;
    this.alongY = alongY;
    this.alongZ = alongZ;
    this.oldNx = oldNx;
    oldPlane = new double[oldNx * oldNy];
    row = new double[alongX.count() * oldNy];
  }

  /** {@code values} of {@code box}, on all of {@code wanted} of the new grid. */
  static double[] linear(Resampling grids, double[] values, Box box, Box wanted) {
    Taps[] taps = new Taps[3];
    for (int axis = 0; axis < 3; axis++) {
      taps[axis] = Taps.linear(grids, axis, wanted, box);
    }
    return collect(taps, values, box, wanted);
  }

  /** From spline {@code coefficients} of {@code box}, on all of {@code wanted} of the new grid. */
  static double[] cubic(Resampling grids, double[] coefficients, Box box, Box wanted) {
    Taps[] taps = new Taps[3];
    for (int axis = 0; axis < 3; axis++) {
      taps[axis] = Taps.cubic(grids, axis, wanted, box);
    }
    return collect(taps, coefficients, box, wanted);
  }

  private static double[] collect(Taps[] taps, double[] values, Box box, Box wanted) {
    int oldSize = box.nx() * box.ny();
    int size = wanted.nx() * wanted.ny();
    double[] found = new double[Math.toIntExact(wanted.voxels())];
    new Interpolator(taps[0], taps[1], taps[2], box.nx(), box.ny())
        .run(
            (z, into) -> System.arraycopy(values, z * oldSize, into, 0, oldSize),
            (z, plane) -> System.arraycopy(plane, 0, found, z * size, size));
    return found;
  }

  void run(Source source, Sink sink) {
    int size = alongX.count() * alongY.count();
    int each = alongZ.each();
    // neighbours are consecutive, so each plane is interpolated once and stays until its last use
    double[][] planes = new double[each][size];
    int[] held = new int[each];
    Arrays.fill(held, -1);
    double[] sum = new double[size];
    for (int z = 0; z < alongZ.count(); z++) {
      Arrays.fill(sum, 0);
      for (int t = z * each; t < (z + 1) * each; t++) {
        int wanted = alongZ.index()[t];
        int slot = wanted % each;
        if (held[slot] != wanted) {
          source.copyPlane(wanted, oldPlane);
          inPlane(planes[slot]);
          held[slot] = wanted;
        }
        addScaled(sum, 0, planes[slot], 0, alongZ.weight()[t], size);
      }
      sink.takePlane(z, sum);
    }
  }

  private void inPlane(double[] into) {
    int nx = alongX.count();
    for (int y = 0; y < oldPlane.length / oldNx; y++) {
      for (int x = 0; x < nx; x++) {
        double sum = 0;
        for (int t = x * alongX.each(); t < (x + 1) * alongX.each(); t++) {
          sum += alongX.weight()[t] * oldPlane[y * oldNx + alongX.index()[t]];
        }
        row[y * nx + x] = sum;
      }
    }
    Arrays.fill(into, 0);
    for (int y = 0; y < alongY.count(); y++) {
      for (int t = y * alongY.each(); t < (y + 1) * alongY.each(); t++) {
        addScaled(into, y * nx, row, alongY.index()[t] * nx, alongY.weight()[t], nx);
      }
    }
  }

  private static void addScaled(double[] into, int at, double[] from, int start, double scale, int count) {
    for (int i = 0; i < count; i++) {
      into[at + i] += scale * from[start + i];
    }
  }
}
