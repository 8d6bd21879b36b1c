package com.hospital.ml.reason;

/** Why features are NULL: a closed list, written to the column {@code reason} by name. */
public enum Reason {
  /** The image path is NULL. Nothing was measured. */
  NO_IMAGE("the image path is NULL"),
  /** The mask path is NULL: the series has no region. Nothing was measured. */
  NO_MASK("the mask path is NULL"),
  /**
   * A file is no readable single-file NIfTI-1: corrupt gzip, truncated, other format. Nothing was measured.
   */
  UNREADABLE_FILE("a file is not a readable NIfTI-1 file"),
  /** An image of more than three dimensions: there is no one intensity a voxel. Nothing was measured. */
  NOT_THREE_DIMENSIONAL("a file holds more than one volume"),
  /** Shapes differ, or a corner of the grid differs by more than 0.001 mm. Nothing was measured. */
  GRID_MISMATCH("image and mask do not share a grid"),
  /**
   * Two axes of the grid are not at a right angle (a tilted gantry): surfaces, axes and distances are
   * defined for voxels that are boxes. Nothing was measured.
   */
  NON_ORTHOGONAL_GRID("the axes of the image's grid are not at right angles"),
  /** No voxel of the mask is set, or none is left by its interpolation. Nothing was measured. */
  EMPTY_MASK("no voxel of the mask is set, or none is left by its interpolation"),
  /** One voxel, after interpolation, has neither spread nor direction. Nothing was measured. */
  SINGLE_VOXEL("the region is one voxel"),
  /** Fewer voxels, after interpolation, than the setting {@code min_voxels}. Nothing was measured. */
  TOO_FEW_VOXELS("the region has fewer voxels than the setting min_voxels asks for"),
  /**
   * An intensity in the region is NaN or infinite, or was interpolated from one that is: features of
   * intensity are NULL, those of shape are there.
   */
  NOT_FINITE("an intensity in the region, or a feature of them, is not a finite number"),
  /** All intensities are equal: only the features that divide by their spread are NULL. */
  FLAT_REGION("all intensities of the region are equal"),
  /** A ratio has a denominator of zero (for example a mean of 0): only that feature is NULL. */
  ZERO_DENOMINATOR("a ratio has a denominator of zero"),
  /** No voxel has a neighbour in the region, so a matrix is empty: the features of that class are NULL. */
  NO_NEIGHBOURS("no two voxels of the region are neighbours"),
  /**
   * An intensity of the region has no grey level: with {@code discretisation} "none" it is no whole number
   * from 1 on, with "fbs" it lies below the origin. Features of grey levels are NULL. Choose a discretisation
   * that fits the image, a lower origin, or resegment_range.
   */
  NOT_LEVELS("the settings' discretisation gives an intensity of the region no grey level"),
  /**
   * More grey levels than a matrix may have (1024): features of grey levels are NULL. Choose
   * wider bins, or resegment_range.
   */
  TOO_MANY_LEVELS("the discretisation gives more grey levels than a matrix may have"),
  /**
   * The region's box, with the margin that interpolation and local intensity need, is larger than a setting
   * allows: with max_box_voxels nothing was measured; with max_autocorrelation_points only Moran's I and
   * Geary's C are NULL.
   */
  REGION_TOO_LARGE("the region's box is larger than the settings allow"),
  /** Re-segmentation left fewer than two voxels: features of intensity are NULL, those of shape are there. */
  RESEGMENTED_AWAY("re-segmentation left fewer than two voxels of the region");

  private final String meaning;

  Reason(String meaning) {
    this.meaning = meaning;
  }

  /** One clause for people. */
  public String meaning() {
    return meaning;
  }
}
