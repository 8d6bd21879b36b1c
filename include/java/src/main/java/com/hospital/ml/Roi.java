package com.hospital.ml;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The region: which voxels of the grid belong to it, and their intensities. The mask is read first, and
 * only the bits around set voxels, then only the intensities under them, are kept: memory grows with the
 * region, not with the volume. A voxel belongs to the region when its mask value is at least 0.5 (IBSI's
 * threshold).
 */
final class Roi {
  static final double MASK_LEVEL = 0.5;

  /** Voxels read at once; a multiple of 64. */
  private static final int CHUNK = 8192;

  private final Grid grid;
  private final List<Chunk> chunks = new ArrayList<>();
  private final int[] low = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
  private final int[] high = {-1, -1, -1};
  private long voxels;

  private record Chunk(long first, long[] bits) {}

  private Roi(Grid grid) {
    this.grid = grid;
  }

  /** Reads a mask to its end. */
  static Roi read(NiftiReader mask) throws IOException {
    Roi roi = new Roi(mask.grid());
    double[] values = new double[CHUNK];
    long first = 0;
    while (mask.voxelsLeft() > 0) {
      int count = mask.read(values);
      roi.keep(first, values, count);
      first += count;
    }
    mask.finish();
    return roi;
  }

  Grid grid() {
    return grid;
  }

  /** Number of voxels in the region. */
  long voxels() {
    return voxels;
  }

  /** Size of the bounding box along an axis (0 is x), in voxels. */
  int size(int axis) {
    return high[axis] - low[axis] + 1;
  }

  /** Reads an image to its end; the intensities of the region, x fastest. Call with the region not empty. */
  double[] intensities(NiftiReader image) throws IOException {
    double[] found = new double[Math.toIntExact(voxels)];
    double[] values = new double[CHUNK];
    int at = 0;
    int next = 0;
    for (long first = 0; image.voxelsLeft() > 0; first += CHUNK) {
      image.read(values);
      if (next < chunks.size() && chunks.get(next).first == first) {
        long[] bits = chunks.get(next++).bits;
        for (int word = 0; word < bits.length; word++) {
          for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
            found[at++] = values[(word << 6) + Long.numberOfTrailingZeros(rest)];
          }
        }
      }
    }
    image.finish();
    return found;
  }

  /**
   * The bounding box with a border of one empty voxel: 1 in the region, 0 outside; (size(0) + 2) by
   * (size(1) + 2) by (size(2) + 2), x fastest.
   */
  byte[] paddedBox() {
    int px = size(0) + 2;
    int py = size(1) + 2;
    byte[] box = new byte[Math.toIntExact((long) px * py * (size(2) + 2))];
    forEach((x, y, z) -> box[((z + 1) * py + y + 1) * px + x + 1] = 1);
    return box;
  }

  /** Takes the place of one voxel, counted from the corner of the bounding box. */
  interface VoxelVisitor {
    void visit(int x, int y, int z);
  }

  /** Visits the voxels, x fastest, in the order of {@link #intensities}. */
  void forEach(VoxelVisitor visitor) {
    for (Chunk chunk : chunks) {
      for (int word = 0; word < chunk.bits.length; word++) {
        for (long rest = chunk.bits[word]; rest != 0; rest &= rest - 1) {
          long index = chunk.first + (word << 6) + Long.numberOfTrailingZeros(rest);
          long row = index / grid.nx();
          visitor.visit(
              (int) (index - row * grid.nx()) - low[0],
              (int) (row % grid.ny()) - low[1],
              (int) (row / grid.ny()) - low[2]);
        }
      }
    }
  }

  private void keep(long first, double[] values, int count) {
    long[] bits = null;
    for (int i = 0; i < count; i++) {
      if (values[i] >= MASK_LEVEL) {
        if (bits == null) {
          bits = new long[CHUNK >> 6];
        }
        bits[i >> 6] |= 1L << i;
        voxels++;
        widen(first + i);
      }
    }
    if (bits != null) {
      chunks.add(new Chunk(first, bits));
    }
  }

  private void widen(long index) {
    long row = index / grid.nx();
    int[] place = {(int) (index - row * grid.nx()), (int) (row % grid.ny()), (int) (row / grid.ny())};
    for (int axis = 0; axis < 3; axis++) {
      low[axis] = Math.min(low[axis], place[axis]);
      high[axis] = Math.max(high[axis], place[axis]);
    }
  }

  @Override
  public String toString() {
    return "Roi of " + voxels + " voxels, box " + Arrays.toString(low) + " to " + Arrays.toString(high);
  }
}
