package com.hospital.ml.region;

import com.hospital.ml.nifti.Box;

/**
 * Interpolation along one axis as sums: new voxel j is the sum over t below {@code each} of {@code
 * weight[j * each + t]} times old voxel {@code index[j * each + t]} of a box.
 *
 * @param each neighbours of a voxel: 2 if linear, 4 if cubic
 */
record Taps(int each, int[] index, double[] weight) {

  int count() {
    return index.length / each;
  }

  /**
   * Linear weights for the voxels of {@code wanted} from {@code box}, old voxels inside the image. Beyond the
   * image its border voxels continue. A voxel of weight 0 is not touched.
   */
  static Taps linear(Resampling grids, int axis, Box wanted, Box box) {
    int count = wanted.size(axis);
    Taps taps = new Taps(2, new int[2 * count], new double[2 * count]);
    int last = grids.from().size(axis) - 1;
    for (int j = 0; j < count; j++) {
      double place = grids.position(axis, wanted.low(axis) + j);
      int below = (int) Math.floor(place);
      double fraction = place - below;
      int above = fraction == 0 ? below : below + 1;
      taps.index[2 * j] = Math.max(0, Math.min(below, last)) - box.low(axis);
      taps.index[2 * j + 1] = Math.max(0, Math.min(above, last)) - box.low(axis);
      taps.weight[2 * j] = 1 - fraction;
      taps.weight[2 * j + 1] = fraction;
    }
    return taps;
  }

  /** Weights of cubic B-splines for coefficients (see {@link Spline}) in {@code box}. */
  static Taps cubic(Resampling grids, int axis, Box wanted, Box box) {
    int count = wanted.size(axis);
    Taps taps = new Taps(4, new int[4 * count], new double[4 * count]);
    for (int j = 0; j < count; j++) {
      double place = grids.position(axis, wanted.low(axis) + j);
      int below = (int) Math.floor(place);
      double f = place - below;
      double g = 1 - f;
      for (int t = 0; t < 4; t++) {
        taps.index[4 * j + t] = below - 1 + t - box.low(axis);
      }
      taps.weight[4 * j] = g * g * g / 6;
      taps.weight[4 * j + 1] = 2.0 / 3 - f * f * (2 - f) / 2;
      taps.weight[4 * j + 2] = 2.0 / 3 - g * g * (2 - g) / 2;
      taps.weight[4 * j + 3] = f * f * f / 6;
    }
    return taps;
  }
}
