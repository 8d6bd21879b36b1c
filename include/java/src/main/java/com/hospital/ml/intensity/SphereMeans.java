package com.hospital.ml.intensity;

import com.hospital.ml.region.Region;
import java.util.Arrays;

/**
 * Mean intensities in spheres of 1 cm^3 around each voxel of the intensity mask: of the voxels of the image,
 * in the region or not, whose centre lies in the sphere. What is not finite is left out as if it lay outside
 * the image.
 *
 * <p>A sphere is a bundle of runs along x. Runs around every x of a row of the image are widened by a voxel
 * at both ends, from shortest to longest, and each length is added to the spheres that hold such a run of the
 * row: nothing is subtracted, so nothing cancels. Only the slices that a sphere spans are open at a time.
 */
final class SphereMeans {
  private static final double RADIUS = Region.SPHERE_RADIUS;

  private final Region region;
  private final Region.Window window;
  private final int px;
  private final int py;

  /** Rows of the sphere reach this far along y and z, voxels. */
  private final int reachY;

  private final int reachZ;

  /** Of each length, in voxels on either side of the middle: dy and dz of the sphere's runs, in turn. */
  private final int[][] runs;

  private int voxelsOfSphere;

  /** First and last voxel of each row of the box in the intensity mask; last is 0 where there is none. */
  private final int[] first;

  private final int[] last;

  /**
   * Sums and numbers of missing voxels of the spheres around each voxel of the open slices: slice z at z %
   * open.
   */
  private final double[][] sums;

  private final int[][] missing;

  /** A row of the image with {@code margin} voxels more on both sides, and 1 where a voxel is missing. */
  private final int margin;

  private final double[] row;
  private final int[] isMissing;
  private boolean isComplete;

  /** Of the runs around every x of the row. */
  private final double[] runSum;

  private final int[] runMissing;

  private int nextIntensity;
  private double highest = Double.NEGATIVE_INFINITY;
  private double localPeak = Double.NEGATIVE_INFINITY;
  private double globalPeak = Double.NEGATIVE_INFINITY;

  SphereMeans(Region region) {
    this.region = region;
    window = region.window();
    px = region.px();
    py = region.py();
    margin = (int) (RADIUS / region.spacing()[0]);
    reachY = (int) (RADIUS / region.spacing()[1]);
    reachZ = (int) (RADIUS / region.spacing()[2]);
    runs = new int[margin + 1][];
    findRuns(region.spacing());
    first = new int[py * region.pz()];
    last = new int[py * region.pz()];
    findEnds();
    int open = Math.min(2 * reachZ + 1, region.pz());
    sums = new double[open][px * py];
    missing = new int[open][px * py];
    row = new double[px + 2 * margin];
    isMissing = new int[px + 2 * margin];
    runSum = new double[px];
    runMissing = new int[px];
  }

  /** The highest mean around the voxels of largest intensity. */
  double localPeak() {
    return localPeak;
  }

  /** The highest mean around any voxel of the intensity mask. */
  double globalPeak() {
    return globalPeak;
  }

  void measure() {
    for (int z = 1 - reachZ; z < region.pz() - 1 + reachZ; z++) {
      for (int y = 1 - reachY; y < py - 1 + reachY; y++) {
        addRow(y, z);
      }
      if (z - reachZ >= 1) {
        close(z - reachZ);
      }
    }
  }

  private void findRuns(double[] spacing) {
    int[] used = new int[runs.length];
    int rows = (2 * reachZ + 1) * (2 * reachY + 1);
    for (int dz = -reachZ; dz <= reachZ; dz++) {
      for (int dy = -reachY; dy <= reachY; dy++) {
        double y = dy * spacing[1];
        double z = dz * spacing[2];
        double squared = RADIUS * RADIUS - y * y - z * z;
        if (squared >= 0) {
          int length = (int) (Math.sqrt(squared) / spacing[0]);
          if (runs[length] == null) {
            runs[length] = new int[2 * rows];
          }
          runs[length][used[length]++] = dy;
          runs[length][used[length]++] = dz;
          voxelsOfSphere += 2 * length + 1;
        }
      }
    }
    for (int length = 0; length < runs.length; length++) {
      runs[length] = runs[length] == null ? new int[0] : Arrays.copyOf(runs[length], used[length]);
    }
  }

  private void findEnds() {
    byte[] inside = region.inside();
    for (int at = 0; at < first.length; at++) {
      for (int x = 1; x < px - 1; x++) {
        if (inside[at * px + x] != 0) {
          first[at] = last[at] == 0 ? x : first[at];
          last[at] = x;
        }
      }
    }
  }

  /** Adds the runs of the row (y, z) of the padded box, or beside it, to all spheres that reach it. */
  private void addRow(int y, int z) {
    int width = -1;
    for (int length = 0; length < runs.length; length++) {
      int[] ofLength = runs[length];
      for (int i = 0; i < ofLength.length; i += 2) {
        if (isReached(y - ofLength[i], z - ofLength[i + 1])) {
          while (width < length) {
            widen(y, z, ++width);
          }
          addRuns(y - ofLength[i], z - ofLength[i + 1]);
        }
      }
    }
  }

  /** Whether the row of the padded box has a voxel of the intensity mask. */
  private boolean isReached(int y, int z) {
    return y > 0 && y < py && z > 0 && z < region.pz() && last[z * py + y] > 0;
  }

  /** Makes the runs around every x ones of {@code length} voxels on either side; they had one less. */
  private void widen(int y, int z, int length) {
    if (length == 0) {
      load(y, z);
      System.arraycopy(row, margin, runSum, 0, px);
      System.arraycopy(isMissing, margin, runMissing, 0, px);
      return;
    }
    for (int x = 0; x < px; x++) {
      runSum[x] += row[x + margin - length] + row[x + margin + length];
    }
    for (int x = 0; x < px && !isComplete; x++) {
      runMissing[x] += isMissing[x + margin - length] + isMissing[x + margin + length];
    }
  }

  private void load(int y, int z) {
    int wy = y + window.oy();
    int wz = z + window.oz();
    boolean isInImage = wy >= 0 && wy < window.wy() && wz >= 0 && wz < window.wz();
    int start = (wz * window.wy() + wy) * window.wx();
    isComplete = true;
    for (int i = 0; i < row.length; i++) {
      int x = i - margin + window.ox();
      double value = isInImage && x >= 0 && x < window.wx() ? window.values()[start + x] : Double.NaN;
      boolean isFinite = Double.isFinite(value);
      row[i] = isFinite ? value : 0;
      isMissing[i] = isFinite ? 0 : 1;
      isComplete &= isFinite;
    }
  }

  private void addRuns(int y, int z) {
    double[] sum = sums[z % sums.length];
    int from = first[z * py + y];
    int to = last[z * py + y];
    int start = y * px;
    for (int x = from; x <= to; x++) {
      sum[start + x] += runSum[x];
    }
    if (!isComplete) {
      int[] lacking = missing[z % missing.length];
      for (int x = from; x <= to; x++) {
        lacking[start + x] += runMissing[x];
      }
    }
  }

  /** Compares the means of a slice whose spheres are full, and empties it for a later slice. */
  private void close(int z) {
    double[] sum = sums[z % sums.length];
    int[] lacking = missing[z % missing.length];
    int slice = z * px * py;
    for (int at = 0; at < px * py; at++) {
      if (region.inside()[slice + at] != 0) {
        double mean = sum[at] / (voxelsOfSphere - lacking[at]);
        double intensity = region.intensities()[nextIntensity++];
        globalPeak = Math.max(globalPeak, mean);
        if (intensity > highest) {
          highest = intensity;
          localPeak = mean;
        } else if (intensity == highest) {
          localPeak = Math.max(localPeak, mean);
        }
      }
    }
    Arrays.fill(sum, 0);
    Arrays.fill(lacking, 0);
  }
}
