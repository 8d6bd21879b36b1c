package com.hospital.ml.intensity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.Feature;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.intensity.IntensityVolumeHistogram.Measure;
import com.hospital.ml.settings.Discretisation;
import com.hospital.ml.settings.Settings;
import com.hospital.ml.testing.Agreement;
import com.hospital.ml.testing.Phantom;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IntensityVolumeHistogramTest {
  private static final double[] ONE_TO_TEN = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};

  @Test
  void allFeaturesOfTheDigitalPhantomAgreeWithTheConsensus() throws IOException {
    double[] sorted = Phantom.region().intensities();
    Arrays.sort(sorted);
    Map<String, Measure> byTag =
        Map.of(
            "ivh_v10", Measure.VOLUME_FRACTION_AT_10_INTENSITY,
            "ivh_v90", Measure.VOLUME_FRACTION_AT_90_INTENSITY,
            "ivh_i10", Measure.INTENSITY_AT_10_VOLUME,
            "ivh_i90", Measure.INTENSITY_AT_90_VOLUME,
            "ivh_diff_v10_v90", Measure.VOLUME_FRACTION_DIFFERENCE_10_90,
            "ivh_diff_i10_i90", Measure.INTENSITY_DIFFERENCE_10_90);
    FeatureValues out = measured(Discretisation.none(), null, null, sorted);
    Agreement.check("ivh_", byTag, Measure.values(), out);
  }

  @Test
  void withoutDiscretisationStepsAreWholeNumbersOverTheRegionsRange() {
    // from 1 to 10: 10 % is 1.9, so step 2; 90 % is 9.1, so step 10; 10 is in one voxel, 2 in nine
    assertValues(
        new double[] {0.9, 0.1, 10, 2, 0.8, 8}, measured(Discretisation.none(), null, null, ONE_TO_TEN));
  }

  @Test
  void theRangeIsThatOfReSegmentationWhereThereIsOne() {
    // from -9 to 21: 10 % is -6, so all; 90 % is 18, so none
    assertValues(
        new double[] {1, 0, 10, 2, 1, 8}, measured(Discretisation.none(), -9.5, 21.5, ONE_TO_TEN));
    // from 1 to 21: 10 % is 3
    assertValues(
        new double[] {0.8, 0, 10, 2, 0.8, 8}, measured(Discretisation.none(), null, 21.0, ONE_TO_TEN));
  }

  @Test
  void stepsOfBinsOfFixedSizeAreTheirCentres() {
    // bins from 0 of width 2, centres 1, 3, ... 11; range from 1 to 11: 10 % is 2, so centre 3, from 2 on;
    // 90 % is 10, so centre 11: none. At most one voxel reaches centre 11 (10 itself), nine reach 3
    assertValues(
        new double[] {0.9, 0.1, 11, 3, 0.8, 8},
        measured(Discretisation.fixedBinSize(2, 0), null, 12.0, ONE_TO_TEN));
    // without re-segmentation the range ends at 10 - 1 = 9: 90 % is 8.2, so centre 9, from 8 on
    assertValues(
        new double[] {0.9, 0.3, 11, 3, 0.6, 8},
        measured(Discretisation.fixedBinSize(2, 0), null, null, ONE_TO_TEN));
  }

  @Test
  void aStepExactlyAtAFractionIsNotLostToRounding() {
    // (2.05 - 0.05) / 0.1 comes out just above 20; 10 % of 20 steps is step 2, from 0.2 on
    double[] sorted = {0.05, 0.15, 0.25, 0.95};
    FeatureValues out = measured(Discretisation.fixedBinSize(0.1, 0), null, 2.1, sorted);
    assertEquals(0.5, out.get(Measure.VOLUME_FRACTION_AT_10_INTENSITY));
  }

  @Test
  void stepsOfAFixedNumberOfBinsAreGreyLevels() {
    // four levels over 1 to 10: 1 to 3, 4 and 5, 6 and 7, 8 to 10; 10 % of 1 to 4 is level 2, 90 % is 4;
    // more than one voxel reaches level 4, so the step after it; seven reach level 2
    assertValues(
        new double[] {0.7, 0.3, 5, 2, 0.4, 3},
        measured(Discretisation.fixedBinNumber(4), null, null, ONE_TO_TEN));
  }

  @Test
  void closedFormsAreThoseOfTheWholeHistogram() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      int bins = 2 + random.nextInt(40);
      double[] sorted = random.doubles(2 + random.nextInt(60)).map(v -> v * v).sorted().toArray();
      int[] level = new int[sorted.length];
      double range = sorted[sorted.length - 1] - sorted[0];
      for (int i = 0; i < level.length; i++) {
        level[i] = (int) Math.min(bins, Math.floor(bins * (sorted[i] - sorted[0]) / range) + 1);
      }
      double[] slow = slow(level, bins);
      assertValues(slow, measured(Discretisation.fixedBinNumber(bins), null, null, sorted));
    }
  }

  private static double[] slow(int[] level, int bins) {
    double[] found = new double[6];
    for (int step = bins + 1; step >= 1; step--) {
      int reach = 0;
      for (int one : level) {
        reach += one >= step ? 1 : 0;
      }
      for (int i = 0; i < 2; i++) {
        if (step <= bins && 100 * (step - 1) >= (i == 0 ? 10 : 90) * (bins - 1)) {
          found[i] = (double) reach / level.length;
        }
      }
      found[2] = 100 * reach <= 10 * level.length ? step : found[2];
      found[3] = 100 * reach <= 90 * level.length ? step : found[3];
    }
    found[4] = found[0] - found[1];
    found[5] = found[2] - found[3];
    return found;
  }

  @Test
  void anIntensityWithoutAStepMakesAllNull() {
    Map<String, String> all = new HashMap<>();
    for (Definition measure : Measure.values()) {
      all.put(new Feature(measure, Aggregation.NONE).column(), "NOT_LEVELS");
    }
    assertEquals(all, measured(Discretisation.none(), null, null, 1, 2.5, 3).nullReasons());
    assertEquals(all, measured(Discretisation.fixedBinSize(1, 0), null, null, -0.5, 2.5).nullReasons());
    all.replaceAll((column, reason) -> "FLAT_REGION");
    assertEquals(all, measured(Discretisation.fixedBinNumber(4), null, null, 3, 3).nullReasons());
    all.replaceAll((column, reason) -> "NOT_FINITE");
    assertEquals(all, measured(Discretisation.fixedBinNumber(4), null, null, -1e308, 1e308).nullReasons());
  }

  @Test
  void aRangeOfOneStepHasNoIntensityFractions() {
    Map<String, String> fractions = new HashMap<>();
    fractions.put("ivh_volume_fraction_at_10_intensity", "FLAT_REGION");
    fractions.put("ivh_volume_fraction_at_90_intensity", "FLAT_REGION");
    fractions.put("ivh_volume_fraction_difference_10_90", "FLAT_REGION");
    FeatureValues flat = measured(Discretisation.none(), null, null, 3, 3);
    assertEquals(fractions, flat.nullReasons());
    assertEquals(4, flat.get(Measure.INTENSITY_AT_10_VOLUME));
    fractions.replaceAll((column, reason) -> "ZERO_DENOMINATOR");
    FeatureValues narrow = measured(Discretisation.fixedBinSize(1, 3), null, null, 3.1, 3.9);
    assertEquals(fractions, narrow.nullReasons());
    assertEquals(4.5, narrow.get(Measure.INTENSITY_AT_90_VOLUME));
  }

  private static void assertValues(double[] expected, FeatureValues out) {
    double[] found = new double[6];
    for (Measure measure : Measure.values()) {
      found[measure.ordinal()] = out.get(measure);
    }
    assertArrayEquals(expected, found, 1e-12);
  }

  private static FeatureValues measured(
      Discretisation ivh, Double low, Double high, double... sorted) {
    Settings d = Settings.DEFAULT;
    Settings settings =
        new Settings(
            d.minVoxels(),
            d.interpolation(),
            d.spacingMm(),
            d.roundIntensities(),
            low,
            high,
            d.resegmentSigma(),
            d.discretisation(),
            ivh,
            d.classes(),
            d.aggregations(),
            d.maxBoxVoxels(),
            d.maxAutocorrelationPoints());
    FeatureValues out = new FeatureValues();
    IntensityVolumeHistogram.measure(sorted, settings, out);
    return out;
  }
}
