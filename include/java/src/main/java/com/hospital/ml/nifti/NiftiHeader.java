package com.hospital.ml.nifti;

import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.reason.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the 348 bytes of a single-file NIfTI-1 header say.
 *
 * @param grid shape and affine: sform if its code is set, else qform, else the voxel sizes alone
 * @param dataType how a voxel is stored
 * @param order byte order of header and voxels
 * @param slope scale; 1 when the header has none (0 or not finite, as the standard says)
 * @param intercept added after scaling
 * @param voxOffset bytes from the start of the file to the first voxel
 */
record NiftiHeader(
    Grid grid, NiftiType dataType, ByteOrder order, double slope, double intercept, long voxOffset) {
  static final int SIZE = 348;

  /**
   * The header of {@link #SIZE} bytes.
   *
   * @throws MeasureException when it is none, or of a kind that is not supported
   */
  static NiftiHeader parse(byte[] bytes) throws MeasureException {
    ByteBuffer b = ByteBuffer.wrap(bytes);
    b.order(ByteOrder.LITTLE_ENDIAN);
    if (b.getInt(0) != SIZE) {
      b.order(ByteOrder.BIG_ENDIAN);
    }
    if (b.getInt(0) != SIZE) {
      throw MeasureException.unreadable("not NIfTI-1: no header size 348 at the start");
    }
    if (b.get(344) != 'n' || b.get(345) != '+' || b.get(346) != '1' || b.get(347) != 0) {
      throw MeasureException.unreadable("not a single-file NIfTI-1: the magic is not n+1");
    }
    NiftiType type = NiftiType.of(b.getShort(70));
    int[] shape = shape(b);
    Grid grid = new Grid(shape[0], shape[1], shape[2], affine(b));
    if (!grid.isUsable()) {
      throw MeasureException.unreadable("the affine is singular or not finite");
    }
    double slope = b.getFloat(112);
    double intercept = b.getFloat(116);
    if (slope == 0 || !Double.isFinite(slope) || !Double.isFinite(intercept)) {
      slope = 1;
      intercept = 0;
    }
    float offset = b.getFloat(108);
    if (!(offset >= SIZE) || offset > (1 << 30)) {
      throw MeasureException.unreadable("vox_offset " + offset + " is outside the file");
    }
    return new NiftiHeader(grid, type, b.order(), slope, intercept, (long) offset);
  }

  private static int[] shape(ByteBuffer b) throws MeasureException {
    int rank = b.getShort(40);
    if (rank < 1 || rank > 7) {
      throw MeasureException.unreadable("dim[0] is " + rank);
    }
    int[] shape = {1, 1, 1};
    for (int axis = 1; axis <= rank; axis++) {
      int size = b.getShort(40 + 2 * axis);
      if (axis <= 3 && size < 1) {
        throw MeasureException.unreadable("dim[" + axis + "] is " + size);
      }
      if (axis <= 3) {
        shape[axis - 1] = size;
      } else if (size > 1) {
        throw new MeasureException(Reason.NOT_THREE_DIMENSIONAL, "dim[" + axis + "] is " + size);
      }
    }
    return shape;
  }

  private static double[] affine(ByteBuffer b) {
    if (b.getShort(254) > 0) {
      double[] sform = new double[12];
      for (int i = 0; i < 12; i++) {
        sform[i] = b.getFloat(280 + 4 * i);
      }
      return sform;
    }
    double dx = b.getFloat(80);
    double dy = b.getFloat(84);
    double dz = b.getFloat(88);
    if (b.getShort(252) > 0) {
      return qform(b, dx, dy, b.getFloat(76) < 0 ? -dz : dz);
    }
    return new double[] {dx, 0, 0, 0, 0, dy, 0, 0, 0, 0, dz, 0};
  }

  /** Rotation from the quaternion (NIfTI-1 method 2); {@code dz} carries the sign of qfac. */
  private static double[] qform(ByteBuffer buffer, double dx, double dy, double dz) {
    double b = buffer.getFloat(256);
    double c = buffer.getFloat(260);
    double d = buffer.getFloat(264);
    double rest = 1 - (b * b + c * c + d * d);
    double a = 0;
    // as the standard's own code does: below, b, c and d stand for a turn by 180 degrees
    if (rest > 1e-7) {
      a = Math.sqrt(rest);
    } else {
      double length = Math.sqrt(b * b + c * c + d * d);
      b /= length;
      c /= length;
      d /= length;
    }
    double[] q = {
      a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c), buffer.getFloat(268),
      2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b), buffer.getFloat(272),
      2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c, buffer.getFloat(276)
    };
    for (int row = 0; row < 12; row += 4) {
      q[row] *= dx;
      q[row + 1] *= dy;
      q[row + 2] *= dz;
    }
    return q;
  }
}
