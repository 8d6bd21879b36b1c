package com.hospital.ml.reason;

/** Why features are NULL: a closed list, written to the column {@code reason} by name. */
public enum Reason {
  /** The image path is NULL. Nothing was measured. */
  NO_IMAGE,
  /** The mask path is NULL: the series has no region. Nothing was measured. */
  NO_MASK,
  /**
   * A file is no readable single-file NIfTI-1: corrupt gzip, truncated, other format. Nothing was measured.
   */
  UNREADABLE_FILE,
  /** An image of more than three dimensions: there is no one intensity a voxel. Nothing was measured. */
  NOT_THREE_DIMENSIONAL,
  /** Shapes differ, or a corner of the grid differs by more than 0.001 mm. Nothing was measured. */
  GRID_MISMATCH,
  /**
   * Two axes of the grid are not at a right angle (a tilted gantry): surfaces, axes and distances are
   * defined for voxels that are boxes. Nothing was measured.
   */
  NON_ORTHOGONAL_GRID,
  /** No voxel of the mask is set, or none is left by its interpolation. Nothing was measured. */
  EMPTY_MASK,
  /** One voxel, after interpolation, has neither spread nor direction. Nothing was measured. */
  SINGLE_VOXEL,
  /** Fewer voxels, after interpolation, than the setting {@code min_voxels}. Nothing was measured. */
  TOO_FEW_VOXELS,
  /**
   * An intensity in the region is NaN or infinite, or was interpolated from one that is: features of
   * intensity are NULL, those of shape are there.
   */
  NOT_FINITE,
  /** All intensities are equal: only the features that divide by their spread are NULL. */
  FLAT_REGION,
  /** A ratio has a denominator of zero (for example a mean of 0): only that feature is NULL. */
  ZERO_DENOMINATOR,
  /** No voxel has a neighbour in the region, so a matrix is empty: the features of that class are NULL. */
  NO_NEIGHBOURS,
  /**
   * An intensity of the region has no grey level: with {@code discretisation} "none" it is no whole number
   * from 1 on, with "fbs" it lies below the origin. Features of grey levels are NULL. Choose a discretisation
   * that fits the image, a lower origin, or resegment_range.
   */
  NOT_LEVELS,
  /**
   * More grey levels than a matrix may have (1024): features of grey levels are NULL. Choose
   * wider bins, or resegment_range.
   */
  TOO_MANY_LEVELS,
  /**
   * The region's box, with the margin that interpolation and local intensity need, is larger than a setting
   * allows: with max_box_voxels nothing was measured; with max_autocorrelation_points only Moran's I and
   * Geary's C are NULL.
   */
  REGION_TOO_LARGE,
  /** Re-segmentation left fewer than two voxels: features of intensity are NULL, those of shape are there. */
  RESEGMENTED_AWAY
}
