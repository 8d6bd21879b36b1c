package com.hospital.ml.region;

import com.hospital.ml.nifti.Box;
import com.hospital.ml.nifti.Grid;
import com.hospital.ml.nifti.NiftiReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The region as its mask says: which voxels of the grid belong to it. Only the bits around set voxels are
 * kept, so memory grows with the region, not with the volume. A voxel belongs to the region when its mask
 * value is at least 0.5 (IBSI's threshold).
 */
public final class Roi {
  /** Least mask value of a voxel of the region. */
  static final double MASK_LEVEL = 0.5;

  private final Grid grid;
  private final List<Chunk> chunks = new ArrayList<>();
  private final int[] low = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
  private final int[] high = {-1, -1, -1};
  private long voxels;

  private record Chunk(long first, long[] bits) {}

  private Roi(Grid grid) {
    this.grid = grid;
  }

  /**
   * Reads a mask to its end.
   *
   * @throws IOException when the mask cannot be read
   */
  public static Roi read(NiftiReader mask) throws IOException {
    Roi roi = new Roi(mask.grid());
    long[] bits = new long[NiftiReader.MASK_VOXELS / Long.SIZE];
    for (long first = 0; mask.voxelsLeft() > 0; first += NiftiReader.MASK_VOXELS) {
      int found = mask.readAtLeast(MASK_LEVEL, bits);
      if (found > 0) {
        roi.chunks.add(new Chunk(first, bits.clone()));
        roi.voxels += found;
      }
    }
    mask.finish();
    roi.visit(
        (x, y, z) -> {
          roi.widen(0, x);
          roi.widen(1, y);
          roi.widen(2, z);
        });
    return roi;
  }

  public Grid grid() {
    return grid;
  }

  /** Number of voxels in the region. */
  long voxels() {
    return voxels;
  }

  /** The bounding box; of a region that is not empty. */
  Box box() {
    return Box.between(low, high);
  }

  /** Of each voxel of {@code box}, x fastest, 1 in the region and 0 outside; the box holds the region. */
  byte[] within(Box box) {
    byte[] inside = new byte[Math.toIntExact(box.voxels())];
    visit((x, y, z) -> inside[((z - box.z()) * box.ny() + y - box.y()) * box.nx() + x - box.x()] = 1);
    return inside;
  }

  /** Takes the place of one voxel in the grid. */
  private interface VoxelVisitor {
    void visit(int x, int y, int z);
  }

  /** Visits the voxels, x fastest. */
  private void visit(VoxelVisitor visitor) {
    long rowStart = 0;
    long rowEnd = 0;
    int y = 0;
    int z = 0;
    for (Chunk chunk : chunks) {
      for (int word = 0; word < chunk.bits.length; word++) {
        for (long rest = chunk.bits[word]; rest != 0; rest &= rest - 1) {
          long index = chunk.first + ((long) word << 6) + Long.numberOfTrailingZeros(rest);
          if (index >= rowEnd) {
            long row = index / grid.nx();
            rowStart = row * grid.nx();
            rowEnd = rowStart + grid.nx();
            y = (int) (row % grid.ny());
            z = (int) (row / grid.ny());
          }
          visitor.visit((int) (index - rowStart), y, z);
        }
      }
    }
  }

  private void widen(int axis, int place) {
    low[axis] = Math.min(low[axis], place);
    high[axis] = Math.max(high[axis], place);
  }

  @Override
  public String toString() {
    return "Roi of " + voxels + " voxels" + (voxels == 0 ? "" : " in " + box());
  }
}
