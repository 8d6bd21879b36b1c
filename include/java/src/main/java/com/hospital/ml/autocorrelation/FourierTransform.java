package com.hospital.ml.autocorrelation;

/**
 * Discrete Fourier transforms of complex columns side by side: sum of x_j exp(-2 pi i j k / n), by Stockham's
 * method with factors 4, 2, 3 and 5, which needs no reordering and whose inner loops run along the columns.
 */
final class FourierTransform {
  private static final double SIN_60 = Math.sqrt(3) / 2;

  private final int length;
  private final double[] cos;
  private final double[] sin;

  /** Rows of columns: number k of column c at k * columns + c. */
  double[] re;

  double[] im;
  private double[] spareRe;
  private double[] spareIm;

  /** Of {@code length} numbers, a product of 2, 3 and 5, for at most {@code columns} columns at a time. */
  FourierTransform(int length, int columns) {
    if (fastLength(length) != length) {
      throw new IllegalArgumentException(length + " has a prime factor above 5");
    }
    this.length = length;
    cos = new double[length];
    sin = new double[length];
    for (int k = 0; k < length; k++) {
      cos[k] = Math.cos(2 * Math.PI * k / length);
      sin[k] = -Math.sin(2 * Math.PI * k / length);
    }
    re = new double[length * columns];
    im = new double[length * columns];
    spareRe = new double[length * columns];
    spareIm = new double[length * columns];
  }

  /** The least product of 2, 3 and 5 that is at least {@code least}. */
  static int fastLength(int least) {
    for (int length = least; ; length++) {
      int rest = length;
      for (int factor : new int[] {2, 3, 5}) {
        while (rest % factor == 0) {
          rest /= factor;
        }
      }
      if (rest == 1) {
        return length;
      }
    }
  }

  /** Transforms the first {@code columns} columns of {@link #re} and {@link #im}. */
  void forward(int columns) {
    int left = length;
    int stride = columns;
    while (left > 1) {
      int factor = left % 4 == 0 ? 4 : left % 2 == 0 ? 2 : left % 3 == 0 ? 3 : 5;
      int quotient = left / factor;
      for (int p = 0; p < quotient; p++) {
        int turn = length / left * p;
        switch (factor) {
          case 4 -> four(p * stride, quotient * stride, 4 * p * stride, stride, turn);
          case 2 -> two(p * stride, quotient * stride, 2 * p * stride, stride, turn);
          case 3 -> three(p * stride, quotient * stride, 3 * p * stride, stride, turn);
          default -> five(p * stride, quotient * stride, 5 * p * stride, stride, turn);
        }
      }
      double[] swap = re;
      re = spareRe;
      spareRe = swap;
      swap = im;
      im = spareIm;
      spareIm = swap;
      left = quotient;
      stride *= factor;
    }
  }

  /** The inverse transform times {@code length}. */
  void backward(int columns) {
    swapRealAndImaginary();
    forward(columns);
    swapRealAndImaginary();
  }

  private void swapRealAndImaginary() {
    double[] swap = re;
    re = im;
    im = swap;
  }

  /**
   * Butterflies over a run of {@code n} numbers: input j starts at {@code from + j * step}, output j at
   * {@code to + j * n}, turned by j * {@code turn} steps of the circle.
   */
  private void two(int from, int step, int to, int n, int turn) {
    double[] a = re;
    double[] b = im;
    double[] c = spareRe;
    double[] d = spareIm;
    double wr = cos[turn];
    double wi = sin[turn];
    for (int q = 0; q < n; q++) {
      double r0 = a[from + q];
      double i0 = b[from + q];
      double r1 = a[from + step + q];
      double i1 = b[from + step + q];
      double r = r0 - r1;
      double i = i0 - i1;
      c[to + q] = r0 + r1;
      d[to + q] = i0 + i1;
      c[to + n + q] = r * wr - i * wi;
      d[to + n + q] = r * wi + i * wr;
    }
  }

  private void three(int from, int step, int to, int n, int turn) {
    double[] a = re;
    double[] b = im;
    double[] c = spareRe;
    double[] d = spareIm;
    double w1r = cos[turn];
    double w1i = sin[turn];
    double w2r = cos[2 * turn];
    double w2i = sin[2 * turn];
    for (int q = 0; q < n; q++) {
      double r0 = a[from + q];
      double i0 = b[from + q];
      double sr = a[from + step + q] + a[from + 2 * step + q];
      double si = b[from + step + q] + b[from + 2 * step + q];
      double dr = SIN_60 * (a[from + step + q] - a[from + 2 * step + q]);
      double di = SIN_60 * (b[from + step + q] - b[from + 2 * step + q]);
      double mr = r0 - sr / 2;
      double mi = i0 - si / 2;
      c[to + q] = r0 + sr;
      d[to + q] = i0 + si;
      c[to + n + q] = (mr + di) * w1r - (mi - dr) * w1i;
      d[to + n + q] = (mr + di) * w1i + (mi - dr) * w1r;
      c[to + 2 * n + q] = (mr - di) * w2r - (mi + dr) * w2i;
      d[to + 2 * n + q] = (mr - di) * w2i + (mi + dr) * w2r;
    }
  }

  private void four(int from, int step, int to, int n, int turn) {
    double[] a = re;
    double[] b = im;
    double[] c = spareRe;
    double[] d = spareIm;
    double w1r = cos[turn];
    double w1i = sin[turn];
    double w2r = cos[2 * turn];
    double w2i = sin[2 * turn];
    double w3r = cos[3 * turn];
    double w3i = sin[3 * turn];
    for (int q = 0; q < n; q++) {
      double evenR = a[from + q] + a[from + 2 * step + q];
      double evenI = b[from + q] + b[from + 2 * step + q];
      double oddR = a[from + q] - a[from + 2 * step + q];
      double oddI = b[from + q] - b[from + 2 * step + q];
      double sumR = a[from + step + q] + a[from + 3 * step + q];
      double sumI = b[from + step + q] + b[from + 3 * step + q];
      double diffR = a[from + step + q] - a[from + 3 * step + q];
      double diffI = b[from + step + q] - b[from + 3 * step + q];
      c[to + q] = evenR + sumR;
      d[to + q] = evenI + sumI;
      c[to + n + q] = (oddR + diffI) * w1r - (oddI - diffR) * w1i;
      d[to + n + q] = (oddR + diffI) * w1i + (oddI - diffR) * w1r;
      c[to + 2 * n + q] = (evenR - sumR) * w2r - (evenI - sumI) * w2i;
      d[to + 2 * n + q] = (evenR - sumR) * w2i + (evenI - sumI) * w2r;
      c[to + 3 * n + q] = (oddR - diffI) * w3r - (oddI + diffR) * w3i;
      d[to + 3 * n + q] = (oddR - diffI) * w3i + (oddI + diffR) * w3r;
    }
  }

  private void five(int from, int step, int to, int n, int turn) {
    for (int q = 0; q < n; q++) {
      double pairsR = re[from + step + q] + re[from + 4 * step + q] + re[from + 2 * step + q];
      double pairsI = im[from + step + q] + im[from + 4 * step + q] + im[from + 2 * step + q];
      spareRe[to + q] = re[from + q] + pairsR + re[from + 3 * step + q];
      spareIm[to + q] = im[from + q] + pairsI + im[from + 3 * step + q];
    }
    pairOfFive(from, step, to, n, turn, 1);
    pairOfFive(from, step, to, n, turn, 2);
  }

  /** Outputs {@code output} and 5 - {@code output} of five. */
  private void pairOfFive(int from, int step, int to, int n, int turn, int output) {
    double[] a = re;
    double[] b = im;
    double[] c = spareRe;
    double[] d = spareIm;
    double cos1 = Math.cos(2 * Math.PI * output / 5);
    double sin1 = Math.sin(2 * Math.PI * output / 5);
    double cos2 = Math.cos(4 * Math.PI * output / 5);
    double sin2 = Math.sin(4 * Math.PI * output / 5);
    double w1r = cos[output * turn];
    double w1i = sin[output * turn];
    double w4r = cos[(5 - output) * turn];
    double w4i = sin[(5 - output) * turn];
    int low = to + output * n;
    int high = to + (5 - output) * n;
    for (int q = 0; q < n; q++) {
      double s1r = a[from + step + q] + a[from + 4 * step + q];
      double s1i = b[from + step + q] + b[from + 4 * step + q];
      double d1r = a[from + step + q] - a[from + 4 * step + q];
      double d1i = b[from + step + q] - b[from + 4 * step + q];
      double s2r = a[from + 2 * step + q] + a[from + 3 * step + q];
      double s2i = b[from + 2 * step + q] + b[from + 3 * step + q];
      double d2r = a[from + 2 * step + q] - a[from + 3 * step + q];
      double d2i = b[from + 2 * step + q] - b[from + 3 * step + q];
      double mr = a[from + q] + cos1 * s1r + cos2 * s2r;
      double mi = b[from + q] + cos1 * s1i + cos2 * s2i;
      double nr = sin1 * d1r + sin2 * d2r;
      double ni = sin1 * d1i + sin2 * d2i;
      c[low + q] = (mr + ni) * w1r - (mi - nr) * w1i;
      d[low + q] = (mr + ni) * w1i + (mi - nr) * w1r;
      c[high + q] = (mr - ni) * w4r - (mi + nr) * w4i;
      d[high + q] = (mr - ni) * w4i + (mi + nr) * w4r;
    }
  }
}
