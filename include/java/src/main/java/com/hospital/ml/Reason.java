package com.hospital.ml;

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
  /** No voxel of the mask is set. Nothing was measured. */
  EMPTY_MASK("no voxel of the mask is set"),
  /** One voxel has neither spread nor direction. Nothing was measured. */
  SINGLE_VOXEL("one voxel of the mask is set"),
  /** Fewer voxels than the setting {@code min_voxels}. Nothing was measured. */
  TOO_FEW_VOXELS("fewer voxels are set than the setting min_voxels asks for"),
  /**
   * An intensity in the region is NaN or infinite: features of intensity are NULL, those of shape are
   * there.
   */
  NOT_FINITE("an intensity in the region, or a feature of them, is not a finite number"),
  /** All intensities are equal: only the features that divide by their spread are NULL. */
  FLAT_REGION("all intensities of the region are equal"),
  /** A ratio has a denominator of zero (for example a mean of 0): only that feature is NULL. */
  ZERO_DENOMINATOR("a ratio has a denominator of zero");

  private final String meaning;

  Reason(String meaning) {
    this.meaning = meaning;
  }

  /** One clause for people. */
  public String meaning() {
    return meaning;
  }
}
