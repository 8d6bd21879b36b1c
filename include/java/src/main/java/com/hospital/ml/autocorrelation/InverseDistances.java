package com.hospital.ml.autocorrelation;

import com.hospital.ml.region.Region;
import java.util.Arrays;

/**
 * Convolution of a region with 1 / distance by Fourier transforms over its box, zero-padded to the double so
 * that nothing wraps around.
 *
 * <p>The mask is the real and the deviations are the imaginary part of one transform, for the weights are
 * even: their transform is real, and the two parts stay apart. Only the box is kept, never the padding: rows
 * along z are transformed a block of columns at a time, then each plane of one frequency along z for itself,
 * with the two directions in it.
 */
final class InverseDistances {
  /** Columns of a block: its rows and their transforms stay in a processor's cache. */
  private static final int BLOCK = 128;

  private final Region region;

  /** The box without its border. */
  private final int nx;

  private final int ny;
  private final int nz;

  /** Lengths of the transforms. */
  private final int lx;

  private final int ly;
  private final int lz;

  /** lz planes of ny rows of nx: mask and deviations, then their convolutions in the first nz planes. */
  private final double[] re;

  private final double[] im;
  private final FourierTransform alongZ;
  private final FourierTransform alongY;
  private final FourierTransform alongX;

  private InverseDistances(Region region) {
    this.region = region;
    nx = region.px() - 2;
    ny = region.py() - 2;
    nz = region.pz() - 2;
    lx = length(nx);
    ly = length(ny);
    lz = length(nz);
    re = new double[lz * ny * nx];
    im = new double[lz * ny * nx];
    alongZ = new FourierTransform(lz, BLOCK);
    alongY = new FourierTransform(ly, nx);
    alongX = new FourierTransform(lx, ly);
  }

  private static int length(int n) {
    return FourierTransform.fastLength(2 * n - 1);
  }

  /** Points of the padded transform. */
  static long points(Region region) {
    return (long) length(region.px() - 2) * length(region.py() - 2) * length(region.pz() - 2);
  }

  /** {@code deviations} in the order of the intensity mask. */
  static SpatialAutocorrelation.Sums sums(Region region, double[] deviations) {
    InverseDistances convolution = new InverseDistances(region);
    convolution.fill(deviations);
    convolution.transformAlongZ(true);
    int lz = convolution.lz;
    InverseDistanceSpectrum weights =
        new InverseDistanceSpectrum(convolution.lx, convolution.ly, lz, region.spacing());
    for (int k = 0; k <= lz / 2; k++) {
      double[] plane = weights.plane(k);
      convolution.convolvePlane(k, plane);
      if (k > 0 && k < lz - k) {
        convolution.convolvePlane(lz - k, plane);
      }
    }
    convolution.transformAlongZ(false);
    return convolution.sums(deviations);
  }

  private void fill(double[] deviations) {
    int next = 0;
    for (int z = 0; z < nz; z++) {
      for (int y = 0; y < ny; y++) {
        int row = region.at(1, y + 1, z + 1);
        int to = (z * ny + y) * nx;
        for (int x = 0; x < nx; x++) {
          if (region.inside()[row + x] != 0) {
            re[to + x] = 1;
            im[to + x] = deviations[next++];
          }
        }
      }
    }
  }

  private SpatialAutocorrelation.Sums sums(double[] deviations) {
    double weights = 0;
    double products = 0;
    double squares = 0;
    int next = 0;
    for (int z = 0; z < nz; z++) {
      for (int y = 0; y < ny; y++) {
        int row = region.at(1, y + 1, z + 1);
        int at = (z * ny + y) * nx;
        for (int x = 0; x < nx; x++) {
          if (region.inside()[row + x] != 0) {
            double d = deviations[next++];
            weights += re[at + x];
            products += d * im[at + x];
            squares += d * d * re[at + x];
          }
        }
      }
    }
    double scale = 1.0 / lx / ly / lz;
    return new SpatialAutocorrelation.Sums(weights * scale, products * scale, squares * scale);
  }

  /** From nz planes to lz frequencies, or back. */
  private void transformAlongZ(boolean isForward) {
    int plane = ny * nx;
    int from = isForward ? nz : lz;
    int to = isForward ? lz : nz;
    for (int start = 0; start < plane; start += BLOCK) {
      int columns = Math.min(BLOCK, plane - start);
      for (int z = 0; z < lz; z++) {
        if (z < from) {
          System.arraycopy(re, z * plane + start, alongZ.re, z * columns, columns);
          System.arraycopy(im, z * plane + start, alongZ.im, z * columns, columns);
        } else {
          clear(alongZ, z * columns, columns);
        }
      }
      if (isForward) {
        alongZ.forward(columns);
      } else {
        alongZ.backward(columns);
      }
      for (int z = 0; z < to; z++) {
        System.arraycopy(alongZ.re, z * columns, re, z * plane + start, columns);
        System.arraycopy(alongZ.im, z * columns, im, z * plane + start, columns);
      }
    }
  }

  private static void clear(FourierTransform transform, int from, int count) {
    Arrays.fill(transform.re, from, from + count, 0);
    Arrays.fill(transform.im, from, from + count, 0);
  }

  /** Transforms a plane along y and x, multiplies it with its weights, and transforms it back. */
  private void convolvePlane(int k, double[] weights) {
    int plane = k * ny * nx;
    System.arraycopy(re, plane, alongY.re, 0, ny * nx);
    System.arraycopy(im, plane, alongY.im, 0, ny * nx);
    clear(alongY, ny * nx, (ly - ny) * nx);
    alongY.forward(nx);
    transpose(alongY.re, alongX.re, ly, nx);
    transpose(alongY.im, alongX.im, ly, nx);
    clear(alongX, nx * ly, (lx - nx) * ly);
    alongX.forward(ly);
    for (int x = 0; x < lx; x++) {
      int from = Math.min(x, lx - x) * ly;
      for (int y = 0; y < ly; y++) {
        alongX.re[x * ly + y] *= weights[from + y];
        alongX.im[x * ly + y] *= weights[from + y];
      }
    }
    alongX.backward(ly);
    transpose(alongX.re, alongY.re, nx, ly);
    transpose(alongX.im, alongY.im, nx, ly);
    alongY.backward(nx);
    System.arraycopy(alongY.re, 0, re, plane, ny * nx);
    System.arraycopy(alongY.im, 0, im, plane, ny * nx);
  }

  /** Columns of {@code from} become rows of {@code to}. */
  static void transpose(double[] from, double[] to, int rows, int columns) {
    for (int c0 = 0; c0 < columns; c0 += 8) {
      int c1 = Math.min(columns, c0 + 8);
      for (int r = 0; r < rows; r++) {
        for (int c = c0; c < c1; c++) {
          to[c * rows + r] = from[r * columns + c];
        }
      }
    }
  }
}
