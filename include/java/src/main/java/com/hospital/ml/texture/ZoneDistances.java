package com.hospital.ml.texture;

import com.hospital.ml.levels.Levels;

/**
 * Distances of voxels to the outside of the morphological mask (IBSI 3.9): steps through faces, in space or
 * in the plane of a slice, from 1 for a voxel that has a face outside. The border of the image is outside.
 */
final class ZoneDistances {
  private ZoneDistances() {}

  /**
   * The distance of every voxel of the padded box, 0 outside. Two passes are exact for the city-block metric
   * (Rosenfeld and Pfaltz 1966); a distance is at most half of a side, so 16 bits suffice.
   */
  static char[] of(Levels levels, boolean inPlane) {
    byte[] shape = levels.shape();
    int row = levels.at(0, 1, 0);
    int plane = levels.at(0, 0, 1);
    // in the plane of a slice, the step to another slice is replaced by one that is looked at anyway
    int across = inPlane ? row : plane;
    char[] distances = new char[shape.length];
    for (int p = plane; p < shape.length - plane; p++) {
      if (shape[p] != 0) {
        int before = Math.min(distances[p - 1], Math.min(distances[p - row], distances[p - across]));
        distances[p] = (char) (before + 1);
      }
    }
    for (int p = shape.length - plane - 1; p >= plane; p--) {
      if (shape[p] != 0) {
        int after = Math.min(distances[p + 1], Math.min(distances[p + row], distances[p + across]));
        distances[p] = (char) Math.min(distances[p], after + 1);
      }
    }
    return distances;
  }
}
