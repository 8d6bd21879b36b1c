package com.hospital.ml.shape;

import java.util.Arrays;

/**
 * The vertices of the mesh that can be corners of its convex hull. Vertices of a binary region's mesh are the
 * middles of the edges between an inside and an outside voxel. A corner of the hull is an end of its line of
 * vertices and a corner of the hull of every plane of vertices it lies in: so of each line along x both ends
 * are found, and of those the hull corners of each x, y and z plane are kept.
 *
 * <p>A point is packed into a long: x, y and z, counted in half voxels from the corner of the padded box, z
 * highest.
 */
final class SurfacePoints {
  /** Bits a coordinate: three fit a long, and so does a determinant of differences of coordinates. */
  private static final int BITS = 20;

  private static final long MASK = (1L << BITS) - 1;

  private long[] found = new long[1024];
  private int n;

  private SurfacePoints() {}

  static long point(int x, int y, int z) {
    return (long) z << 2 * BITS | (long) y << BITS | x;
  }

  /** Half voxels from the padded box's corner along an axis (0 is x). */
  static int coordinate(long point, int axis) {
    return (int) (point >> axis * BITS & MASK);
  }

  /** The candidates of a padded box, each once. */
  static long[] of(byte[] box, int px, int py, int pz) {
    if (Math.max(px, Math.max(py, pz)) >= 1 << BITS - 1) {
      throw new IllegalArgumentException("a side of the box has " + (1 << BITS - 1) + " voxels or more");
    }
    SurfacePoints lines = new SurfacePoints();
    lines.findLineEnds(box, px, py, pz);
    long[] points = hullsOfPlanes(Arrays.copyOf(lines.found, lines.n));
    for (int turn = 0; turn < 2; turn++) {
      points = turned(points);
      Arrays.sort(points);
      points = hullsOfPlanes(points);
    }
    return turned(points);
  }

  /** Ascending; the border of the box is empty. */
  private void findLineEnds(byte[] box, int px, int py, int pz) {
    for (int z = 1; z < pz; z++) {
      int slice = z * py * px;
      for (int y = 1; y < py - 1; y++) {
        addEnds(box, slice + y * px, slice + y * px - py * px, px, point(0, 2 * y, 2 * z - 1), 0);
      }
      for (int y = 1; y < py && z < pz - 1; y++) {
        addEnds(box, slice + y * px, slice + y * px - px, px, point(0, 2 * y - 1, 2 * z), 0);
        addEnds(box, slice + y * px, 0, px, point(0, 2 * y, 2 * z), 1);
      }
    }
  }

  /**
   * Adds the first and last place where two rows of {@code px} voxels differ, {@code outwards} half voxels
   * further out; {@code line} is the point of x 0.
   */
  private void addEnds(byte[] box, int row, int other, int px, long line, int outwards) {
    int first = Arrays.mismatch(box, row, row + px, box, other, other + px);
    if (first < 0) {
      return;
    }
    int last = px - 1;
    while (box[row + last] == box[other + last]) {
      last--;
    }
    if (n + 2 > found.length) {
      found = Arrays.copyOf(found, 2 * found.length);
    }
    found[n++] = line + 2 * first - outwards;
    if (last > first || outwards > 0) {
      found[n++] = line + 2 * last + outwards;
    }
  }

  /** Moves the highest coordinate to the lowest place: (z, y, x) becomes (y, x, z). */
  private static long[] turned(long[] points) {
    long[] result = new long[points.length];
    for (int i = 0; i < points.length; i++) {
      result[i] = (points[i] << BITS & ((1L << 3 * BITS) - 1)) | points[i] >> 2 * BITS;
    }
    return result;
  }

  /** Of each plane of equal highest coordinate, the corners of its convex hull; {@code points} ascend. */
  private static long[] hullsOfPlanes(long[] points) {
    long[] kept = new long[points.length + 2];
    int n = 0;
    for (int from = 0; from < points.length; ) {
      int to = from;
      while (to < points.length && points[to] >> 2 * BITS == points[from] >> 2 * BITS) {
        to++;
      }
      n = hull(points, from, to, kept, n);
      from = to;
    }
    return Arrays.copyOf(kept, n);
  }

  /**
   * Andrew's monotone chain over ascending points [from, to); appends the corners at {@code n}, returns its
   * end.
   */
  private static int hull(long[] points, int from, int to, long[] into, int n) {
    if (to - from <= 2) {
      System.arraycopy(points, from, into, n, to - from);
      return n + to - from;
    }
    int base = n;
    for (int i = from; i < to; i++) {
      n = push(into, base, n, points[i]);
    }
    base = n - 1;
    for (int i = to - 2; i >= from; i--) {
      n = push(into, base, n, points[i]);
    }
    return n - 1;
  }

  private static int push(long[] stack, int base, int n, long point) {
    while (n - base >= 2 && turn(stack[n - 2], stack[n - 1], point) <= 0) {
      n--;
    }
    stack[n] = point;
    return n + 1;
  }

  private static long turn(long a, long b, long c) {
    long ux = coordinate(b, 1) - coordinate(a, 1);
    long uy = coordinate(b, 0) - coordinate(a, 0);
    long vx = coordinate(c, 1) - coordinate(a, 1);
    long vy = coordinate(c, 0) - coordinate(a, 0);
    return ux * vy - uy * vx;
  }
}
