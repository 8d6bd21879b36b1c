package com.hospital.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hospital.ml.feature.Feature;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.intensity.FirstOrder;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.settings.Settings;
import com.hospital.ml.testing.Nifti;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The poisoned set: each reason has the data that brings it about. */
class ExtractionTest {
  private static final double[] RAMP = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final double[] ALL = {1, 1, 1, 1, 1, 1, 1, 1};

  /** Most tests are of the way to the features and ask for one class; the others have tests of their own. */
  private static final String FIRSTORDER = "{'classes': ['firstorder']}";

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
    for (FirstOrder.Measure measure : FirstOrder.Measure.values()) {
      assertNotNull(values.get(measure), measure.name());
    }
    assertEquals(4.5, values.get(FirstOrder.Measure.MEAN));
  }

  @Test
  void anEmptyMaskGivesNoFeatures() throws IOException {
    assertNone(Reason.EMPTY_MASK, measure(cube(RAMP), cube(new double[8])));
  }

  @Test
  void maskValuesBelowOneHalfAreOutside() throws IOException {
    assertNone(Reason.EMPTY_MASK, measure(cube(RAMP), cube(0.49, 0, 0, 0, 0, 0, 0, Double.NaN)));
    FeatureValues two = measure(cube(RAMP), cube(0.5, 255, 0, 0, 0, 0, 0, 0));
    assertEquals(1.5, two.get(FirstOrder.Measure.MEAN));
  }

  @Test
  void oneVoxelGivesNoFeatures() throws IOException {
    assertNone(Reason.SINGLE_VOXEL, measure(cube(RAMP), cube(0, 0, 1, 0, 0, 0, 0, 0)));
  }

  @Test
  void fewerVoxelsThanAskedForGiveNoFeatures() throws IOException {
    Extraction strict = extraction("{'min_voxels': 3, 'classes': ['firstorder']}");
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
    assertEquals(Set.of("firstorder_skewness", "firstorder_kurtosis"), values.nullReasons().keySet());
    assertEquals(0.0, values.get(FirstOrder.Measure.VARIANCE));
  }

  @Test
  void aRatioWithoutDenominatorIsNullNotInfinite() throws IOException {
    FeatureValues values = measure(cube(-4, -3, -2, -1, 1, 2, 3, 4), cube(ALL));
    assertEquals(Reason.ZERO_DENOMINATOR, values.reason());
    assertEquals(Set.of("firstorder_cov", "firstorder_qcod"), values.nullReasons().keySet());
  }

  @Test
  void anIntensityThatIsNoNumberTakesEveryClassButShape() throws IOException {
    Nifti hole = cube(1, 2, 3, 4, 5, 6, 7, Double.NaN);
    assertOnly("shape", Reason.NOT_FINITE, "{}", hole, cube(ALL));
    Nifti pit = cube(1, 2, 3, 4, 5, 6, 7, Double.NEGATIVE_INFINITY);
    assertOnly("shape", Reason.NOT_FINITE, "{}", pit, cube(ALL));
    FeatureValues outside = measure(hole, cube(1, 1, 1, 1, 1, 1, 1, 0));
    assertNull(outside.reason());
    assertEquals(4.0, outside.get(FirstOrder.Measure.MEAN));
  }

  @Test
  void interpolationFromANumberThatIsNotFiniteIsFoundAndFromOthersGoesOn() throws IOException {
    Nifti image = Nifti.of(6, 1, 1, 1, 2, 3, 4, 5, Double.NaN);
    Nifti near = Nifti.of(6, 1, 1, 0, 0, 0, 1, 1, 0);
    Nifti far = Nifti.of(6, 1, 1, 1, 1, 1, 0, 0, 0);
    String half = "{'interpolation': 'linear', 'spacing_mm': [0.5, 1, 1]}";
    assertOnly("shape", Reason.NOT_FINITE, half, image, near);
    String linear = "{'classes': ['firstorder'], " + half.substring(1);
    assertNull(measure(linear, image, far).reason());
    // a spline takes in all voxels around
    assertOnly("shape", Reason.NOT_FINITE, half.replace("linear", "cubic"), image, far);
  }

  @Test
  void anIntensityWithoutALevelTakesTheClassesOfLevels() throws IOException {
    String none = "{'discretisation': {'method': 'none'}}";
    Nifti zero = cube(0, 1, 2, 3, 4, 5, 6, 7);
    assertOnly("shape local firstorder ivh", Reason.NOT_LEVELS, none, zero, cube(ALL));
    assertOnly(
        "shape local firstorder ivh",
        Reason.NOT_LEVELS,
        "{'discretisation': {'method': 'fbs', 'width': 1, 'origin': 1.5}}",
        cube(RAMP),
        cube(ALL));
  }

  @Test
  void moreLevelsThanAMatrixHasRowsTakeTheClassesOfLevels() throws IOException {
    String fine = "{'discretisation': {'method': 'fbs', 'width': 0.001, 'origin': 0}}";
    assertOnly("shape local firstorder ivh", Reason.TOO_MANY_LEVELS, fine, cube(RAMP), cube(ALL));
  }

  @Test
  void reSegmentationThatLeavesOneVoxelTakesEveryClassButShape() throws IOException {
    assertOnly("shape", Reason.RESEGMENTED_AWAY, "{'resegment_range': [8, 9]}", cube(RAMP), cube(ALL));
    assertOnly("shape", Reason.RESEGMENTED_AWAY, "{'resegment_range': [9, null]}", cube(RAMP), cube(ALL));
    String two = "{'resegment_range': [7, 9], 'classes': ['firstorder']}";
    assertEquals(7.5, measure(two, cube(RAMP), cube(ALL)).get(FirstOrder.Measure.MEAN));
  }

  @Test
  void aBoxLargerThanAllowedGivesNoFeatures() throws IOException {
    String small = "{'classes': ['firstorder'], 'max_box_voxels': ";
    assertNone(Reason.REGION_TOO_LARGE, measure(small + "63}", cube(RAMP), cube(ALL)));
    assertEquals("OK", measure(small + "64}", cube(RAMP), cube(ALL)).status());
  }

  @Test
  void voxelsThatDoNotTouchHaveNoMatrix() throws IOException {
    Nifti image = Nifti.of(3, 1, 1, 1, 2, 3);
    FeatureValues values = measure("{'classes': ['glcm']}", image, Nifti.of(3, 1, 1, 1, 0, 1));
    assertEquals(Reason.NO_NEIGHBOURS, values.reason());
    assertEquals("NULL", values.status());
  }

  @Test
  void onlyTheClassesAskedForAreMeasured() throws IOException {
    String two = "{'classes': ['ngldm', 'shape']}";
    assertEquals(Set.of("shape", "ngldm"), measured(two, cube(RAMP), cube(ALL)));
  }

  @Test
  void aFeatureThatOverflowsIsNull() throws IOException {
    FeatureValues values = measure(cube(1e200, 2e200, 1e200, 1, 1, 1, 1, 1), cube(ALL));
    assertEquals(Reason.NOT_FINITE, values.reason());
    assertNull(values.get(FirstOrder.Measure.ENERGY));
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
      assertTrue(source.contains("Reason." + reason.name()), reason + " has no test");
    }
  }

  private static Nifti cube(double... eight) {
    return Nifti.of(2, 2, 2, eight);
  }

  private Extraction extraction() {
    return extraction(FIRSTORDER);
  }

  private static Extraction extraction(String settings) {
    return new Extraction(parse(settings), path -> Files.newInputStream(Path.of(path)));
  }

  private static Settings parse(String settings) {
    return Settings.parse(settings.replace('\'', '"'));
  }

  private FeatureValues measure(Nifti image, Nifti mask) throws IOException {
    return measure(FIRSTORDER, image, mask);
  }

  private FeatureValues measure(String settings, Nifti image, Nifti mask) throws IOException {
    String imagePath = image.writeTo(folder, "image.nii.gz").toString();
    return extraction(settings).measure(imagePath, mask.writeTo(folder, "mask.nii").toString());
  }

  /** The classes that are measured, without measuring them; the reasons of the others go to {@code out}. */
  private Set<String> measured(String settings, Nifti image, Nifti mask, FeatureValues... out)
      throws IOException {
    Set<String> found = new TreeSet<>();
    String imagePath = image.writeTo(folder, "image.nii.gz").toString();
    String maskPath = mask.writeTo(folder, "mask.nii").toString();
    Extraction extraction =
        new Extraction(
            parse(settings),
            path -> Files.newInputStream(Path.of(path)),
            (one, of, values) -> found.add(one.tag()));
    FeatureValues values = extraction.measure(imagePath, maskPath);
    if (out.length > 0) {
      out[0] = values;
    }
    return found;
  }

  /** Only the classes named are measured; every feature of the others that is asked for has the reason. */
  private void assertOnly(String classes, Reason reason, String settings, Nifti image, Nifti mask)
      throws IOException {
    FeatureValues[] values = new FeatureValues[1];
    assertEquals(new TreeSet<>(Set.of(classes.split(" "))), measured(settings, image, mask, values));
    Map<String, String> expected = new HashMap<>();
    for (Feature feature : FeatureTable.all()) {
      boolean without = !classes.contains(feature.featureClass().tag());
      if (without && parse(settings).asksFor(feature)) {
        expected.put(feature.column(), reason.name());
      }
    }
    assertEquals(expected, values[0].nullReasons());
  }

  private static void assertNone(Reason reason, FeatureValues values) {
    assertEquals(reason, values.reason());
    assertEquals("NULL", values.status());
    assertEquals(Map.of(), values.nullReasons());
    for (Feature feature : FeatureTable.all()) {
      assertNull(values.get(feature), feature.column());
    }
  }
}
