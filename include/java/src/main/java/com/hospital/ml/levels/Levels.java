package com.hospital.ml.levels;

import com.hospital.ml.settings.Discretisation;

/**
 * The discretised region in a box with a border of one voxel on every side: 0 outside the intensity mask,
 * 1 to {@code count} inside; x fastest, then y, then z.
 *
 * @param values px * py * pz grey levels; the border is 0, so neighbours need no check of bounds
 * @param px voxels along x, border included; py and pz likewise (z counts slices)
 * @param count the highest grey level in the region (IBSI's N_g)
 * @param voxels voxels in the intensity mask
 * @param shape 1 in the morphological mask, 0 outside: the same box; distances (GLDZM) are measured in it
 */
public record Levels(short[] values, int px, int py, int pz, int count, int voxels, byte[] shape) {
  /** Whether a matrix of these levels is refused with {@code Reason.TOO_MANY_LEVELS}. */
  public boolean areTooMany() {
    return count > Discretisation.MOST_LEVELS;
  }

  public int at(int x, int y, int z) {
    return (z * py + y) * px + x;
  }
}
