package com.hospital.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The poisoned set: each reason has the data that brings it about. */
class ExtractionTest {
  private static final double[] RAMP = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final double[] ALL = {1, 1, 1, 1, 1, 1, 1, 1};

  @TempDir Path folder;

  @Test
  void aPathThatIsNullIsAReasonNotAFailure() throws IOException {
    assertNone(Reason.NO_IMAGE, extraction().measure(null, "mask.nii"));
    assertNone(Reason.NO_MASK, extraction().measure("image.nii", null));
  }

  @Test
  void aRampHasEveryFeatureAndNoReason() throws IOException {
    FeatureValues values = measure(cube(RAMP), cube(ALL));
    assertEquals("OK", values.status());
    assertNull(values.reason());
    for (FeatureTable feature : FeatureTable.values()) {
      assertNotNull(values.get(feature), feature.column());
    }
    assertEquals(4.5, values.get(FeatureTable.FIRSTORDER_MEAN));
  }

  @Test
  void anEmptyMaskGivesNoFeatures() throws IOException {
    assertNone(Reason.EMPTY_MASK, measure(cube(RAMP), cube(new double[8])));
  }

  @Test
  void maskValuesBelowOneHalfAreOutside() throws IOException {
    assertNone(Reason.EMPTY_MASK, measure(cube(RAMP), cube(0.49, 0, 0, 0, 0, 0, 0, Double.NaN)));
    FeatureValues two = measure(cube(RAMP), cube(0.5, 255, 0, 0, 0, 0, 0, 0));
    assertEquals(1.5, two.get(FeatureTable.FIRSTORDER_MEAN));
  }

  @Test
  void oneVoxelGivesNoFeatures() throws IOException {
    assertNone(Reason.SINGLE_VOXEL, measure(cube(RAMP), cube(0, 0, 1, 0, 0, 0, 0, 0)));
  }

  @Test
  void fewerVoxelsThanAskedForGiveNoFeatures() throws IOException {
    Extraction strict = new Extraction(new Settings(3), path -> Files.newInputStream(Path.of(path)));
    String image = cube(RAMP).writeTo(folder, "i.nii").toString();
    String two = cube(1, 1, 0, 0, 0, 0, 0, 0).writeTo(folder, "m2.nii").toString();
    String three = cube(1, 1, 1, 0, 0, 0, 0, 0).writeTo(folder, "m3.nii").toString();
    assertNone(Reason.TOO_FEW_VOXELS, strict.measure(image, two));
    assertEquals("OK", strict.measure(image, three).status());
  }

  @Test
  void aFlatRegionLacksOnlySkewnessAndKurtosis() throws IOException {
    double[] flat = new double[8];
    Arrays.fill(flat, 0.1);
    FeatureValues values = measure(cube(flat), cube(ALL));
    assertEquals("OK", values.status());
    assertEquals(Reason.FLAT_REGION, values.reason());
    assertEquals(
        EnumSet.of(FeatureTable.FIRSTORDER_SKEWNESS, FeatureTable.FIRSTORDER_KURTOSIS), missing(values));
    assertEquals(0.0, values.get(FeatureTable.FIRSTORDER_VARIANCE));
    assertEquals(0.0, values.get(FeatureTable.FIRSTORDER_ENTROPY_FBN32));
  }

  @Test
  void aRatioWithoutDenominatorIsNullNotInfinite() throws IOException {
    FeatureValues values = measure(cube(-4, -3, -2, -1, 1, 2, 3, 4), cube(ALL));
    assertEquals(Reason.ZERO_DENOMINATOR, values.reason());
    assertEquals(
        EnumSet.of(
            FeatureTable.FIRSTORDER_COV,
            FeatureTable.FIRSTORDER_QCOD,
            FeatureTable.SHAPE_CENTRE_OF_MASS_SHIFT),
        missing(values));
  }

  @Test
  void anIntensityThatIsNoNumberTakesIntensityFeaturesButNotShape() throws IOException {
    FeatureValues values = measure(cube(1, 2, 3, 4, 5, 6, 7, Double.NaN), cube(ALL));
    assertEquals("OK", values.status());
    assertEquals(Reason.NOT_FINITE, values.reason());
    Set<FeatureTable> expected = EnumSet.copyOf(FeatureTable.ofClass("firstorder"));
    expected.add(FeatureTable.SHAPE_CENTRE_OF_MASS_SHIFT);
    assertEquals(expected, missing(values));
    FeatureValues outside = measure(cube(1, 2, 3, 4, 5, 6, 7, Double.NaN), cube(1, 1, 1, 1, 1, 1, 1, 0));
    assertNull(outside.reason());
  }

  @Test
  void aFeatureThatOverflowsIsNull() throws IOException {
    FeatureValues values = measure(cube(1e200, 2e200, 1e200, 1, 1, 1, 1, 1), cube(ALL));
    assertEquals(Reason.NOT_FINITE, values.reason());
    assertNull(values.get(FeatureTable.FIRSTORDER_ENERGY));
  }

  @Test
  void gridsThatDifferAreRefused() throws IOException {
    assertNone(Reason.GRID_MISMATCH, measure(cube(RAMP), Nifti.of(4, 2, 1, ALL)));
    Nifti shifted = cube(ALL).affine(1, 0, 0, 0.5, 0, 1, 0, 0, 0, 0, 1, 0);
    assertNone(Reason.GRID_MISMATCH, measure(cube(RAMP), shifted));
    Nifti flipped = cube(ALL).affine(-1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0);
    assertNone(Reason.GRID_MISMATCH, measure(cube(RAMP), flipped));
  }

  @Test
  void gridsThatDifferByRoundingAreOne() throws IOException {
    Nifti near = cube(ALL).affine(1, 0, 0, 0.0009, 0, 1, 0, 0, 0, 0, 1, 0);
    assertEquals("OK", measure(cube(RAMP), near).status());
    Nifti off = cube(ALL).affine(1, 0, 0, 0.0011, 0, 1, 0, 0, 0, 0, 1, 0);
    assertNone(Reason.GRID_MISMATCH, measure(cube(RAMP), off));
  }

  @Test
  void aShearedGridGivesNoFeatures() throws IOException {
    double tilt = Math.tan(Math.toRadians(15));
    double[] sheared = {1, 0, 0, 0, 0, 1, tilt, 0, 0, 0, 1, 0};
    assertNone(
        Reason.NON_ORTHOGONAL_GRID, measure(cube(RAMP).affine(sheared), cube(ALL).affine(sheared)));
    double[] askew = {1, 0.002, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
    assertNone(Reason.NON_ORTHOGONAL_GRID, measure(cube(RAMP).affine(askew), cube(ALL).affine(askew)));
    double[] last = {1, 0, 0, 0, 0, 1, 0, 0, 0.002, 0, 1, 0};
    assertNone(Reason.NON_ORTHOGONAL_GRID, measure(cube(RAMP).affine(last), cube(ALL).affine(last)));
  }

  @Test
  void axesThatAreTurnedOrOffByRoundingAreAtRightAngles() throws IOException {
    double c = 0.5 * Math.cos(0.3);
    double s = 0.5 * Math.sin(0.3);
    double[] turned = {c, -s, 0, -7, s, c, 0, 3, 0, 0, 4, 1};
    assertEquals("OK", measure(cube(RAMP).affine(turned), cube(ALL).affine(turned)).status());
    double[] rounded = {1, 0.0009, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0};
    assertEquals("OK", measure(cube(RAMP).affine(rounded), cube(ALL).affine(rounded)).status());
  }

  @Test
  void aFileThatCannotBeDecodedIsAReason() throws IOException {
    String good = cube(RAMP).writeTo(folder, "good.nii.gz").toString();
    byte[] bytes = cube(RAMP).gzipped();
    bytes[bytes.length - 5] ^= 1;
    String bad = Files.write(folder.resolve("bad.nii.gz"), bytes).toString();
    assertNone(Reason.UNREADABLE_FILE, extraction().measure(good, bad));
    assertNone(Reason.UNREADABLE_FILE, extraction().measure(bad, good));
    String text = Files.writeString(folder.resolve("text.nii.gz"), "no image").toString();
    assertNone(Reason.UNREADABLE_FILE, extraction().measure(text, good));
  }

  @Test
  void aSecondVolumeIsAReason() throws IOException {
    Nifti four = Nifti.of(2, 2, 2, new double[16]);
    four.dim[0] = 4;
    four.dim[4] = 2;
    assertNone(Reason.NOT_THREE_DIMENSIONAL, measure(four, cube(ALL)));
  }

  @Test
  void aMissingFileIsAFailureOfTheStorage() throws IOException {
    String good = cube(RAMP).writeTo(folder, "good.nii").toString();
    String gone = folder.resolve("gone.nii").toString();
    assertThrows(NoSuchFileException.class, () -> extraction().measure(good, gone));
    assertThrows(NoSuchFileException.class, () -> extraction().measure(gone, good));
  }

  @Test
  void everyReasonIsBroughtAboutByATestHere() throws IOException {
    String source = Files.readString(Path.of("src/test/java/com/hospital/ml/ExtractionTest.java"));
    for (Reason reason : Reason.values()) {
      assertTrue(source.contains("Reason." + reason.name()), reason + " has no test: " + reason.meaning());
    }
  }

  private static Nifti cube(double... eight) {
    return Nifti.of(2, 2, 2, eight);
  }

  private Extraction extraction() {
    return new Extraction(Settings.DEFAULT, path -> Files.newInputStream(Path.of(path)));
  }

  private FeatureValues measure(Nifti image, Nifti mask) throws IOException {
    String imagePath = image.writeTo(folder, "image.nii.gz").toString();
    return extraction().measure(imagePath, mask.writeTo(folder, "mask.nii").toString());
  }

  private static Set<FeatureTable> missing(FeatureValues values) {
    Set<FeatureTable> found = EnumSet.noneOf(FeatureTable.class);
    for (FeatureTable feature : FeatureTable.values()) {
      if (values.get(feature) == null) {
        found.add(feature);
      }
    }
    return found;
  }

  private static void assertNone(Reason reason, FeatureValues values) {
    assertEquals(reason, values.reason());
    assertEquals("NULL", values.status());
    assertEquals(EnumSet.allOf(FeatureTable.class), missing(values));
  }
}
