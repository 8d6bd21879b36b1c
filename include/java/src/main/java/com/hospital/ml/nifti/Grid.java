package com.hospital.ml.nifti;

/**
 * Where the voxels of a volume lie: its shape and the affine that takes (i, j, k) to millimetres.
 *
 * @param nx voxels along the fastest axis
 * @param ny voxels along the second axis
 * @param nz planes
 * @param affine rows of the 3 by 4 matrix, 12 numbers, mm
 */
public record Grid(int nx, int ny, int nz, double[] affine) {

  /** Grids are one when no corner differs by more (mm); rounding of float32 headers stays well below. */
  static final double TOLERANCE_MM = 1e-3;

  /** Axes are at right angles when no cosine between two of them is larger (0.06 degrees). */
  static final double TOLERANCE_COSINE = 1e-3;

  long voxels() {
    return (long) nx * ny * nz;
  }

  /** The linear part, 9 numbers by rows: voxel steps to mm. */
  double[] linear() {
    double[] a = affine;
    return new double[] {a[0], a[1], a[2], a[4], a[5], a[6], a[8], a[9], a[10]};
  }

  /** Distance of voxel centres along the three axes, mm: the lengths of the affine's columns. */
  public double[] spacing() {
    double[] m = linear();
    double[] lengths = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      lengths[axis] = Math.sqrt(m[axis] * m[axis] + m[axis + 3] * m[axis + 3] + m[axis + 6] * m[axis + 6]);
    }
    return lengths;
  }

  /** Volume of one voxel, mm^3. */
  double voxelVolume() {
    return Math.abs(determinant());
  }

  private double determinant() {
    double[] m = linear();
    return m[0] * (m[4] * m[8] - m[5] * m[7])
        - m[1] * (m[3] * m[8] - m[5] * m[6])
        + m[2] * (m[3] * m[7] - m[4] * m[6]);
  }

  /** Whether every number is finite and the axes span space. */
  boolean isUsable() {
    for (double value : affine) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return voxelVolume() > 0 && Double.isFinite(voxelVolume());
  }

  /** Whether the three axes are at right angles to each other, so that a voxel is a box. */
  public boolean isOrthogonal() {
    double[] m = linear();
    for (int axis = 0; axis < 3; axis++) {
      int next = (axis + 1) % 3;
      double dot = 0;
      double first = 0;
      double second = 0;
      for (int row = 0; row < 9; row += 3) {
        dot += m[row + axis] * m[row + next];
        first += m[row + axis] * m[row + axis];
        second += m[row + next] * m[row + next];
      }
      if (!(Math.abs(dot) <= TOLERANCE_COSINE * Math.sqrt(first * second))) {
        return false;
      }
    }
    return true;
  }

  /** Same shape, and all eight corners within {@link #TOLERANCE_MM}. */
  public boolean matches(Grid other) {
    if (nx != other.nx || ny != other.ny || nz != other.nz) {
      return false;
    }
    for (int corner = 0; corner < 8; corner++) {
      double i = (corner & 1) * (nx - 1.0);
      double j = (corner >> 1 & 1) * (ny - 1.0);
      double k = (corner >> 2) * (nz - 1.0);
      double squared = 0;
      for (int row = 0; row < 12; row += 4) {
        double d =
            (affine[row] - other.affine[row]) * i
                + (affine[row + 1] - other.affine[row + 1]) * j
                + (affine[row + 2] - other.affine[row + 2]) * k
                + affine[row + 3]
                - other.affine[row + 3];
        squared += d * d;
      }
      if (!(Math.sqrt(squared) <= TOLERANCE_MM)) {
        return false;
      }
    }
    return true;
  }
}
