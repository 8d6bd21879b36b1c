package com.hospital.ml;

import java.util.Arrays;

/**
 * The largest distance between two vertices of the mesh. Those of a binary region are the middles of the
 * edges between an inside and an outside voxel. The two farthest points are corners of the convex hull,
 * hence of the hull of every plane of points they lie in, and an affine map keeps that true: so all but the
 * hull corners of each x, y and z plane are dropped, and few pairs are left to compare.
 */
final class Diameter {
  /** Bits a coordinate, counted in half voxels from the corner of the padded box. */
  private static final int BITS = 20;

  private static final long MASK = (1L << BITS) - 1;

  private Diameter() {}

  /** In mm; {@code linear} takes voxel steps to mm (9 numbers by rows). */
  static double of(byte[] box, int px, int py, int pz, double[] linear) {
    long[] points = vertices(box, px, py, pz);
    for (int turn = 0; turn < 3; turn++) {
      points = turned(hullsOfPlanes(points));
    }
    double[][] places = new double[points.length][];
    for (int i = 0; i < points.length; i++) {
      double[] place = new double[3];
      for (int axis = 0; axis < 3; axis++) {
        place[axis] = coordinate(points[i], axis) / 2.0;
      }
      places[i] = Mesh.times(linear, place);
    }
    return Math.sqrt(largestSquared(places));
  }

  /** Vertices packed as (z, y, x), z highest. */
  private static long[] vertices(byte[] box, int px, int py, int pz) {
    int[] steps = {1, px, px * py};
    long[] found = new long[1024];
    int n = 0;
    for (int z = 0; z < pz; z++) {
      for (int y = 0; y < py; y++) {
        for (int x = 0; x < px; x++) {
          int at = (z * py + y) * px + x;
          if (box[at] == 0) {
            continue;
          }
          if (n + 6 > found.length) {
            found = Arrays.copyOf(found, 2 * found.length);
          }
          long here = (2L * z << 2 * BITS) | (2L * y << BITS) | 2L * x;
          for (int axis = 0; axis < 3; axis++) {
            long half = 1L << axis * BITS;
            if (box[at - steps[axis]] == 0) {
              found[n++] = here - half;
            }
            if (box[at + steps[axis]] == 0) {
              found[n++] = here + half;
            }
          }
        }
      }
    }
    return Arrays.copyOf(found, n);
  }

  private static int coordinate(long point, int axis) {
    return (int) (point >> axis * BITS & MASK);
  }

  /** Moves the highest coordinate to the lowest place: (z, y, x) becomes (y, x, z). */
  private static long[] turned(long[] points) {
    long[] result = new long[points.length];
    for (int i = 0; i < points.length; i++) {
      result[i] = (points[i] << BITS & ((1L << 3 * BITS) - 1)) | points[i] >> 2 * BITS;
    }
    return result;
  }

  /** Of each plane of equal highest coordinate, the corners of its convex hull. */
  private static long[] hullsOfPlanes(long[] points) {
    Arrays.sort(points);
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
   * Andrew's monotone chain over sorted points [from, to); appends the corners at {@code n}, returns its
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

  private static double largestSquared(double[][] places) {
    double largest = 0;
    for (int i = 0; i < places.length; i++) {
      double[] a = places[i];
      for (int j = i + 1; j < places.length; j++) {
        double dx = a[0] - places[j][0];
        double dy = a[1] - places[j][1];
        double dz = a[2] - places[j][2];
        largest = Math.max(largest, dx * dx + dy * dy + dz * dz);
      }
    }
    return largest;
  }
}
