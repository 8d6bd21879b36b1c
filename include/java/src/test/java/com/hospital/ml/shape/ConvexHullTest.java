package com.hospital.ml.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hospital.ml.testing.Regions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConvexHullTest {
  private static final double[] SPACING = {1.3, 0.9, 2.1};

  @Test
  void aBoxOfVoxelsHasTheHullOfItsFacesPoints() {
    // 2 by 3 by 4 voxels: the hull of the middles of the outer faces is the box with its edges cut off
    byte[] box = Regions.box(4, 5, 6, (x, y, z) -> true);
    ConvexHull hull = new ConvexHull(SurfacePoints.of(box, 4, 5, 6));
    // planes x = 0 and 2 hold rectangles of 2 by 3, y = 0 and 3 of 1 by 3, z = 0 and 4 of 1 by 2: of the 24
    // each of the 12 edges loses a prism of legs 1/2, each corner where three meet keeps one tetrahedron less
    double prisms = (4 * (1 + 2 + 3)) / 8.0;
    double corners = 8 * (1.0 / 8 - 1.0 / 48);
    assertEquals(24 - prisms - corners, hull.volume(), 1e-12);
    assertEquals(24, hull.corners().length);
  }

  @Test
  void pointsInsideFacesAndEdgesChangeNothing() {
    List<Long> corners = new ArrayList<>();
    List<Long> all = new ArrayList<>();
    for (int x = 0; x <= 4; x += 2) {
      for (int y = 0; y <= 4; y += 2) {
        for (int z = 0; z <= 4; z += 2) {
          all.add(SurfacePoints.point(x, y, z));
          if (x % 4 == 0 && y % 4 == 0 && z % 4 == 0) {
            corners.add(SurfacePoints.point(x, y, z));
          }
        }
      }
    }
    Random random = new Random(11);
    for (int round = 0; round < 50; round++) {
      Collections.shuffle(all, random);
      ConvexHull hull = new ConvexHull(packed(all));
      // 2 by 2 by 2 voxels
      assertEquals(8, hull.volume());
      assertEquals(8 * (1.3 * 0.9 + 0.9 * 2.1 + 2.1 * 1.3), hull.area(SPACING), 1e-12);
      List<Long> found = Arrays.stream(hull.corners()).boxed().toList();
      assertTrue(found.containsAll(corners));
    }
  }

  @Test
  void theHullOfRandomPointsHasAllPointsBelowTheFacesThatAllTriplesGive() {
    Random random = new Random(5);
    for (int round = 0; round < 60; round++) {
      int side = 2 + random.nextInt(6);
      long[] points = new long[5 + random.nextInt(25)];
      for (int i = 0; i < points.length; i++) {
        points[i] =
            SurfacePoints.point(random.nextInt(side), random.nextInt(side), random.nextInt(side + 3));
      }
      points = Arrays.stream(points).distinct().toArray();
      double slow = slowVolume(points);
      if (slow > 0) {
        assertEquals(slow, new ConvexHull(points).volume(), 1e-9);
      } else {
        long[] flat = points;
        assertThrows(IllegalArgumentException.class, () -> new ConvexHull(flat));
      }
    }
  }

  @Test
  void theReducedPointsHaveTheHullOfAllVertices() {
    Random random = new Random(3);
    for (int round = 0; round < 40; round++) {
      byte[] box = Regions.box(9, 8, 7, (x, y, z) -> random.nextInt(4) == 0);
      long[] all = vertices(box, 9, 8, 7);
      if (all.length > 0) {
        ConvexHull full = new ConvexHull(all);
        long[] reduced = SurfacePoints.of(box, 9, 8, 7);
        assertTrue(reduced.length <= all.length);
        assertEquals(reduced.length, Arrays.stream(reduced).distinct().count());
        ConvexHull hull = new ConvexHull(reduced);
        assertEquals(full.volume(), hull.volume());
        assertEquals(full.area(SPACING), hull.area(SPACING), 1e-9);
      }
    }
  }

  @Test
  void theDiameterIsThatOfAllPairsOfVertices() {
    Random random = new Random(3);
    for (int round = 0; round < 20; round++) {
      byte[] box = Regions.box(9, 8, 7, (x, y, z) -> random.nextInt(4) == 0);
      long[] corners = new ConvexHull(SurfacePoints.of(box, 9, 8, 7)).corners();
      assertEquals(slowDiameter(vertices(box, 9, 8, 7)), Diameter.of(corners, SPACING), 1e-9);
    }
  }

  @Test
  void aSideTooLongForTheCoordinatesIsRefused() {
    byte[] box = new byte[(1 << 19) * 9];
    box[(1 << 19) * 4 + 1] = 1;
    assertThrows(IllegalArgumentException.class, () -> SurfacePoints.of(box, 1 << 19, 3, 3));
  }

  private static long[] packed(List<Long> points) {
    return points.stream().mapToLong(Long::longValue).toArray();
  }

  private static long[] vertices(byte[] box, int px, int py, int pz) {
    List<Long> points = new ArrayList<>();
    int[][] steps = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    for (int z = 0; z < pz - 1; z++) {
      for (int y = 0; y < py - 1; y++) {
        for (int x = 0; x < px - 1; x++) {
          for (int[] d : steps) {
            if (box[(z * py + y) * px + x] != box[((z + d[2]) * py + y + d[1]) * px + x + d[0]]) {
              points.add(SurfacePoints.point(2 * x + d[0], 2 * y + d[1], 2 * z + d[2]));
            }
          }
        }
      }
    }
    return packed(points);
  }

  /** Of each plane through three points with all others on one side: the cone from point 0 to its polygon. */
  private static double slowVolume(long[] points) {
    double six = 0;
    List<List<Integer>> done = new ArrayList<>();
    for (int a = 0; a < points.length; a++) {
      for (int b = 0; b < points.length; b++) {
        for (int c = 0; c < points.length; c++) {
          List<Integer> plane = new ArrayList<>();
          boolean isFace = a < b && a < c && !isLine(points[a], points[b], points[c]);
          for (int d = 0; d < points.length && isFace; d++) {
            double side = determinant(points[a], points[b], points[c], points[d]);
            isFace = side <= 0;
            if (side == 0) {
              plane.add(d);
            }
          }
          if (isFace && plane.size() < points.length && !done.contains(plane)) {
            done.add(plane);
            six += cone(points, plane, a, b, c);
          }
        }
      }
    }
    return six / 48;
  }

  /** Six times the volume over a polygon: every edge of it, seen from the middle of its points. */
  private static double cone(long[] points, List<Integer> plane, int a, int b, int c) {
    double sum = 0;
    for (int from : plane) {
      for (int to : plane) {
        boolean isEdge = from != to;
        for (int other : plane) {
          isEdge &= inPlane(points, a, b, c, from, to, other) >= 0;
          // of points on one line only the two outermost make an edge
          isEdge &=
              inPlane(points, a, b, c, from, to, other) != 0
                  || squared(points[from], points[other]) <= squared(points[from], points[to])
                      && squared(points[to], points[other]) <= squared(points[from], points[to]);
        }
        if (isEdge) {
          sum += Math.abs(determinant(points[a], points[from], points[to], points[0]));
        }
      }
    }
    return sum;
  }

  private static double inPlane(long[] points, int a, int b, int c, int from, int to, int other) {
    double[] n = cross(minus(points[b], points[a]), minus(points[c], points[a]));
    double[] turn = cross(minus(points[to], points[from]), minus(points[other], points[from]));
    return n[0] * turn[0] + n[1] * turn[1] + n[2] * turn[2];
  }

  private static boolean isLine(long a, long b, long c) {
    return Arrays.stream(cross(minus(b, a), minus(c, a))).allMatch(v -> v == 0);
  }

  private static double determinant(long a, long b, long c, long d) {
    double[] n = cross(minus(b, a), minus(c, a));
    double[] e = minus(d, a);
    return n[0] * e[0] + n[1] * e[1] + n[2] * e[2];
  }

  private static double squared(long a, long b) {
    double[] d = minus(a, b);
    return d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
  }

  private static double[] minus(long a, long b) {
    double[] d = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      d[axis] = SurfacePoints.coordinate(a, axis) - SurfacePoints.coordinate(b, axis);
    }
    return d;
  }

  private static double[] cross(double[] a, double[] b) {
    return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
  }

  private static double slowDiameter(long[] points) {
    double largest = 0;
    for (long a : points) {
      for (long b : points) {
        double[] d = minus(a, b);
        double x = d[0] * SPACING[0] / 2;
        double y = d[1] * SPACING[1] / 2;
        double z = d[2] * SPACING[2] / 2;
        largest = Math.max(largest, Math.sqrt(x * x + y * y + z * z));
      }
    }
    return largest;
  }
}
