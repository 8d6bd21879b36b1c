package com.hospital.ml.nifti;

import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.reason.Reason;

/**
 * A box of voxels of a grid: its lowest corner (which may lie outside the grid) and its size along x, y, z.
 */
public record Box(int x, int y, int z, int nx, int ny, int nz) {

  /** The box from {@code low} to {@code high}, both inside; three numbers each. */
  public static Box between(int[] low, int[] high) {
    return new Box(
        low[0], low[1], low[2], high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1);
  }

  public static Box of(Grid grid) {
    return new Box(0, 0, 0, grid.nx(), grid.ny(), grid.nz());
  }

  public int low(int axis) {
    return axis == 0 ? x : axis == 1 ? y : z;
  }

  public int size(int axis) {
    return axis == 0 ? nx : axis == 1 ? ny : nz;
  }

  /** The last voxel inside. */
  public int high(int axis) {
    return low(axis) + size(axis) - 1;
  }

  /** Fits a long: no grid has more than 2^20 voxels along an axis. */
  public long voxels() {
    return (long) nx * ny * nz;
  }

  /** With that many voxels more on either side along each axis. */
  public Box grown(int... margins) {
    return new Box(
        x - margins[0],
        y - margins[1],
        z - margins[2],
        nx + 2 * margins[0],
        ny + 2 * margins[1],
        nz + 2 * margins[2]);
  }

  /** What this box and another one share; they must share something. */
  public Box cutTo(Box other) {
    int[] low = new int[3];
    int[] high = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      low[axis] = Math.max(low(axis), other.low(axis));
      high[axis] = Math.min(high(axis), other.high(axis));
    }
    return between(low, high);
  }

  /**
   * This box, of at most {@code most} voxels.
   *
   * @throws MeasureException {@link Reason#REGION_TOO_LARGE} when it has more
   */
  public Box checked(long most) throws MeasureException {
    if (voxels() > most) {
      throw new MeasureException(
          Reason.REGION_TOO_LARGE, this + " has more voxels than max_box_voxels, " + most);
    }
    return this;
  }
}
