package com.hospital.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShapeTest {
  private static final double[] UNIT = {1, 0, 0, 0, 1, 0, 0, 0, 1};

  @Test
  void oneVoxelIsAnOctahedronOfVolumeOneSixth() {
    Mesh mesh = new Mesh(boxOf(3, 3, 3, (x, y, z) -> true), 3, 3, 3);
    assertEquals(1.0 / 6, mesh.volume(), 1e-12);
    assertEquals(Math.sqrt(3), mesh.area(UNIT), 1e-12);
  }

  @Test
  void aRegionAndItsComplementShareOneSurface() {
    // a smooth hollow: the wall of a thick box around a ball has the ball's surface once, from the other side
    byte[] ball = boxOf(23, 23, 23, ShapeTest::inBall);
    byte[] wall = boxOf(23, 23, 23, (x, y, z) -> !inBall(x, y, z));
    byte[] full = boxOf(23, 23, 23, (x, y, z) -> true);
    Mesh inner = new Mesh(ball, 23, 23, 23);
    Mesh outer = new Mesh(full, 23, 23, 23);
    Mesh both = new Mesh(wall, 23, 23, 23);
    assertEquals(outer.volume(), inner.volume() + both.volume(), 1e-9);
    assertEquals(both.area(UNIT), inner.area(UNIT) + outer.area(UNIT), 1e-9);
  }

  private static boolean inBall(int x, int y, int z) {
    return (x - 11) * (x - 11) + (y - 11) * (y - 11) + (z - 11) * (z - 11) <= 81;
  }

  @Test
  void theMeshOfABallIsThatOfTheReferenceImplementation() {
    // pyradiomics 3.1.4 gives these for the ball of 3,071 voxels
    Mesh mesh = new Mesh(boxOf(23, 23, 23, ShapeTest::inBall), 23, 23, 23);
    assertEquals(3051.1666666666665, mesh.volume(), 1e-9);
    assertEquals(1106.295717463509, mesh.area(UNIT), 1e-9);
  }

  @Test
  void theMeshIsClosedSoItsVolumeDoesNotDependOnThePlace() {
    // a closed surface has the same volume wherever the origin lies: move a ragged region and compare
    Random random = new Random(7);
    boolean[] ragged = new boolean[6 * 6 * 6];
    for (int i = 0; i < ragged.length; i++) {
      ragged[i] = random.nextBoolean();
    }
    byte[] near = boxOf(8, 8, 8, (x, y, z) -> ragged[((z - 1) * 6 + y - 1) * 6 + x - 1]);
    byte[] far = new byte[58 * 48 * 38];
    for (int z = 0; z < 8; z++) {
      for (int y = 0; y < 8; y++) {
        System.arraycopy(near, (z * 8 + y) * 8, far, ((z + 30) * 48 + y + 40) * 58 + 50, 8);
      }
    }
    Mesh here = new Mesh(near, 8, 8, 8);
    Mesh there = new Mesh(far, 58, 48, 38);
    assertEquals(here.volume(), there.volume(), 1e-9);
    assertEquals(here.area(UNIT), there.area(UNIT), 1e-9);
  }

  @Test
  void aLargeBallHasTheVolumeAreaAndDiameterOfABall() throws IOException {
    int n = 81;
    double r = 38;
    double[] mask = new double[n * n * n];
    for (int i = 0; i < mask.length; i++) {
      double x = i % n - 40;
      double y = i / n % n - 40;
      double z = i / (n * n) - 40;
      mask[i] = x * x + y * y + z * z <= r * r ? 1 : 0;
    }
    Nifti file = Nifti.of(n, n, n, mask).affine(0, 2, 0, 0, -2, 0, 0, 0, 0, 0, 2, 0);
    file.dataType = 2;
    FeatureValues out = new FeatureValues();
    Shape.measure(roi(file), out);
    double mm = 2 * r;
    assertEquals(4.0 / 3 * Math.PI * mm * mm * mm, out.get(FeatureTable.SHAPE_VOLUME_MESH), 4e3);
    assertEquals(2 * mm, out.get(FeatureTable.SHAPE_MAX_DIAMETER_3D), 2.5);
    assertEquals(4 * mm / Math.sqrt(5), out.get(FeatureTable.SHAPE_MAJOR_AXIS_LENGTH), 0.1);
    assertEquals(1, out.get(FeatureTable.SHAPE_FLATNESS), 1e-9);
    // marching cubes over a binary ball stays about 9 % above the smooth area
    assertEquals(1.09, out.get(FeatureTable.SHAPE_SURFACE_AREA) / (4 * Math.PI * mm * mm), 0.02);
  }

  @Test
  void theDiameterIsThatOfAllPairsOfVertices() {
    Random random = new Random(3);
    double[] sheared = {1.3, 0.2, 0, -0.4, 0.9, 0.1, 0, 0.3, 2.1};
    for (int round = 0; round < 20; round++) {
      byte[] box = boxOf(9, 8, 7, (x, y, z) -> random.nextInt(4) == 0);
      assertEquals(slowDiameter(box, 9, 8, 7, sheared), Diameter.of(box, 9, 8, 7, sheared), 1e-9);
    }
  }

  @Test
  void eigenvaluesOfAKnownMatrixComeInDescendingOrder() {
    // rotation of diag(9, 4, 1) by 30 degrees about z
    double c = Math.cos(Math.PI / 6);
    double s = Math.sin(Math.PI / 6);
    double[] m = {4 * c * c + 9 * s * s, 4 * s * s + 9 * c * c, 1, (4 - 9) * c * s, 0, 0};
    double[] found = SymmetricEigen.values(m);
    assertEquals(9, found[0], 1e-12);
    assertEquals(4, found[1], 1e-12);
    assertEquals(1, found[2], 1e-12);
  }

  private interface Inside {
    boolean at(int x, int y, int z);
  }

  private static byte[] boxOf(int px, int py, int pz, Inside inside) {
    byte[] box = new byte[px * py * pz];
    for (int z = 1; z < pz - 1; z++) {
      for (int y = 1; y < py - 1; y++) {
        for (int x = 1; x < px - 1; x++) {
          box[(z * py + y) * px + x] = (byte) (inside.at(x, y, z) ? 1 : 0);
        }
      }
    }
    return box;
  }

  private static Roi roi(Nifti file) throws IOException {
    try (NiftiReader reader = new NiftiReader("test", new ByteArrayInputStream(file.bytes()))) {
      return Roi.read(reader);
    }
  }

  private static double slowDiameter(byte[] box, int px, int py, int pz, double[] linear) {
    java.util.List<double[]> points = new java.util.ArrayList<>();
    int[][] steps = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    for (int z = 0; z < pz - 1; z++) {
      for (int y = 0; y < py - 1; y++) {
        for (int x = 0; x < px - 1; x++) {
          for (int[] d : steps) {
            if (box[(z * py + y) * px + x] != box[((z + d[2]) * py + y + d[1]) * px + x + d[0]]) {
              double[] middle = {x + d[0] / 2.0, y + d[1] / 2.0, z + d[2] / 2.0};
              points.add(Mesh.times(linear, middle));
            }
          }
        }
      }
    }
    double largest = 0;
    for (double[] a : points) {
      for (double[] b : points) {
        largest = Math.max(largest, Math.hypot(Math.hypot(a[0] - b[0], a[1] - b[1]), a[2] - b[2]));
      }
    }
    return largest;
  }
}
