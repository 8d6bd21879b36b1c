package com.hospital.ml.shape;

import java.util.Arrays;

/**
 * Convex hull of points in space by quickhull (Barber, Dobkin and Huhdanpaa 1996). A point sees a face only
 * when it lies strictly above its plane, decided in whole numbers: so a face of the hull with more than three
 * corners comes out as several triangles of one plane, and nothing depends on rounding.
 */
final class ConvexHull {
  private static final int NONE = -1;

  private final long[] points;

  /** Of face f at 3 f: its corners, counter-clockwise from outside, and its normal, twice its area long. */
  private int[] corner = new int[3 * 64];

  private long[] normal = new long[3 * 64];

  /** At 3 f + e: the face beyond the edge from corner e to corner e + 1. */
  private int[] neighbour = new int[3 * 64];

  /** First of the points that see the face and are not in the hull yet, or NONE for an inner point. */
  private int[] outside = new int[64];

  private boolean[] isRemoved = new boolean[64];
  private int faces;

  /** Next point that sees the same face. */
  private final int[] next;

  /** Of a corner on the horizon: the new face whose first corner it is. */
  private final int[] faceFrom;

  private int[] stack = new int[64];
  private int[] horizon = new int[3 * 64];
  private int horizonEdges;

  /** {@code points} of {@link SurfacePoints}, not all in one plane: a mesh has width in every direction. */
  ConvexHull(long[] points) {
    this.points = points;
    next = new int[points.length];
    faceFrom = new int[points.length];
    startWith(tetrahedron());
    for (int face = 0; face < faces; face++) {
      if (!isRemoved[face] && outside[face] != NONE) {
        extend(face);
      }
    }
  }

  /** Volume in voxels. */
  double volume() {
    long sum = 0;
    int origin = corner[0];
    for (int face = 0; face < faces; face++) {
      if (!isRemoved[face]) {
        sum -= height(face, origin);
      }
    }
    // six tetrahedra fill a box; half voxels have an eighth of a voxel's volume
    return sum / 48.0;
  }

  /** Area in mm^2. */
  double area(double[] spacing) {
    double sum = 0;
    for (int face = 0; face < faces; face++) {
      if (!isRemoved[face]) {
        double nx = normal[3 * face] * spacing[1] * spacing[2];
        double ny = normal[3 * face + 1] * spacing[2] * spacing[0];
        double nz = normal[3 * face + 2] * spacing[0] * spacing[1];
        sum += Math.sqrt(nx * nx + ny * ny + nz * nz);
      }
    }
    // half of a parallelogram; half voxels have a quarter of a pixel's area
    return sum / 8;
  }

  /** The points at the corners of the faces, each once. */
  long[] corners() {
    boolean[] isCorner = new boolean[points.length];
    for (int at = 0; at < 3 * faces; at++) {
      isCorner[corner[at]] |= !isRemoved[at / 3];
    }
    long[] found = new long[points.length];
    int n = 0;
    for (int i = 0; i < points.length; i++) {
      if (isCorner[i]) {
        found[n++] = points[i];
      }
    }
    return Arrays.copyOf(found, n);
  }

  /** Four points that are not in one plane, the fourth below the first three. */
  private int[] tetrahedron() {
    long[] n = new long[3];
    int second = 1;
    for (int third = 2; third < points.length; third++) {
      n = cross(0, second, third);
      if (n[0] == 0 && n[1] == 0 && n[2] == 0) {
        continue;
      }
      for (int fourth = 1; fourth < points.length; fourth++) {
        long height = dot(n, 0, 0, fourth);
        if (height != 0) {
          return height < 0 ? new int[] {0, second, third, fourth} : new int[] {0, third, second, fourth};
        }
      }
      break;
    }
    throw new IllegalArgumentException("the points lie in one plane");
  }

  private void startWith(int[] four) {
    int[][] sides = {{0, 1, 2}, {0, 3, 1}, {1, 3, 2}, {2, 3, 0}};
    int[][] beyond = {{1, 2, 3}, {3, 2, 0}, {1, 3, 0}, {2, 1, 0}};
    for (int side = 0; side < 4; side++) {
      addFace(four[sides[side][0]], four[sides[side][1]], four[sides[side][2]]);
      System.arraycopy(beyond[side], 0, neighbour, 3 * side, 3);
    }
    for (int point = 0; point < points.length; point++) {
      assign(point, 0);
    }
  }

  /** Gives the point to one of the faces from {@code first} on that it sees. */
  private void assign(int point, int first) {
    for (int face = first; face < faces; face++) {
      if (height(face, point) > 0) {
        next[point] = outside[face];
        outside[face] = point;
        return;
      }
    }
  }

  /** Replaces the faces that the farthest point of {@code face} sees by a cone from it to their horizon. */
  private void extend(int face) {
    int apex = farthest(face);
    int orphans = removeSeen(face, apex);
    int first = faces;
    for (int edge = 0; edge < horizonEdges; edge++) {
      int from = horizon[3 * edge];
      int to = horizon[3 * edge + 1];
      int beyond = horizon[3 * edge + 2];
      int added = addFace(from, to, apex);
      neighbour[3 * added] = beyond;
      for (int e = 0; e < 3; e++) {
        if (corner[3 * beyond + e] == to) {
          neighbour[3 * beyond + e] = added;
        }
      }
      faceFrom[from] = added;
    }
    for (int added = first; added < faces; added++) {
      int following = faceFrom[corner[3 * added + 1]];
      neighbour[3 * added + 1] = following;
      neighbour[3 * following + 2] = added;
    }
    while (orphans != NONE) {
      int point = orphans;
      orphans = next[point];
      if (point != apex) {
        assign(point, first);
      }
    }
  }

  private int farthest(int face) {
    int best = outside[face];
    for (int point = next[best]; point != NONE; point = next[point]) {
      if (height(face, point) > height(face, best)) {
        best = point;
      }
    }
    return best;
  }

  /** Removes the faces that {@code apex} sees, keeps their horizon, and returns their points as one list. */
  private int removeSeen(int face, int apex) {
    int orphans = NONE;
    horizonEdges = 0;
    isRemoved[face] = true;
    stack[0] = face;
    for (int n = 1; n > 0; ) {
      int seen = stack[--n];
      for (int point = outside[seen]; point != NONE; ) {
        int following = next[point];
        next[point] = orphans;
        orphans = point;
        point = following;
      }
      for (int e = 0; e < 3; e++) {
        int beyond = neighbour[3 * seen + e];
        if (isRemoved[beyond]) {
          continue;
        }
        if (height(beyond, apex) > 0) {
          isRemoved[beyond] = true;
          stack[n++] = beyond;
        } else {
          horizon[3 * horizonEdges] = corner[3 * seen + e];
          horizon[3 * horizonEdges + 1] = corner[3 * seen + (e + 1) % 3];
          horizon[3 * horizonEdges++ + 2] = beyond;
        }
      }
    }
    return orphans;
  }

  private int addFace(int a, int b, int c) {
    if (faces == outside.length) {
      corner = Arrays.copyOf(corner, 6 * faces);
      normal = Arrays.copyOf(normal, 6 * faces);
      neighbour = Arrays.copyOf(neighbour, 6 * faces);
      outside = Arrays.copyOf(outside, 2 * faces);
      isRemoved = Arrays.copyOf(isRemoved, 2 * faces);
      stack = Arrays.copyOf(stack, 2 * faces);
      horizon = Arrays.copyOf(horizon, 6 * faces);
    }
    corner[3 * faces] = a;
    corner[3 * faces + 1] = b;
    corner[3 * faces + 2] = c;
    System.arraycopy(cross(a, b, c), 0, normal, 3 * faces, 3);
    outside[faces] = NONE;
    return faces++;
  }

  /** Six times the volume of the tetrahedron from the face to the point, above 0 where it sees the face. */
  private long height(int face, int point) {
    return dot(normal, 3 * face, corner[3 * face], point);
  }

  private long dot(long[] n, int at, int from, int to) {
    return n[at] * difference(from, to, 0)
        + n[at + 1] * difference(from, to, 1)
        + n[at + 2] * difference(from, to, 2);
  }

  private long[] cross(int a, int b, int c) {
    long[] n = new long[3];
    for (int axis = 0; axis < 3; axis++) {
      int u = (axis + 1) % 3;
      int v = (axis + 2) % 3;
      n[axis] = difference(a, b, u) * difference(a, c, v) - difference(a, b, v) * difference(a, c, u);
    }
    return n;
  }

  private long difference(int from, int to, int axis) {
    return SurfacePoints.coordinate(points[to], axis) - SurfacePoints.coordinate(points[from], axis);
  }
}
