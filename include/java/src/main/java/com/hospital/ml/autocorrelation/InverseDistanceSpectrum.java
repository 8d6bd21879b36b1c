package com.hospital.ml.autocorrelation;

import java.util.Arrays;

/**
 * The Fourier transform of 1 / distance, 0 at distance 0, on a grid that wraps around. It is even along each
 * axis, in space as in frequency, so an eighth of the grid says all, and two real columns are transformed as
 * the two parts of one complex column.
 */
final class InverseDistanceSpectrum {
  /** Complex columns transformed at a time along z. */
  private static final int BLOCK = 128;

  private final int lx;
  private final int ly;
  private final int lz;

  /** Distances that differ along each axis: half a length, and 0. */
  private final int hx;

  private final int hy;

  private final int hz;

  /** hz frequencies along z of hy rows of hx distances. */
  private final double[] values;

  private final FourierTransform alongX;
  private final FourierTransform alongY;
  private final double[] plane;
  private final double[] turned;
  private final double[] found;

  /** Of {@code lx} by {@code ly} by {@code lz} points with a spacing in mm. */
  InverseDistanceSpectrum(int lx, int ly, int lz, double[] spacing) {
    this.lx = lx;
    this.ly = ly;
    this.lz = lz;
    hx = lx / 2 + 1;
    hy = ly / 2 + 1;
    hz = lz / 2 + 1;
    values = new double[hz * hy * hx];
    alongX = new FourierTransform(lx, (hy + 1) / 2);
    alongY = new FourierTransform(ly, (hx + 1) / 2);
    plane = new double[hy * hx];
    turned = new double[hx * hy];
    found = new double[hx * ly];
    fill(spacing);
    FourierTransform alongZ = new FourierTransform(lz, BLOCK);
    for (int start = 0; start < hy * hx; start += 2 * BLOCK) {
      transformEven(alongZ, lz, values, hy * hx, start, Math.min(2 * BLOCK, hy * hx - start));
    }
  }

  private void fill(double[] spacing) {
    for (int z = 0; z < hz; z++) {
      double zz = z * spacing[2] * z * spacing[2];
      for (int y = 0; y < hy; y++) {
        double yz = zz + y * spacing[1] * y * spacing[1];
        int row = (z * hy + y) * hx;
        for (int x = 0; x < hx; x++) {
          values[row + x] = 1 / Math.sqrt(yz + x * spacing[0] * x * spacing[0]);
        }
      }
    }
    values[0] = 0;
  }

  /**
   * Frequency {@code k} along z, up to lz / 2: frequencies 0 to lx / 2 along x, a row each, of ly along y.
   * The array is used again by the next call.
   */
  double[] plane(int k) {
    System.arraycopy(values, k * hy * hx, plane, 0, hy * hx);
    transformEven(alongY, ly, plane, hx, 0, hx);
    InverseDistances.transpose(plane, turned, hy, hx);
    transformEven(alongX, lx, turned, hy, 0, hy);
    for (int x = 0; x < hx; x++) {
      for (int y = 0; y < ly; y++) {
        found[x * ly + y] = turned[x * hy + Math.min(y, ly - y)];
      }
    }
    return found;
  }

  /**
   * Transforms {@code columns} real columns from {@code start} on in place. They hold the first half of
   * {@code length} numbers, {@code stride} apart, and 0; the second half mirrors it.
   */
  private static void transformEven(
      FourierTransform transform, int length, double[] data, int stride, int start, int columns) {
    int half = (columns + 1) / 2;
    for (int i = 0; i < length; i++) {
      int from = Math.min(i, length - i) * stride + start;
      System.arraycopy(data, from, transform.re, i * half, half);
      Arrays.fill(transform.im, i * half, (i + 1) * half, 0);
      System.arraycopy(data, from + half, transform.im, i * half, columns - half);
    }
    transform.forward(half);
    for (int i = 0; i <= length / 2; i++) {
      System.arraycopy(transform.re, i * half, data, i * stride + start, half);
      System.arraycopy(transform.im, i * half, data, i * stride + start + half, columns - half);
    }
  }
}
