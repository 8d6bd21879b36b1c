package com.hospital.ml.shape;

import com.hospital.ml.region.Region;
import java.math.BigInteger;

/**
 * Variances of the centres of a region's voxels along its principal axes (IBSI 3.1, major axis length), and
 * where the centre is.
 *
 * <p>Sums of coordinates and of their products are whole numbers, kept exactly: so a plane or a line of
 * voxels has variances of exactly 0, whichever way it lies.
 */
final class PrincipalAxes {
  /** Pairs of axes: xx, yy, zz, xy, xz, yz. */
  private static final int[][] PAIRS = {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}};

  private final long[] sums = new long[3];
  private final long[] products = new long[6];
  private final long voxels;

  /** Of the morphological mask. */
  PrincipalAxes(Region region) {
    voxels = region.shapeVoxels();
    for (int z = 1; z < region.pz() - 1; z++) {
      for (int y = 1; y < region.py() - 1; y++) {
        addRow(region, y, z);
      }
    }
  }

  private void addRow(Region region, int y, int z) {
    byte[] shape = region.shape();
    int row = region.at(0, y, z);
    long n = 0;
    long sx = 0;
    long sxx = 0;
    for (int x = 1; x < region.px() - 1; x++) {
      long one = shape[row + x];
      n += one;
      sx += one * x;
      sxx += one * x * x;
    }
    sums[0] += sx;
    sums[1] += n * y;
    sums[2] += n * z;
    products[0] += sxx;
    products[1] += n * y * y;
    products[2] += n * z * z;
    products[3] += sx * y;
    products[4] += sx * z;
    products[5] += n * y * z;
  }

  /** Mean place of the voxels along an axis (0 is x), in voxels from the corner of the padded box. */
  double centre(int axis) {
    return (double) sums[axis] / voxels;
  }

  /** Eigenvalues of the covariance, divided by N - 1, of the voxels' centres: mm^2, descending. */
  double[] variances(double[] spacing) {
    BigInteger[] scatter = new BigInteger[6];
    double[] covariance = new double[6];
    for (int i = 0; i < 6; i++) {
      int a = PAIRS[i][0];
      int b = PAIRS[i][1];
      BigInteger ofCentre = BigInteger.valueOf(sums[a]).multiply(BigInteger.valueOf(sums[b]));
      scatter[i] = BigInteger.valueOf(voxels).multiply(BigInteger.valueOf(products[i])).subtract(ofCentre);
      covariance[i] = scatter[i].doubleValue() / voxels / (voxels - 1) * spacing[a] * spacing[b];
    }
    double[] variances = SymmetricEigen.values(covariance);
    int rank = rank(scatter);
    for (int i = 0; i < 3; i++) {
      variances[i] = i < rank ? Math.max(0, variances[i]) : 0;
    }
    return variances;
  }

  /** Number of dimensions the voxels extend in. */
  private static int rank(BigInteger[] s) {
    BigInteger xy = s[0].multiply(s[1]).subtract(s[3].multiply(s[3]));
    BigInteger xz = s[0].multiply(s[2]).subtract(s[4].multiply(s[4]));
    BigInteger yz = s[1].multiply(s[2]).subtract(s[5].multiply(s[5]));
    BigInteger determinant =
        s[0].multiply(yz)
            .subtract(s[3].multiply(s[3].multiply(s[2]).subtract(s[4].multiply(s[5]))))
            .add(s[4].multiply(s[3].multiply(s[5]).subtract(s[4].multiply(s[1]))));
    if (determinant.signum() != 0) {
      return 3;
    }
    // none of the minors on the diagonal is negative, so they vanish together or not at all
    return xy.signum() + xz.signum() + yz.signum() > 0 ? 2 : 1;
  }
}
