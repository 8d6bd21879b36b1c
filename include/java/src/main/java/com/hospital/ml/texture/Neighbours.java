package com.hospital.ml.texture;

import com.hospital.ml.levels.Levels;

/** Neighbours at Chebyshev distance 1, as steps in the padded box of {@link Levels}. */
final class Neighbours {
  /** Directions in the plane of a slice; they come first. */
  static final int IN_PLANE = 4;

  private Neighbours() {}

  /** One step of each two opposite ones: 4 in the plane of a slice, then 9 to the next slice. */
  static int[] directions(Levels levels) {
    int[] steps = new int[13];
    int n = 0;
    for (int dz = 0; dz <= 1; dz++) {
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          if (dz == 1 || dy == 1 || dy == 0 && dx == 1) {
            steps[n++] = levels.at(dx, dy, dz);
          }
        }
      }
    }
    return steps;
  }

  /** The steps to the 26 neighbours in space, or to the 8 in the plane of a slice. */
  static int[] all(Levels levels, boolean inPlane) {
    int[] half = directions(levels);
    int directions = inPlane ? IN_PLANE : half.length;
    int[] steps = new int[2 * directions];
    for (int d = 0; d < directions; d++) {
      steps[d] = -half[d];
      steps[directions + d] = half[d];
    }
    return steps;
  }
}
