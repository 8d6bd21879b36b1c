package com.hospital.ml.texture;

import static com.hospital.ml.texture.Glcm.Measure.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hospital.ml.FeatureTable;
import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Feature;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.settings.Discretisation;
import com.hospital.ml.testing.Agreement;
import com.hospital.ml.testing.Phantom;
import com.hospital.ml.testing.SmallLevels;
import java.io.IOException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GlcmTest {
  private static final Set<Aggregation> ALL = EnumSet.allOf(Aggregation.class);

  /** The consensus table's names, in the order of the features. */
  private static final String[] TAGS = {
    "joint_max", "joint_avg", "joint_var", "joint_entr", "diff_avg", "diff_var", "diff_entr", "sum_avg",
    "sum_var", "sum_entr", "energy", "contrast", "dissimilarity", "inv_diff", "inv_diff_norm", "inv_diff_mom",
    "inv_diff_mom_norm", "inv_var", "corr", "auto_corr", "clust_tend", "clust_shade", "clust_prom",
    "info_corr1", "info_corr2"
  };

  @Test
  void thePhantomHasTheConsensusValuesInEveryAggregation() throws IOException {
    FeatureValues found = measure(Phantom.levels(), ALL);
    Agreement.assertWithConsensus(Glcm.Measure.values(), "cm_", TAGS, found);
  }

  @Test
  void aRowOfFourVoxelsHasTheFeaturesComputedByHand() {
    // elements: (1, 1) 4/6, (1, 4) 1/6, (4, 1) 1/6
    FeatureValues found = measure(SmallLevels.of(4, 1, 1, 1, 1, 1, 4), Set.of(Aggregation.VOLUME_MERGED));
    double joint = entropy(4 / 6.0, 1 / 6.0, 1 / 6.0);
    double marginal = entropy(5 / 6.0, 1 / 6.0);
    Map<Glcm.Measure, Double> expected = new EnumMap<>(Glcm.Measure.class);
    expected.put(JOINT_MAXIMUM, 4 / 6.0);
    expected.put(JOINT_AVERAGE, 1.5);
    expected.put(JOINT_VARIANCE, 1.25);
    expected.put(JOINT_ENTROPY, joint);
    expected.put(DIFFERENCE_AVERAGE, 1.0);
    expected.put(DIFFERENCE_VARIANCE, 2.0);
    expected.put(DIFFERENCE_ENTROPY, entropy(2 / 3.0, 1 / 3.0));
    expected.put(SUM_AVERAGE, 3.0);
    expected.put(SUM_VARIANCE, 2.0);
    expected.put(SUM_ENTROPY, entropy(2 / 3.0, 1 / 3.0));
    expected.put(ANGULAR_SECOND_MOMENT, 0.5);
    expected.put(CONTRAST, 3.0);
    expected.put(DISSIMILARITY, 1.0);
    expected.put(INVERSE_DIFFERENCE, 0.75);
    expected.put(NORMALISED_INVERSE_DIFFERENCE, 6 / 7.0);
    expected.put(INVERSE_DIFFERENCE_MOMENT, 0.7);
    expected.put(NORMALISED_INVERSE_DIFFERENCE_MOMENT, 0.88);
    expected.put(INVERSE_VARIANCE, 1 / 27.0);
    expected.put(CORRELATION, -0.2);
    expected.put(AUTOCORRELATION, 2.0);
    expected.put(CLUSTER_TENDENCY, 2.0);
    expected.put(CLUSTER_SHADE, 2.0);
    expected.put(CLUSTER_PROMINENCE, 6.0);
    expected.put(FIRST_MEASURE_OF_INFORMATION_CORRELATION, (joint - 2 * marginal) / marginal);
    expected.put(
        SECOND_MEASURE_OF_INFORMATION_CORRELATION, Math.sqrt(1 - Math.exp(-2 * (2 * marginal - joint))));
    assertEquals(expected.keySet(), EnumSet.allOf(Glcm.Measure.class));
    expected.forEach(
        (measure, value) ->
            assertEquals(value, found.get(measure, Aggregation.VOLUME_MERGED), 1e-14, measure.name()));
  }

  @ParameterizedTest
  @CsvSource({
    "JOINT_MAXIMUM, 0.06986978268900748", "JOINT_AVERAGE, 3.794598364556396",
    "JOINT_VARIANCE, 4.124236769897757", "JOINT_ENTROPY, 4.745077739003582",
    "DIFFERENCE_AVERAGE, 2.4080410721922907", "DIFFERENCE_VARIANCE, 2.961511129395886",
    "DIFFERENCE_ENTROPY, 2.584060590344244", "SUM_AVERAGE, 7.58919672911279",
    "SUM_ENTROPY, 3.223250086420834", "ANGULAR_SECOND_MOMENT, 0.04148467203156589",
    "CONTRAST, 8.834878323682771", "INVERSE_DIFFERENCE, 0.4133850307957336",
    "NORMALISED_INVERSE_DIFFERENCE, 0.7697758925398035", "INVERSE_DIFFERENCE_MOMENT, 0.3283264508476682",
    "NORMALISED_INVERSE_DIFFERENCE_MOMENT, 0.8683640620101845", "INVERSE_VARIANCE, 0.3038580302433821",
    "CORRELATION, -0.06883714254511636", "AUTOCORRELATION, 14.133654049944237",
    "CLUSTER_TENDENCY, 7.662068755908256", "CLUSTER_SHADE, 1.892630004317547",
    "CLUSTER_PROMINENCE, 134.90902305953915",
    "FIRST_MEASURE_OF_INFORMATION_CORRELATION, -0.1285833247598009",
    "SECOND_MEASURE_OF_INFORMATION_CORRELATION, 0.6749309659020717"
  })
  void anIrregularRegionHasTheValuesThatPyradiomics314Gives(Glcm.Measure measure, double expected) {
    FeatureValues found = measure(SmallLevels.irregular(), Set.of(Aggregation.VOLUME_AVERAGED));
    assertEquals(expected, found.get(measure, Aggregation.VOLUME_AVERAGED), 1e-12 * Math.abs(expected));
  }

  @ParameterizedTest
  @CsvSource({
    "SLICE_AVERAGED, 8.35058647949273, -0.07922751899330474, -0.341453201847434",
    "SLICE_MERGED, 8.297270848668877, -0.029083766238180278, -0.07863394614348455",
    "PLANAR_AVERAGED, 8.793494897959183, -0.017196995500150254, -0.10507620113184883",
    "PLANAR_MERGED, 8.789189189189193, -0.017528786177222894, -0.021833443891585643",
    "VOLUME_AVERAGED, 8.834878323682771, -0.06883714254511622, -0.12858332475980133",
    "VOLUME_MERGED, 8.771653543307085, -0.053778037228728426, -0.004318383329222869"
  })
  void anIrregularRegionHasTheValuesThatMirp27Gives(
      Aggregation aggregation, double contrast, double correlation, double information) {
    FeatureValues found = measure(SmallLevels.irregular(), Set.of(aggregation));
    assertEquals(contrast, found.get(CONTRAST, aggregation), 1e-12);
    assertEquals(correlation, found.get(CORRELATION, aggregation), 1e-12);
    assertEquals(information, found.get(FIRST_MEASURE_OF_INFORMATION_CORRELATION, aggregation), 1e-12);
  }

  @ParameterizedTest
  @EnumSource
  void anAggregationIsTheSameAloneAsWithTheOthersAndNothingElseIsWritten(Aggregation aggregation) {
    FeatureValues together = measure(SmallLevels.irregular(), ALL);
    FeatureValues alone = measure(SmallLevels.irregular(), Set.of(aggregation));
    for (Feature feature : FeatureTable.all()) {
      boolean wanted =
          feature.featureClass() == FeatureClass.GLCM && feature.aggregation() == aggregation;
      assertEquals(wanted ? together.get(feature) : null, alone.get(feature), feature.column());
    }
    assertEquals(Map.of(), alone.nullReasons());
  }

  @Test
  void aFlatRegionHasNoCorrelationButEveryOtherFeature() {
    FeatureValues found = measure(SmallLevels.of(2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3), ALL);
    Map<String, String> expected = new LinkedHashMap<>();
    for (Aggregation aggregation : FeatureClass.GLCM.aggregations()) {
      expected.put("glcm_correlation_" + aggregation.tag(), "FLAT_REGION");
      expected.put("glcm_first_measure_of_information_correlation_" + aggregation.tag(), "FLAT_REGION");
      assertEquals(1, found.get(ANGULAR_SECOND_MOMENT, aggregation));
      assertEquals(0, found.get(JOINT_ENTROPY, aggregation));
      assertEquals(0, found.get(INVERSE_VARIANCE, aggregation));
      assertEquals(0, found.get(SECOND_MEASURE_OF_INFORMATION_CORRELATION, aggregation));
      assertEquals(3, found.get(JOINT_AVERAGE, aggregation));
    }
    assertEquals(expected, found.nullReasons());
  }

  @Test
  void slicesThatAreEachFlatHaveNoCorrelationThoughTheRegionIsNotFlat() {
    FeatureValues found = measure(SmallLevels.of(2, 1, 2, 1, 1, 2, 2), ALL);
    assertEquals(
        Map.of(
            "glcm_correlation_2d_avg", "ZERO_DENOMINATOR",
            "glcm_first_measure_of_information_correlation_2d_avg", "ZERO_DENOMINATOR",
            "glcm_correlation_2d_mrg", "ZERO_DENOMINATOR",
            "glcm_first_measure_of_information_correlation_2d_mrg", "ZERO_DENOMINATOR"),
        found.nullReasons());
    assertEquals(1, found.get(CORRELATION, Aggregation.PLANAR_MERGED), 1e-14);
  }

  @Test
  void aFlatSliceIsLeftOutOfTheMeanCorrelationOnly() {
    FeatureValues found = measure(SmallLevels.of(2, 1, 2, 1, 2, 1, 1), Set.of(Aggregation.SLICE_MERGED));
    assertEquals(-1, found.get(CORRELATION, Aggregation.SLICE_MERGED), 1e-14);
    assertEquals(0.5, found.get(CONTRAST, Aggregation.SLICE_MERGED), 1e-14);
  }

  @Test
  void independentNeighboursHaveNoInformationCorrelation() {
    // each ordered pair of the three levels is there once; rounding would make the information negative
    Levels row = SmallLevels.of(10, 1, 1, 1, 1, 2, 1, 3, 2, 2, 3, 3, 1);
    FeatureValues found = measure(row, Set.of(Aggregation.VOLUME_MERGED));
    assertEquals(0, found.get(FIRST_MEASURE_OF_INFORMATION_CORRELATION, Aggregation.VOLUME_MERGED), 1e-14);
    assertEquals(0, found.get(SECOND_MEASURE_OF_INFORMATION_CORRELATION, Aggregation.VOLUME_MERGED), 1e-7);
    assertEquals(0, found.get(CORRELATION, Aggregation.VOLUME_MERGED), 1e-14);
  }

  @Test
  void looseVoxelsHaveNoFeatures() {
    FeatureValues found = measure(SmallLevels.of(3, 1, 3, 1, 0, 2, 0, 0, 0, 3, 0, 4), ALL);
    assertEquals(Set.of("NO_NEIGHBOURS"), Set.copyOf(found.nullReasons().values()));
    assertEquals(150, found.nullReasons().size());
  }

  @Test
  void aColumnAcrossSlicesHasNeighboursInSpaceOnly() {
    FeatureValues found = measure(SmallLevels.of(1, 1, 2, 1, 2), ALL);
    assertEquals(100, found.nullReasons().size());
    assertEquals("NO_NEIGHBOURS", found.nullReasons().get("glcm_contrast_2d_avg"));
    assertEquals("NO_NEIGHBOURS", found.nullReasons().get("glcm_contrast_25d_mrg"));
    assertEquals(1, found.get(CONTRAST, Aggregation.VOLUME_AVERAGED), 1e-14);
    assertEquals(1, found.get(CONTRAST, Aggregation.VOLUME_MERGED), 1e-14);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0", "-1, 1, 0", "0, 1, 0", "1, 1, 0", "-1, -1, 1", "0, -1, 1", "1, -1, 1", "-1, 0, 1", "0, 0, 1",
    "1, 0, 1", "-1, 1, 1", "0, 1, 1", "1, 1, 1"
  })
  void eachOfThe26NeighboursIsCounted(int dx, int dy, int dz) {
    int[] levels = new int[27];
    levels[13] = 1;
    levels[13 + dx + 3 * dy + 9 * dz] = 3;
    FeatureValues found = measure(SmallLevels.of(3, 3, 3, levels), Set.of(Aggregation.VOLUME_AVERAGED));
    assertEquals(4, found.get(CONTRAST, Aggregation.VOLUME_AVERAGED), 1e-14);
    levels[13 + dx + 3 * dy + 9 * dz] = 0;
    levels[13 - dx - 3 * dy - 9 * dz] = 3;
    found = measure(SmallLevels.of(3, 3, 3, levels), Set.of(Aggregation.VOLUME_AVERAGED));
    assertEquals(4, found.get(CONTRAST, Aggregation.VOLUME_AVERAGED), 1e-14);
  }

  @Test
  void moreLevelsThanAMatrixMayHaveAreRefused() {
    Set<Aggregation> wanted = Set.of(Aggregation.VOLUME_AVERAGED, Aggregation.VOLUME);
    FeatureValues most = measure(SmallLevels.of(2, 1, 1, 1, Discretisation.MOST_LEVELS), wanted);
    assertEquals(1023.0 * 1023, most.get(CONTRAST, Aggregation.VOLUME_AVERAGED), 1e-6);
    FeatureValues more = measure(SmallLevels.of(2, 1, 1, 1, Discretisation.MOST_LEVELS + 1), wanted);
    assertNull(more.get(CONTRAST, Aggregation.VOLUME_AVERAGED));
    assertEquals(25, more.nullReasons().size());
    assertEquals(Set.of("TOO_MANY_LEVELS"), Set.copyOf(more.nullReasons().values()));
    assertTrue(more.nullReasons().containsKey("glcm_contrast_3d_avg"));
  }

  private static FeatureValues measure(Levels levels, Set<Aggregation> wanted) {
    FeatureValues out = new FeatureValues();
    Glcm.measure(levels, wanted, out);
    return out;
  }

  private static double entropy(double... probabilities) {
    double sum = 0;
    for (double p : probabilities) {
      sum -= p * Math.log(p) / Math.log(2);
    }
    return sum;
  }
}
