package com.hospital.ml.region;

import com.hospital.ml.nifti.Box;
import com.hospital.ml.nifti.Grid;
import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.reason.Reason;

/**
 * A grid of another spacing over the same volume, its centre at the old grid's (IBSI 2.4, 3WE3): n' =
 * ceil(n d / d') voxels along an axis (026Q), voxel i at (n - 1)/2 + (i - (n' - 1)/2) d'/d of the old grid
 * (QCY4).
 *
 * @param from the old grid, as a box from 0
 * @param to the new grid, as a box from 0
 * @param ratio new over old spacing, along x, y, z
 */
record Resampling(Box from, Box to, double[] ratio) {

  /**
   * An extent that exceeds a whole number of voxels by less than this (in voxels) is that number: spacings
   * come from headers in single precision, and a voxel more would shift the grid by half a voxel.
   */
  private static final double TOLERANCE = 1e-3;

  /** Most voxels along an axis of the new grid: beyond, only a mistaken spacing can be meant. */
  private static final int MOST = 1 << 20;

  /** A place nearer than this (in voxels) to an old voxel is there: rounding must not add a neighbour. */
  private static final double ROUNDING = 1e-9;

  /**
   * From {@code grid} to {@code spacing} along x, y, z, mm.
   *
   * @throws MeasureException {@link Reason#REGION_TOO_LARGE} when an axis gets more than {@link #MOST} voxels
   */
  static Resampling of(Grid grid, double[] spacing) throws MeasureException {
    double[] old = grid.spacing();
    int[] high = new int[3];
    double[] ratio = new double[3];
    Box from = Box.of(grid);
    for (int axis = 0; axis < 3; axis++) {
      ratio[axis] = spacing[axis] / old[axis];
      double extent = Math.ceil(from.size(axis) / ratio[axis] - TOLERANCE);
      if (extent > MOST) {
        throw new MeasureException(Reason.REGION_TOO_LARGE, extent + " voxels of spacing_mm along an axis");
      }
      high[axis] = (int) Math.max(1, extent) - 1;
    }
    return new Resampling(from, Box.between(new int[3], high), ratio);
  }

  /** Where voxel {@code index} of the new grid lies, in voxels of the old one. */
  double position(int axis, int index) {
    double place = (from.size(axis) - 1) / 2.0 + (index - (to.size(axis) - 1) / 2.0) * ratio[axis];
    double whole = Math.rint(place);
    return Math.abs(place - whole) < ROUNDING ? whole : place;
  }

  /**
   * Voxels of the new grid that lie within one old voxel of {@code box}: all that a mask in it can reach.
   *
   * @throws MeasureException {@link Reason#EMPTY_MASK} when there is none
   */
  Box reachedBy(Box box) throws MeasureException {
    int[] low = new int[3];
    int[] high = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      double first = position(axis, 0);
      double least = Math.ceil((box.low(axis) - 1 - first) / ratio[axis]);
      double most = Math.floor((box.high(axis) + 1 - first) / ratio[axis]);
      low[axis] = (int) Math.max(0, least);
      high[axis] = (int) Math.min(to.size(axis) - 1, most);
      if (low[axis] > high[axis]) {
        throw new MeasureException(Reason.EMPTY_MASK, "the region lies between voxels of spacing_mm");
      }
    }
    return Box.between(low, high);
  }

  /**
   * Voxels of the old grid, those beyond its border included, from which {@code box} of the new grid is
   * interpolated with the {@code reach} nearest ones on either side: 1 if linear, 2 if cubic.
   */
  Box neighbours(Box box, int reach) {
    int[] low = new int[3];
    int[] high = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      low[axis] = (int) Math.floor(position(axis, box.low(axis))) - reach + 1;
      high[axis] = (int) Math.floor(position(axis, box.high(axis))) + reach;
    }
    return Box.between(low, high);
  }
}
