package com.hospital.ml.region;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hospital.ml.nifti.NiftiReader;
import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.settings.Settings;
import com.hospital.ml.testing.Nifti;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImageProcessingTest {
  private static final double[] SPACING = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0};
  private static final String NEW = "'spacing_mm': [0.8, 1.5, 1.25], 'classes': ['firstorder']";

  /** The region after interpolation to {@link #NEW}: its box, of 8 by 3 by 7 voxels, by rows. */
  private static final String INTERPOLATED =
      "11111000 11111000 00000000 11111000 11111000 00000000 11111000 11111000 00000000 11111000 11111000"
          + " 00000000 11111000 11111000 00000000 00000000 00000000 00000001 00000000 00000000 00000011";

  @Test
  void withoutInterpolationTheWindowIsTheRegionsBox() throws IOException {
    Region region = region("{'classes': ['firstorder']}", image(), box(3, 4, 1, 2, 1, 2));
    assertArrayEquals(new double[] {1, 1, 2}, region.spacing());
    assertEquals("4 4 4 8", region.px() + " " + region.py() + " " + region.pz() + " " + region.shapeVoxels());
    double[] expected =
        IntStream.of(39, 40, 45, 46, 69, 70, 75, 76).mapToDouble(ImageProcessingTest::intensity).toArray();
    assertArrayEquals(expected, region.intensities());
    assertArrayEquals(expected, region.window().values());
    assertEquals("2 2 2 -1 -1 -1", text(region.window()));
    assertTrue(region.inside() == region.shape());
  }

  @Test
  void localIntensityKeepsItsSpheresAroundTheBoxCutToTheImage() throws IOException {
    double[] values = new double[40 * 3 * 9];
    Arrays.setAll(values, i -> i);
    double[] mask = new double[values.length];
    mask[(4 * 3 + 1) * 40 + 20] = 1;
    mask[(4 * 3 + 1) * 40 + 21] = 1;
    Nifti image = Nifti.of(40, 3, 9, values).affine(SPACING);
    Region region = region("{'classes': ['local']}", image, Nifti.of(40, 3, 9, mask).affine(SPACING));
    // 6.2 mm are 7 voxels of 1 mm to be safe and 4 of 2 mm; along y the image ends first
    assertEquals("16 3 9 6 0 3", text(region.window()));
    double first = region.window().values()[((1 + 3) * 3 + 1 + 0) * 16 + 1 + 6];
    assertEquals(values[(4 * 3 + 1) * 40 + 20], first);
  }

  @Test
  void linearInterpolationAgreesWithScipy() throws IOException {
    // scipy 1.x ndimage.map_coordinates(order=1, mode="nearest") gives these
    Region region = region("{'interpolation': 'linear', " + NEW + "}", image(), mask());
    assertRegion(region, 1739.625, 71612.17187499999, 5.0, 40.0);
  }

  @Test
  void cubicInterpolationAgreesWithScipy() throws IOException {
    // scipy 1.x ndimage.map_coordinates(order=3, mode="nearest") gives these
    Region region = region("{'interpolation': 'cubic', " + NEW + "}", image(), mask());
    assertRegion(region, 1746.269049614137, 87979.16140406263, 3.9376755682839577, 47.07469768531052);
  }

  private static void assertRegion(Region region, double sum, double squares, double first, double last) {
    double[] found = region.intensities();
    assertEquals(53, found.length);
    assertEquals("10 5 9", region.px() + " " + region.py() + " " + region.pz());
    assertArrayEquals(new double[] {0.8, 1.5, 1.25}, region.spacing());
    assertEquals(INTERPOLATED.replace(" ", ""), bits(region));
    assertEquals(sum, Arrays.stream(found).sum(), 1e-5);
    assertEquals(squares, Arrays.stream(found).map(v -> v * v).sum(), 1e-3);
    assertEquals(first, found[0], 1e-6);
    assertEquals(last, found[52], 1e-6);
  }

  @Test
  void aSplinePassesThroughTheVoxels() throws IOException {
    Region same =
        region("{'interpolation': 'cubic', 'spacing_mm': [1, 1, 2]}", image(), box(0, 5, 0, 4, 0, 3));
    double[] expected = IntStream.range(0, 120).mapToDouble(ImageProcessingTest::intensity).toArray();
    assertArrayEquals(expected, same.intensities(), 1e-12);
  }

  @Test
  void theSameSpacingChangesNothingThoughTheHeaderIsInSinglePrecision() throws IOException {
    double third = (float) (1 / 3.0);
    double[] affine = {third, 0, 0, 0, 0, third, 0, 0, 0, 0, third, 0};
    Nifti image = image().affine(affine);
    Nifti mask = mask().affine(affine);
    String same = "{'interpolation': 'linear', 'spacing_mm': 0.333333333333333, 'classes': ['firstorder']}";
    Region original = region("{'classes': ['firstorder']}", image, mask);
    Region region = region(same, image, mask);
    assertArrayEquals(original.shape(), region.shape());
    assertArrayEquals(original.intensities(), region.intensities(), 1e-4);
  }

  @Test
  void roundingGivesWholeNumbersAndHalvesGoToTheEvenOne() throws IOException {
    double[] halves = {0.5, 1.5, 2.4, -0.5};
    Nifti mask = Nifti.of(4, 1, 1, 1, 1, 1, 1);
    Region region = region("{'round_intensities': true}", Nifti.of(4, 1, 1, halves), mask);
    assertArrayEquals(new double[] {0, 2, 2, -0.0}, region.intensities());
  }

  @Test
  void aVoxelHalfInsideTheMaskBelongsToTheRegion() throws IOException {
    // new centres lie at -0.25, 0.25, 0.75, 1.25, ...: mask values 1, 0.75, 0.25, 0, ...
    Nifti mask = Nifti.of(4, 1, 1, 1, 0, 0, 0);
    String half = "{'interpolation': 'linear', 'spacing_mm': [0.5, 1, 1]}";
    assertEquals(2, region(half, Nifti.of(4, 1, 1, 1, 2, 3, 4), mask).shapeVoxels());
    // 3/4 times 2/3 is a half, and stays one where spacing_mm is written with ten digits
    Nifti one = Nifti.of(3, 4, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
    String thirds = "{'interpolation': 'linear', 'spacing_mm': [0.5, 0.3333333333, 1]}";
    assertEquals(6, region(thirds, Nifti.of(3, 4, 1, new double[12]), one).shapeVoxels());
  }

  @Test
  void aLinearNeighbourOfNoWeightIsNotTouched() throws IOException {
    Nifti image = Nifti.of(5, 1, 1, 1, 2, 3, Double.NaN, 5);
    Nifti mask = Nifti.of(5, 1, 1, 1, 1, 1, 0, 0);
    String same = "{'interpolation': 'linear', 'spacing_mm': 1, 'classes': ['firstorder']}";
    assertArrayEquals(new double[] {1, 2, 3}, region(same, image, mask).intensities());
    // nor when the spacing's last digits put a voxel a hair beyond a whole place
    Nifti hole = Nifti.of(5, 1, 1, 1, 2, Double.NaN, 4, 5);
    Nifti two = Nifti.of(5, 1, 1, 1, 1, 0, 0, 0);
    String near = same.replace("'spacing_mm': 1,", "'spacing_mm': [0.9999999999, 1, 1],");
    assertArrayEquals(new double[] {1, 2}, region(near, hole, two).intensities());
  }

  @Test
  void aBoxLargerThanAllowedIsRefusedBeforeAnythingIsAllocated() throws IOException {
    Nifti mask = box(3, 4, 1, 2, 1, 2);
    String plain = "{'classes': ['firstorder'], 'max_box_voxels': ";
    assertEquals(8, region(plain + "64}", image(), mask).shapeVoxels());
    assertRefused(Reason.REGION_TOO_LARGE, plain + "63}", mask);
    assertRefused(Reason.REGION_TOO_LARGE, "{'classes': ['local'], 'max_box_voxels': 64}", mask);
    String fine = "{'interpolation': 'linear', 'classes': ['firstorder'], 'spacing_mm': ";
    assertRefused(Reason.REGION_TOO_LARGE, fine + "0.001}", mask);
    assertRefused(Reason.REGION_TOO_LARGE, fine + "[1e-9, 1, 1]}", mask);
    String cubic = "{'interpolation': 'cubic', 'classes': ['firstorder'], 'spacing_mm': 1, ";
    assertRefused(Reason.REGION_TOO_LARGE, cubic + "'max_box_voxels': 1000}", mask);
  }

  @Test
  void interpolationMayLeaveNoVoxelOrOne() {
    String coarse = "{'interpolation': 'linear', 'spacing_mm': [4, 4, 4]}";
    assertRefused(Reason.EMPTY_MASK, coarse, box(2, 2, 0, 0, 1, 1));
    assertRefused(Reason.SINGLE_VOXEL, coarse, box(0, 2, 0, 2, 0, 1));
    String huge = "{'interpolation': 'linear', 'spacing_mm': 100}";
    assertRefused(Reason.EMPTY_MASK, huge, box(0, 0, 0, 0, 0, 0));
  }

  private static void assertRefused(Reason reason, String settings, Nifti mask) {
    MeasureException e = assertThrows(MeasureException.class, () -> region(settings, image(), mask));
    assertEquals(reason, e.reason());
  }

  private static Region region(String settings, Nifti image, Nifti mask) throws IOException {
    Settings parsed = Settings.parse(settings.replace('\'', '"'));
    try (NiftiReader maskReader = reader(mask);
        NiftiReader imageReader = reader(image)) {
      return new ImageProcessing(parsed).region(Roi.read(maskReader), imageReader);
    }
  }

  private static NiftiReader reader(Nifti nifti) throws IOException {
    return new NiftiReader("test", new ByteArrayInputStream(nifti.gzipped()));
  }

  private static double intensity(int voxel) {
    return voxel * 37 % 101 - 20;
  }

  private static Nifti image() {
    double[] values = IntStream.range(0, 120).mapToDouble(ImageProcessingTest::intensity).toArray();
    return Nifti.of(6, 5, 4, values).affine(SPACING);
  }

  private static Nifti box(int x0, int x1, int y0, int y1, int z0, int z1) {
    double[] values = new double[120];
    for (int i = 0; i < 120; i++) {
      int x = i % 6;
      int y = i / 6 % 5;
      int z = i / 30;
      values[i] = x >= x0 && x <= x1 && y >= y0 && y <= y1 && z >= z0 && z <= z1 ? 1 : 0;
    }
    return Nifti.of(6, 5, 4, values).affine(SPACING);
  }

  /** Touches the image's border on four sides, has a hole and a piece apart. */
  private static Nifti mask() {
    Nifti mask = box(0, 3, 1, 3, 0, 2);
    mask.values[119] = 1;
    mask.values[30 + 2 * 6 + 1] = 0;
    return mask;
  }

  private static String bits(Region region) {
    StringBuilder bits = new StringBuilder();
    for (int z = 1; z < region.pz() - 1; z++) {
      for (int y = 1; y < region.py() - 1; y++) {
        for (int x = 1; x < region.px() - 1; x++) {
          bits.append(region.shape()[region.at(x, y, z)]);
        }
      }
    }
    return bits.toString();
  }

  private static String text(Region.Window w) {
    return w.wx() + " " + w.wy() + " " + w.wz() + " " + w.ox() + " " + w.oy() + " " + w.oz();
  }
}
