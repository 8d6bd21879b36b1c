package com.hospital.ml.region;

import com.hospital.ml.reason.Reason;

/**
 * A region after the image processing of the IBSI reference manual, chapter 2: what every class measures.
 * Boxes are x fastest, then y, then z. The padded box is the bounding box of the morphological mask with a
 * border of one voxel on every side: px * py * pz.
 *
 * @param spacing distance of voxel centres along x, y, z, mm; axes are at right angles
 * @param shape padded box, 1 in the morphological mask
 * @param shapeVoxels voxels in the morphological mask
 * @param inside padded box, 1 in the intensity mask (the morphological mask after re-segmentation); the same
 *     array as {@code shape} when nothing was re-segmented
 * @param intensities those of the intensity mask, in the order of the box
 * @param window the image around the box
 */
public record Region(
    int px,
    int py,
    int pz,
    double[] spacing,
    byte[] shape,
    int shapeVoxels,
    byte[] inside,
    double[] intensities,
    Window window) {

  /**
   * The image around the padded box, cut at the image's own borders: wx * wy * wz intensities. Voxel (x, y,
   * z) of the padded box is voxel (x + ox, y + oy, z + oz) of the window, where there is one.
   */
  public record Window(double[] values, int wx, int wy, int wz, int ox, int oy, int oz) {}

  /** Radius of the spheres of 1 cm^3 around voxels in which local intensity (IBSI 3.2) is measured, mm. */
  public static final double SPHERE_RADIUS = 10 * Math.cbrt(3 / (4 * Math.PI));

  /** Volume of a voxel, mm^3. */
  public double voxelVolume() {
    return spacing[0] * spacing[1] * spacing[2];
  }

  /** Why no feature of the intensity mask can be measured, or null. */
  public Reason intensityFault() {
    if (intensities.length < 2) {
      return Reason.RESEGMENTED_AWAY;
    }
    for (double value : intensities) {
      if (!Double.isFinite(value)) {
        return Reason.NOT_FINITE;
      }
    }
    return null;
  }

  /** The same region with another intensity mask, and its intensities. */
  Region withIntensityMask(byte[] mask, double[] itsIntensities) {
    return new Region(px, py, pz, spacing, shape, shapeVoxels, mask, itsIntensities, window);
  }

  /** Where voxel (x, y, z) of the padded box is in its arrays. */
  public int at(int x, int y, int z) {
    return (z * py + y) * px + x;
  }
}
