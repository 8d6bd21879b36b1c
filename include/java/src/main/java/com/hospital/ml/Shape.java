package com.hospital.ml;

import static com.hospital.ml.FeatureTable.SHAPE_ASPHERICITY;
import static com.hospital.ml.FeatureTable.SHAPE_CENTRE_OF_MASS_SHIFT;
import static com.hospital.ml.FeatureTable.SHAPE_COMPACTNESS_1;
import static com.hospital.ml.FeatureTable.SHAPE_COMPACTNESS_2;
import static com.hospital.ml.FeatureTable.SHAPE_ELONGATION;
import static com.hospital.ml.FeatureTable.SHAPE_FLATNESS;
import static com.hospital.ml.FeatureTable.SHAPE_LEAST_AXIS_LENGTH;
import static com.hospital.ml.FeatureTable.SHAPE_MAJOR_AXIS_LENGTH;
import static com.hospital.ml.FeatureTable.SHAPE_MAX_DIAMETER_3D;
import static com.hospital.ml.FeatureTable.SHAPE_MINOR_AXIS_LENGTH;
import static com.hospital.ml.FeatureTable.SHAPE_SPHERICAL_DISPROPORTION;
import static com.hospital.ml.FeatureTable.SHAPE_SPHERICITY;
import static com.hospital.ml.FeatureTable.SHAPE_SURFACE_AREA;
import static com.hospital.ml.FeatureTable.SHAPE_SURFACE_VOLUME_RATIO;
import static com.hospital.ml.FeatureTable.SHAPE_VOLUME_MESH;
import static com.hospital.ml.FeatureTable.SHAPE_VOLUME_VOXEL;

/** Morphological features (IBSI 3.1) of a region of at least two voxels. */
final class Shape {
  private Shape() {}

  /** Writes the features that need the region alone. */
  static void measure(Roi roi, FeatureValues out) {
    byte[] box = roi.paddedBox();
    int px = roi.size(0) + 2;
    int py = roi.size(1) + 2;
    int pz = roi.size(2) + 2;
    double[] linear = roi.grid().linear();
    Mesh mesh = new Mesh(box, px, py, pz);
    out.set(SHAPE_VOLUME_VOXEL, roi.voxels() * roi.grid().voxelVolume());
    surface(mesh.area(linear), mesh.volume() * roi.grid().voxelVolume(), out);
    out.set(SHAPE_MAX_DIAMETER_3D, Diameter.of(box, px, py, pz, linear));
    axes(roi, out);
  }

  /** Writes the distance between the centre of the voxels and their centre weighted by intensity. */
  static void measureCentreOfMassShift(Roi roi, double[] intensities, FeatureValues out) {
    double[] plain = new double[3];
    double[] weighted = new double[3];
    double[] weight = {0};
    int[] at = {0};
    roi.forEach(
        (x, y, z) -> {
          double w = intensities[at[0]++];
          weight[0] += w;
          plain[0] += x;
          plain[1] += y;
          plain[2] += z;
          weighted[0] += w * x;
          weighted[1] += w * y;
          weighted[2] += w * z;
        });
    if (weight[0] == 0) {
      out.setUndefined(SHAPE_CENTRE_OF_MASS_SHIFT, Reason.ZERO_DENOMINATOR);
      return;
    }
    double[] shift = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      shift[axis] = plain[axis] / roi.voxels() - weighted[axis] / weight[0];
    }
    double[] mm = Mesh.times(roi.grid().linear(), shift);
    out.set(SHAPE_CENTRE_OF_MASS_SHIFT, Math.sqrt(mm[0] * mm[0] + mm[1] * mm[1] + mm[2] * mm[2]));
  }

  private static void surface(double area, double volume, FeatureValues out) {
    double sphere = Math.cbrt(36 * Math.PI * volume * volume);
    out.set(SHAPE_VOLUME_MESH, volume);
    out.set(SHAPE_SURFACE_AREA, area);
    out.setRatio(SHAPE_SURFACE_VOLUME_RATIO, area, volume);
    out.setRatio(SHAPE_COMPACTNESS_1, volume, Math.sqrt(Math.PI) * Math.pow(area, 1.5));
    out.setRatio(SHAPE_COMPACTNESS_2, 36 * Math.PI * volume * volume, area * area * area);
    out.setRatio(SHAPE_SPHERICAL_DISPROPORTION, area, sphere);
    out.setRatio(SHAPE_SPHERICITY, sphere, area);
    out.setRatio(SHAPE_ASPHERICITY, area - sphere, sphere);
  }

  private static void axes(Roi roi, FeatureValues out) {
    double[] eigen = SymmetricEigen.values(covariance(roi));
    double[] length = new double[3];
    for (int i = 0; i < 3; i++) {
      // a plane or a line of voxels has eigenvalues of exactly 0, which rounding may put just below
      length[i] = 4 * Math.sqrt(Math.max(0, eigen[i]));
    }
    out.set(SHAPE_MAJOR_AXIS_LENGTH, length[0]);
    out.set(SHAPE_MINOR_AXIS_LENGTH, length[1]);
    out.set(SHAPE_LEAST_AXIS_LENGTH, length[2]);
    out.setRatio(SHAPE_ELONGATION, length[1], length[0]);
    out.setRatio(SHAPE_FLATNESS, length[2], length[0]);
  }

  /**
   * Covariance of voxel centres in mm^2, divided by N - 1 as IBSI's values are: xx, yy, zz, xy, xz, yz.
   * Sums are exact integers.
   */
  private static double[] covariance(Roi roi) {
    long[] s = new long[9];
    roi.forEach(
        (x, y, z) -> {
          s[0] += x;
          s[1] += y;
          s[2] += z;
          s[3] += (long) x * x;
          s[4] += (long) y * y;
          s[5] += (long) z * z;
          s[6] += (long) x * y;
          s[7] += (long) x * z;
          s[8] += (long) y * z;
        });
    double n = roi.voxels();
    double[] mean = {s[0] / n, s[1] / n, s[2] / n};
    double xx = s[3] / n - mean[0] * mean[0];
    double yy = s[4] / n - mean[1] * mean[1];
    double zz = s[5] / n - mean[2] * mean[2];
    double xy = s[6] / n - mean[0] * mean[1];
    double xz = s[7] / n - mean[0] * mean[2];
    double yz = s[8] / n - mean[1] * mean[2];
    double sample = n / (n - 1);
    double[] m = roi.grid().linear();
    double[][] rows = {{m[0], m[1], m[2]}, {m[3], m[4], m[5]}, {m[6], m[7], m[8]}};
    double[] voxel = {xx, xy, xz, xy, yy, yz, xz, yz, zz};
    for (int i = 0; i < voxel.length; i++) {
      voxel[i] *= sample;
    }
    return new double[] {
      form(rows[0], voxel, rows[0]), form(rows[1], voxel, rows[1]), form(rows[2], voxel, rows[2]),
      form(rows[0], voxel, rows[1]), form(rows[0], voxel, rows[2]), form(rows[1], voxel, rows[2])
    };
  }

  private static double form(double[] a, double[] matrix, double[] b) {
    double[] mb = Mesh.times(matrix, b);
    return a[0] * mb[0] + a[1] * mb[1] + a[2] * mb[2];
  }
}
