package com.hospital.ml.texture;

import com.hospital.ml.levels.Levels;

/** Counts runs: the longest rows of voxels of one grey level in a direction (IBSI 3.7). */
final class RunLengths {
  /** Longer runs are rare: each takes as many voxels. */
  private static final int TABLED = 255;

  private final Levels levels;
  private final int[] voxels;
  private final int[] slices;

  RunLengths(Levels levels) {
    this.levels = levels;
    this.voxels = new int[levels.voxels()];
    this.slices = new int[levels.pz() + 1];
    int n = 0;
    int plane = levels.px() * levels.py();
    for (int z = 0; z < levels.pz(); z++) {
      for (int p = z * plane; p < (z + 1) * plane; p++) {
        if (levels.values()[p] != 0) {
          voxels[n++] = p;
        }
      }
      slices[z + 1] = n;
    }
  }

  /** Empty matrices for runs of these levels. */
  static SizeCounts[] matrices(Levels levels, int number) {
    SizeCounts[] empty = new SizeCounts[number];
    for (int i = 0; i < number; i++) {
      empty[i] = new SizeCounts(levels.count(), TABLED);
    }
    return empty;
  }

  /** Counts the runs of the whole region along a step. */
  void count(int step, SizeCounts into) {
    count(step, 0, voxels.length, into);
  }

  /** Counts the runs of slice z along a step in its plane. */
  void countSlice(int z, int step, SizeCounts into) {
    count(step, slices[z], slices[z + 1], into);
  }

  /** A run is counted at its first voxel: the one that comes after a voxel of another level. */
  private void count(int step, int from, int to, SizeCounts into) {
    short[] values = levels.values();
    for (int i = from; i < to; i++) {
      int first = voxels[i];
      short level = values[first];
      if (values[first - step] != level) {
        int length = 1;
        for (int next = first + step; values[next] == level; next += step) {
          length++;
        }
        into.add(level, length);
      }
    }
    into.addVoxels(to - from);
  }
}
