package com.hospital.ml.texture;

import com.hospital.ml.levels.Levels;
import java.util.Arrays;

/**
 * Takes zones out of a region one by one: a flood fill whose unit is the run of voxels along x, with a stack
 * of its own, so that neither the size nor the form of a zone is bounded by the thread's stack.
 */
final class ZoneFill {
  /** The levels of voxels not yet taken; those taken are 0. */
  private final short[] left;

  private final char[] distances;

  /** Steps to the neighbouring rows: 8 in space, 2 in a slice. */
  private final int[] rows;

  /** First and last voxel of each run whose neighbours are still to be looked at. */
  private int[] stack = new int[128];

  private int depth;
  private int size;
  private int distance;

  ZoneFill(Levels levels, boolean inPlane) {
    left = levels.values().clone();
    distances = ZoneDistances.of(levels, inPlane);
    int row = levels.at(0, 1, 0);
    int plane = levels.at(0, 0, 1);
    rows =
        inPlane
            ? new int[] {-row, row}
            : new int[] {
              -plane - row, -plane, -plane + row, -row, row, plane - row, plane, plane + row
            };
  }

  /** Whether a voxel of the padded box belongs to a zone that was not taken yet. */
  boolean isLeft(int voxel) {
    return left[voxel] != 0;
  }

  /** Takes the zone of a voxel that is left. */
  void fill(int voxel) {
    short level = left[voxel];
    size = 0;
    distance = Integer.MAX_VALUE;
    take(voxel, level);
    while (depth > 0) {
      int last = stack[--depth];
      int first = stack[--depth];
      for (int row : rows) {
        for (int p = first - 1 + row; p <= last + 1 + row; p++) {
          if (left[p] == level) {
            p = take(p, level);
          }
        }
      }
    }
  }

  /** Voxels of the zone taken last. */
  int size() {
    return size;
  }

  /** The smallest distance of a voxel of the zone taken last. */
  int distance() {
    return distance;
  }

  /** Takes the run through a voxel and returns its last voxel. */
  private int take(int voxel, short level) {
    int first = voxel;
    while (left[first - 1] == level) {
      first--;
    }
    int last = voxel;
    while (left[last + 1] == level) {
      last++;
    }
    for (int p = first; p <= last; p++) {
      left[p] = 0;
      distance = Math.min(distance, distances[p]);
    }
    size += last - first + 1;
    if (depth + 2 > stack.length) {
      stack = Arrays.copyOf(stack, 2 * stack.length);
    }
    stack[depth++] = first;
    stack[depth++] = last;
    return last;
  }
}
