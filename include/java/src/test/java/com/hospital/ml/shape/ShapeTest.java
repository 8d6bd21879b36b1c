package com.hospital.ml.shape;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.region.Region;
import com.hospital.ml.settings.Settings;
import com.hospital.ml.shape.Shape.Measure;
import com.hospital.ml.testing.Agreement;
import com.hospital.ml.testing.Phantom;
import com.hospital.ml.testing.Regions;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShapeTest {
  private static final double[] UNIT = {1, 1, 1};

  @Test
  void allFeaturesOfTheDigitalPhantomAgreeWithTheConsensus() throws IOException {
    Map<String, Measure> byTag =
        Map.ofEntries(
            Map.entry("morph_volume", Measure.VOLUME_MESH),
            Map.entry("morph_vol_approx", Measure.VOLUME_VOXEL),
            Map.entry("morph_area_mesh", Measure.SURFACE_AREA),
            Map.entry("morph_av", Measure.SURFACE_VOLUME_RATIO),
            Map.entry("morph_comp_1", Measure.COMPACTNESS_1),
            Map.entry("morph_comp_2", Measure.COMPACTNESS_2),
            Map.entry("morph_sph_dispr", Measure.SPHERICAL_DISPROPORTION),
            Map.entry("morph_sphericity", Measure.SPHERICITY),
            Map.entry("morph_asphericity", Measure.ASPHERICITY),
            Map.entry("morph_com", Measure.CENTRE_OF_MASS_SHIFT),
            Map.entry("morph_diam", Measure.MAX_DIAMETER_3D),
            Map.entry("morph_pca_maj_axis", Measure.MAJOR_AXIS_LENGTH),
            Map.entry("morph_pca_min_axis", Measure.MINOR_AXIS_LENGTH),
            Map.entry("morph_pca_least_axis", Measure.LEAST_AXIS_LENGTH),
            Map.entry("morph_pca_elongation", Measure.ELONGATION),
            Map.entry("morph_pca_flatness", Measure.FLATNESS),
            Map.entry("morph_vol_dens_aabb", Measure.VOLUME_DENSITY_AABB),
            Map.entry("morph_area_dens_aabb", Measure.AREA_DENSITY_AABB),
            Map.entry("morph_vol_dens_aee", Measure.VOLUME_DENSITY_AEE),
            Map.entry("morph_area_dens_aee", Measure.AREA_DENSITY_AEE),
            Map.entry("morph_vol_dens_conv_hull", Measure.VOLUME_DENSITY_CONVEX_HULL),
            Map.entry("morph_area_dens_conv_hull", Measure.AREA_DENSITY_CONVEX_HULL),
            Map.entry("morph_integ_int", Measure.INTEGRATED_INTENSITY),
            Map.entry("morph_moran_i", Measure.MORANS_I),
            Map.entry("morph_geary_c", Measure.GEARYS_C));
    Agreement.check("morph_", byTag, Measure.values(), measured(Phantom.region()));
  }

  @Test
  void twoVoxelsHaveTheFeaturesOfTheirMesh() {
    // the mesh of two voxels along x is a square prism of half diagonals 1/2 and length 1, with pyramids of
    // height 1/2 at both ends: volume 1/2 + 1/6, area 4 sqrt(1/2) + sqrt(3); it is its own hull
    FeatureValues out = measured(line(1, 3));
    double volume = 2.0 / 3;
    double area = 4 * Math.sqrt(0.5) + Math.sqrt(3);
    assertEquals(volume, out.get(Measure.VOLUME_MESH), 1e-12);
    assertEquals(2, out.get(Measure.VOLUME_VOXEL), 1e-12);
    assertEquals(area, out.get(Measure.SURFACE_AREA), 1e-12);
    assertEquals(2, out.get(Measure.MAX_DIAMETER_3D), 1e-12);
    assertEquals(volume / 2, out.get(Measure.VOLUME_DENSITY_AABB), 1e-12);
    assertEquals(area / 10, out.get(Measure.AREA_DENSITY_AABB), 1e-12);
    assertEquals(1, out.get(Measure.VOLUME_DENSITY_CONVEX_HULL), 1e-12);
    assertEquals(1, out.get(Measure.AREA_DENSITY_CONVEX_HULL), 1e-12);
    // variance of places 0 and 1, divided by N - 1
    assertEquals(4 * Math.sqrt(0.5), out.get(Measure.MAJOR_AXIS_LENGTH), 1e-12);
    assertEquals(0, out.get(Measure.MINOR_AXIS_LENGTH));
    // weights 1 and 3 put the centre at 3/4
    assertEquals(0.25, out.get(Measure.CENTRE_OF_MASS_SHIFT), 1e-12);
    assertEquals(2 * volume, out.get(Measure.INTEGRATED_INTENSITY), 1e-12);
    // deviations -1 and 1 at distance 1: 2 / 2 * -2 / 2, and 1 / 4 * 8 / 2
    assertEquals(-1, out.get(Measure.MORANS_I), 1e-12);
    assertEquals(1, out.get(Measure.GEARYS_C), 1e-12);
    assertEquals(
        Map.of("shape_volume_density_aee", "ZERO_DENOMINATOR", "shape_area_density_aee", "ZERO_DENOMINATOR"),
        out.nullReasons());
  }

  @Test
  void aPlaneOfVoxelsHasALeastAxisOfExactlyZeroWhicheverWayItLies() {
    Region plane = Regions.region(9, 9, 8, new double[] {0.7, 1.1, 2.3}, (x, y, z) -> x == y, (x, y, z) -> z);
    FeatureValues out = measured(plane);
    assertEquals(0, out.get(Measure.LEAST_AXIS_LENGTH));
    assertEquals(0, out.get(Measure.FLATNESS));
    assertEquals(Map.of("shape_volume_density_aee", "ZERO_DENOMINATOR"), out.nullReasons());
  }

  @Test
  void aDiagonalLineOfVoxelsHasTwoAxesOfExactlyZero() {
    Region line =
        Regions.region(9, 9, 9, new double[] {0.7, 1.1, 2.3}, (x, y, z) -> x == y && y == z, (x, y, z) -> z);
    FeatureValues out = measured(line);
    assertEquals(0, out.get(Measure.MINOR_AXIS_LENGTH));
    assertEquals(0, out.get(Measure.LEAST_AXIS_LENGTH));
    // 7 voxels sqrt(0.7^2 + 1.1^2 + 2.3^2) apart; variance of 1 to 7 is 14 / 3
    assertEquals(4 * Math.sqrt(14.0 / 3 * 6.99), out.get(Measure.MAJOR_AXIS_LENGTH), 1e-12);
  }

  @Test
  void theAreaOfAnEllipsoidIsTheSeriesOfTheReferenceManual() {
    assertEquals(16 * Math.PI, new Ellipsoid(2, 2, 2).area(), 1e-12);
    // mirp 2.7 gives this for degree 20; the true area is 48.88
    assertEquals(52.81348101202416, new Ellipsoid(3, 2, 1).area(), 1e-10);
    // without eccentricity alpha the terms are binomial(2 n, n) (beta / 2)^2n / (1 - 4 n^2): here beta is 1
    double sum = 1;
    double term = 1;
    for (int n = 1; n <= 20; n++) {
      term *= (2 * n - 1) / (2.0 * n);
      sum += term / (1 - 4.0 * n * n);
    }
    assertEquals(16 * Math.PI * sum, new Ellipsoid(2, 2, 0).area(), 1e-12);
  }

  @Test
  void reSegmentationChangesOnlyTheFeaturesOfIntensity() {
    byte[] shape = Regions.box(6, 3, 3, (x, y, z) -> true);
    byte[] inside = Regions.box(6, 3, 3, (x, y, z) -> x > 2);
    Region cut = Regions.region(6, 3, 3, UNIT, shape, inside, (x, y, z) -> x);
    FeatureValues out = measured(cut);
    FeatureValues whole = measured(line(1, 2, 3, 4));
    assertEquals(whole.get(Measure.VOLUME_MESH), out.get(Measure.VOLUME_MESH));
    assertEquals(whole.get(Measure.MAJOR_AXIS_LENGTH), out.get(Measure.MAJOR_AXIS_LENGTH));
    // weighted centre of 3 at 3 and 4 at 4 is 25 / 7; that of the morphological mask is 2.5
    assertEquals(25.0 / 7 - 2.5, out.get(Measure.CENTRE_OF_MASS_SHIFT), 1e-12);
    assertEquals(3.5 * whole.get(Measure.VOLUME_MESH), out.get(Measure.INTEGRATED_INTENSITY), 1e-12);
    assertEquals(-1, out.get(Measure.MORANS_I), 1e-12);
  }

  @Test
  void intensitiesThatCannotBeMeasuredLeaveTheOtherFeatures() {
    assertEquals(ofIntensity(Reason.NOT_FINITE), measured(cube(Double.NaN)).nullReasons());
    assertEquals(ofIntensity(Reason.NOT_FINITE), measured(cube(Double.NEGATIVE_INFINITY)).nullReasons());
    byte[] shape = Regions.box(4, 4, 4, (x, y, z) -> true);
    byte[] one = Regions.box(4, 4, 4, (x, y, z) -> x * y * z == 1);
    Region away = Regions.region(4, 4, 4, UNIT, shape, one, (x, y, z) -> x);
    assertEquals(ofIntensity(Reason.RESEGMENTED_AWAY), measured(away).nullReasons());
  }

  @Test
  void equalIntensitiesHaveNoAutocorrelationAndThoseOfSumZeroNoCentre() {
    assertEquals(
        Map.of("shape_morans_i", "FLAT_REGION", "shape_gearys_c", "FLAT_REGION"),
        measured(cube(1)).nullReasons());
    assertEquals(
        Map.of("shape_centre_of_mass_shift", "ZERO_DENOMINATOR"), measured(cube(-7)).nullReasons());
  }

  @Test
  void aTransformAboveTheSettingTakesOnlyTheAutocorrelation() {
    Region large = Regions.region(13, 13, 13, UNIT, (x, y, z) -> true, (x, y, z) -> x);
    FeatureValues out = new FeatureValues();
    Shape.measure(large, Settings.parse("{\"max_autocorrelation_points\": 13823}"), out);
    assertEquals(
        Map.of("shape_morans_i", "REGION_TOO_LARGE", "shape_gearys_c", "REGION_TOO_LARGE"),
        out.nullReasons());
  }

  private static Map<String, String> ofIntensity(Reason why) {
    return Map.of(
        "shape_centre_of_mass_shift", why.name(),
        "shape_integrated_intensity", why.name(),
        "shape_morans_i", why.name(),
        "shape_gearys_c", why.name());
  }

  /** Eight voxels, seven of intensity 1. */
  private static Region cube(double corner) {
    return Regions.region(
        4, 4, 4, UNIT, (x, y, z) -> true, (x, y, z) -> x == 1 && y == 1 && z == 1 ? corner : 1);
  }

  /** Voxels in a row along x. */
  private static Region line(double... intensities) {
    return Regions.region(
        intensities.length + 2, 3, 3, UNIT, (x, y, z) -> true, (x, y, z) ->
            x > 0 && x <= intensities.length ? intensities[x - 1] : 0);
  }

  @Test
  void oneVoxelIsAnOctahedronOfVolumeOneSixth() {
    Mesh mesh = new Mesh(Regions.box(3, 3, 3, (x, y, z) -> true), 3, 3, 3);
    assertEquals(1.0 / 6, mesh.volume(), 1e-12);
    assertEquals(Math.sqrt(3), mesh.area(UNIT), 1e-12);
  }

  @Test
  void spacingStretchesTheFacesOfTheMesh() {
    // a face cuts the axes at half of 2, 3 and 5 mm: sqrt(1.5^2 2.5^2 + 1 2.5^2 + 1 1.5^2) / 2
    Mesh mesh = new Mesh(Regions.box(3, 3, 3, (x, y, z) -> true), 3, 3, 3);
    double face = Math.sqrt(1.5 * 1.5 * 2.5 * 2.5 + 2.5 * 2.5 + 1.5 * 1.5) / 2;
    assertEquals(8 * face, mesh.area(new double[] {2, 3, 5}), 1e-12);
  }

  @Test
  void aRegionAndItsComplementShareOneSurface() {
    // a smooth hollow: the wall of a thick box around a ball has the ball's surface once, from the other side
    Mesh inner = new Mesh(Regions.box(23, 23, 23, ShapeTest::inBall), 23, 23, 23);
    Mesh outer = new Mesh(Regions.box(23, 23, 23, (x, y, z) -> true), 23, 23, 23);
    Mesh both = new Mesh(Regions.box(23, 23, 23, (x, y, z) -> !inBall(x, y, z)), 23, 23, 23);
    assertEquals(outer.volume(), inner.volume() + both.volume(), 1e-9);
    assertEquals(both.area(UNIT), inner.area(UNIT) + outer.area(UNIT), 1e-9);
  }

  private static boolean inBall(int x, int y, int z) {
    return (x - 11) * (x - 11) + (y - 11) * (y - 11) + (z - 11) * (z - 11) <= 81;
  }

  @Test
  void theMeshOfABallIsThatOfTheReferenceImplementation() {
    // pyradiomics 3.1.4 gives these for the ball of 3,071 voxels
    Mesh mesh = new Mesh(Regions.box(23, 23, 23, ShapeTest::inBall), 23, 23, 23);
    assertEquals(3051.1666666666665, mesh.volume(), 1e-9);
    assertEquals(1106.295717463509, mesh.area(UNIT), 1e-9);
  }

  @Test
  void aTwistedCubeIsHalvedAsTheReferenceImplementationDoes() {
    // four corners on a twisted path; pyradiomics 3.1.4 gives these
    byte[] box = new byte[4 * 4 * 4];
    for (int[] at : new int[][] {{1, 1, 1}, {2, 1, 1}, {2, 2, 1}, {2, 2, 2}}) {
      box[(at[2] * 4 + at[1]) * 4 + at[0]] = 1;
    }
    Mesh mesh = new Mesh(box, 4, 4, 4);
    assertEquals(2.0833333333333335, mesh.volume(), 1e-12);
    assertEquals(10.005780407933699, mesh.area(UNIT), 1e-12);
  }

  @Test
  void theMeshIsClosedSoItsVolumeDoesNotDependOnThePlace() {
    // a closed surface has the same volume wherever the origin lies: move a ragged region and compare
    Random random = new Random(7);
    boolean[] ragged = new boolean[6 * 6 * 6];
    for (int i = 0; i < ragged.length; i++) {
      ragged[i] = random.nextBoolean();
    }
    byte[] near = Regions.box(8, 8, 8, (x, y, z) -> ragged[((z - 1) * 6 + y - 1) * 6 + x - 1]);
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
  void aLargeBallHasTheFeaturesOfABall() {
    double r = 38;
    Region ball =
        Regions.region(
            79,
            79,
            79,
            new double[] {2, 2, 2},
            (x, y, z) -> (x - 39) * (x - 39) + (y - 39) * (y - 39) + (z - 39) * (z - 39) <= r * r,
            (x, y, z) -> x % 7);
    FeatureValues out = measured(ball);
    double mm = 2 * r;
    assertEquals(4.0 / 3 * Math.PI * mm * mm * mm, out.get(Measure.VOLUME_MESH), 4e3);
    assertEquals(2 * mm, out.get(Measure.MAX_DIAMETER_3D), 2.5);
    assertEquals(4 * mm / Math.sqrt(5), out.get(Measure.MAJOR_AXIS_LENGTH), 0.1);
    assertEquals(1, out.get(Measure.FLATNESS), 1e-9);
    // marching cubes over a binary ball stays about 9 % above the smooth area
    assertEquals(1.09, out.get(Measure.SURFACE_AREA) / (4 * Math.PI * mm * mm), 0.02);
    assertEquals(1, out.get(Measure.VOLUME_DENSITY_CONVEX_HULL), 0.03);
    assertEquals(1.09, out.get(Measure.AREA_DENSITY_CONVEX_HULL), 0.03);
    // the ellipsoid of a ball's variances is sqrt(4 / 5) as wide
    assertEquals(Math.pow(1.25, 1.5), out.get(Measure.VOLUME_DENSITY_AEE), 0.01);
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

  private static FeatureValues measured(Region region) {
    FeatureValues out = new FeatureValues();
    Shape.measure(region, Settings.DEFAULT, out);
    return out;
  }
}
