package com.hospital.ml.shape;

import java.util.Arrays;

/**
 * Eigenvalues of a symmetric 3 by 3 matrix by Jacobi's rotations: slower than the closed form, but
 * accurate.
 */
final class SymmetricEigen {
  /** Convergence is quadratic, so a handful suffices; the bound only keeps the loop from running on. */
  private static final int MAX_SWEEPS = 50;

  /** An element below this fraction of the diagonal's is lost in rounding: taken for 0. */
  private static final double NEGLIGIBLE = 1e-16;

  private SymmetricEigen() {}

  /** Descending eigenvalues; {@code m} holds xx, yy, zz, xy, xz, yz. */
  static double[] values(double[] m) {
    double[][] a = {{m[0], m[3], m[4]}, {m[3], m[1], m[5]}, {m[4], m[5], m[2]}};
    for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      if (a[0][1] == 0 && a[0][2] == 0 && a[1][2] == 0) {
        break;
      }
      rotate(a, 0, 1);
      rotate(a, 0, 2);
      rotate(a, 1, 2);
    }
    double[] found = {a[0][0], a[1][1], a[2][2]};
    Arrays.sort(found);
    return new double[] {found[2], found[1], found[0]};
  }

  private static void rotate(double[][] a, int p, int q) {
    double off = a[p][q];
    if (Math.abs(off) <= NEGLIGIBLE * Math.sqrt(Math.abs(a[p][p] * a[q][q])) || off == 0) {
      a[p][q] = 0;
      a[q][p] = 0;
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * off);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    a[p][p] -= t * off;
    a[q][q] += t * off;
    a[p][q] = 0;
    a[q][p] = 0;
    int r = 3 - p - q;
    double rp = c * a[r][p] - s * a[r][q];
    double rq = s * a[r][p] + c * a[r][q];
    a[r][p] = rp;
    a[p][r] = rp;
    a[r][q] = rq;
    a[q][r] = rq;
  }
}
