package com.hospital.ml.shape;

import java.util.ArrayList;
import java.util.List;

/**
 * Area and volume of the marching-cubes surface (Lorensen and Cline 1987) of a binary region at level 0.5.
 *
 * <p>A binary region has only 256 kinds of cube, so the triangles of each are made once, from the rule "on
 * every face, cut off each run of inside corners", which neighbours apply alike: the surface is closed.
 * Cubes are then only counted, which makes the cost linear in the box and free of floating-point sums over
 * voxels.
 */
final class Mesh {
  private static final int CASES = 256;

  /** Ways to close a loop that enclose volumes nearer than this (voxels) are equal: the first one counts. */
  private static final double ROUNDING = 1e-12;

  /** Triangles of each case, in voxel steps from the cube's first corner: 9 numbers a triangle. */
  private static final double[][] TRIANGLES = new double[CASES][];

  static {
    for (int inside = 0; inside < CASES; inside++) {
      TRIANGLES[inside] = triangles(inside);
    }
  }

  private final long[] count = new long[CASES];
  private final long[][] cornerSum = new long[CASES][3];

  /**
   * Counts the cubes of a padded box (see {@code Region}) of {@code px} by {@code py} by {@code pz}.
   */
  Mesh(byte[] box, int px, int py, int pz) {
    int plane = px * py;
    for (int z = 0; z < pz - 1; z++) {
      for (int y = 0; y < py - 1; y++) {
        int at = z * plane + y * px;
        int left = column(box, at, px, plane);
        for (int x = 0; x < px - 1; x++) {
          at++;
          int right = column(box, at, px, plane);
          int inside = left | right << 1;
          left = right;
          if (inside != 0 && inside != CASES - 1) {
            count[inside]++;
            cornerSum[inside][0] += x;
            cornerSum[inside][1] += y;
            cornerSum[inside][2] += z;
          }
        }
      }
    }
  }

  /** Area in mm^2. */
  double area(double[] spacing) {
    double sum = 0;
    for (int inside = 0; inside < CASES; inside++) {
      if (count[inside] > 0) {
        double one = 0;
        for (int t = 0; t < TRIANGLES[inside].length; t += 9) {
          double[] a = edge(TRIANGLES[inside], t, 3);
          double[] b = edge(TRIANGLES[inside], t, 6);
          for (int axis = 0; axis < 3; axis++) {
            a[axis] *= spacing[axis];
            b[axis] *= spacing[axis];
          }
          double[] n = cross(a, b);
          one += Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) / 2;
        }
        sum += one * count[inside];
      }
    }
    return sum;
  }

  /** Volume in units of one voxel: the sum of the tetrahedra from the origin to each triangle. */
  double volume() {
    double sum = 0;
    for (int inside = 0; inside < CASES; inside++) {
      for (int t = 0; t < TRIANGLES[inside].length; t += 9) {
        double[] n = cross(edge(TRIANGLES[inside], t, 3), edge(TRIANGLES[inside], t, 6));
        for (int axis = 0; axis < 3; axis++) {
          sum += n[axis] * (cornerSum[inside][axis] + count[inside] * TRIANGLES[inside][t + axis]);
        }
      }
    }
    return Math.abs(sum) / 6;
  }

  /** The four corners with the x of {@code at}, at the bits of corners 0, 2, 4 and 6. */
  private static int column(byte[] box, int at, int px, int plane) {
    return box[at] | box[at + px] << 2 | box[at + plane] << 4 | box[at + plane + px] << 6;
  }

  /**
   * Corner c lies at (c & 1, c >> 1 & 1, c >> 2). Each cut edge is left by the walk around one of its two
   * faces and entered by the walk around the other, so the segments join into closed loops.
   */
  private static double[] triangles(int inside) {
    int[] next = new int[64];
    for (int axis = 0; axis < 3; axis++) {
      int u = 1 << (axis + 1) % 3;
      int v = 1 << (axis + 2) % 3;
      int far = 1 << axis;
      cutFace(inside, new int[] {far, far | u, far | u | v, far | v}, next);
      cutFace(inside, new int[] {0, v, u | v, u}, next);
    }
    List<double[]> found = new ArrayList<>();
    for (int start = 0; start < next.length; start++) {
      if (next[start] != 0) {
        List<double[]> loop = loop(next, start);
        found.addAll(chosen(caps(loop, 0, loop.size() - 1), Integer.bitCount(inside)).triangles);
      }
    }
    double[] flat = new double[9 * found.size()];
    for (int t = 0; t < found.size(); t++) {
      System.arraycopy(found.get(t), 0, flat, 9 * t, 9);
    }
    return flat;
  }

  /**
   * Adds the segments of a face, whose corners are given in order: from the end of each inside run to its
   * start.
   */
  private static void cutFace(int inside, int[] corners, int[] next) {
    for (int i = 0; i < 4; i++) {
      int after = (i + 1) & 3;
      if (isIn(inside, corners[i]) && !isIn(inside, corners[after])) {
        int first = i;
        while (isIn(inside, corners[(first + 3) & 3])) {
          first = (first + 3) & 3;
        }
        next[edgeOf(corners[i], corners[after])] = edgeOf(corners[(first + 3) & 3], corners[first]);
      }
    }
  }

  private static boolean isIn(int inside, int corner) {
    return (inside >> corner & 1) == 1;
  }

  private static int edgeOf(int a, int b) {
    return Math.min(a, b) * 8 + Math.max(a, b);
  }

  private static List<double[]> loop(int[] next, int start) {
    List<double[]> points = new ArrayList<>();
    for (int edge = start; next[edge] != 0; ) {
      int a = edge / 8;
      int b = edge % 8;
      points.add(
          new double[] {
            ((a & 1) + (b & 1)) / 2.0, ((a >> 1 & 1) + (b >> 1 & 1)) / 2.0, ((a >> 2) + (b >> 2)) / 2.0
          });
      int following = next[edge];
      next[edge] = 0;
      edge = following;
    }
    return points;
  }

  /** Triangles that close a loop, and six times the volume they hide from its inside. */
  private record Cap(double hidden, List<double[]> triangles) {}

  /**
   * Of all ways to close a loop, for a loop need not be flat: with up to three corners inside the one that
   * encloses most, with five or more the one that encloses least, with four the one in the middle. A region
   * and its complement have the same surface so, as with the published tables of cases.
   */
  private static Cap chosen(List<Cap> caps, int cornersInside) {
    double least = caps.stream().mapToDouble(Cap::hidden).min().orElseThrow();
    double most = caps.stream().mapToDouble(Cap::hidden).max().orElseThrow();
    double wanted = cornersInside < 4 ? least : cornersInside > 4 ? most : (least + most) / 2;
    Cap best = caps.get(0);
    for (Cap cap : caps) {
      if (Math.abs(best.hidden - wanted) - Math.abs(cap.hidden - wanted) > ROUNDING) {
        best = cap;
      }
    }
    return best;
  }

  /** All ways to close the loop from point {@code from} to {@code to} by triangles. */
  private static List<Cap> caps(List<double[]> loop, int from, int to) {
    if (to - from < 2) {
      return List.of(new Cap(0, List.of()));
    }
    List<Cap> found = new ArrayList<>();
    for (int middle = from + 1; middle < to; middle++) {
      double[] triangle = new double[9];
      System.arraycopy(loop.get(from), 0, triangle, 0, 3);
      System.arraycopy(loop.get(middle), 0, triangle, 3, 3);
      System.arraycopy(loop.get(to), 0, triangle, 6, 3);
      double[] n = cross(edge(triangle, 0, 3), edge(triangle, 0, 6));
      double own = n[0] * triangle[0] + n[1] * triangle[1] + n[2] * triangle[2];
      for (Cap before : caps(loop, from, middle)) {
        for (Cap after : caps(loop, middle, to)) {
          List<double[]> triangles = new ArrayList<>(before.triangles);
          triangles.addAll(after.triangles);
          triangles.add(triangle);
          found.add(new Cap(before.hidden + after.hidden + own, triangles));
        }
      }
    }
    return found;
  }

  private static double[] edge(double[] points, int origin, int offset) {
    double[] edge = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      edge[axis] = points[origin + offset + axis] - points[origin + axis];
    }
    return edge;
  }

  private static double[] cross(double[] a, double[] b) {
    return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
  }
}
