package com.hospital.ml.intensity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.intensity.FirstOrder.Measure;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.testing.Agreement;
import com.hospital.ml.testing.Phantom;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FirstOrderTest {

  @Test
  void allFeaturesOfTheDigitalPhantomAgreeWithTheConsensus() throws IOException {
    double[] sorted = Phantom.region().intensities();
    Arrays.sort(sorted);
    Map<String, Measure> byTag =
        Map.ofEntries(
            Map.entry("stat_mean", Measure.MEAN),
            Map.entry("stat_var", Measure.VARIANCE),
            Map.entry("stat_skew", Measure.SKEWNESS),
            Map.entry("stat_kurt", Measure.KURTOSIS),
            Map.entry("stat_median", Measure.MEDIAN),
            Map.entry("stat_min", Measure.MINIMUM),
            Map.entry("stat_p10", Measure.P10),
            Map.entry("stat_p90", Measure.P90),
            Map.entry("stat_max", Measure.MAXIMUM),
            Map.entry("stat_iqr", Measure.IQR),
            Map.entry("stat_range", Measure.RANGE),
            Map.entry("stat_mad", Measure.MAD),
            Map.entry("stat_rmad", Measure.RMAD),
            Map.entry("stat_medad", Measure.MEDAD),
            Map.entry("stat_cov", Measure.COV),
            Map.entry("stat_qcod", Measure.QCOD),
            Map.entry("stat_energy", Measure.ENERGY),
            Map.entry("stat_rms", Measure.RMS));
    Agreement.check("stat_", byTag, Measure.values(), measured(sorted));
  }

  @Test
  void quantilesLieBetweenOrderStatistics() {
    SortedSample sample = SortedSample.of(new double[] {0, 10, 20, 40});
    assertEquals(0, sample.quantile(0));
    assertEquals(3, sample.quantile(0.1), 1e-12);
    assertEquals(15, sample.quantile(0.5), 1e-12);
    assertEquals(34, sample.quantile(0.9), 1e-12);
    assertEquals(40, sample.quantile(1));
  }

  @Test
  void countedLevelsHaveTheStatisticsOfTheirVoxels() {
    SortedSample counted = SortedSample.ofLevels(new int[] {0, 3, 0, 1, 2});
    SortedSample voxels = SortedSample.of(new double[] {1, 1, 1, 3, 4, 4});
    assertEquals(6, counted.size());
    for (int percent = 0; percent <= 100; percent += 5) {
      assertEquals(voxels.quantile(percent / 100.0), counted.quantile(percent / 100.0), 1e-12);
    }
    assertEquals(voxels.mean(), counted.mean(), 1e-12);
    assertEquals(voxels.variance(), counted.variance(), 1e-12);
    assertEquals(voxels.thirdMoment(), counted.thirdMoment(), 1e-12);
    assertEquals(voxels.fourthMoment(), counted.fourthMoment(), 1e-12);
    assertEquals(voxels.sumOfSquares(), counted.sumOfSquares());
    assertEquals(voxels.deviation(2), counted.deviation(2), 1e-12);
    assertEquals(voxels.deviationWithin(1, 3), counted.deviationWithin(1, 3), 1e-12);
  }

  @Test
  void manyEqualIntensitiesDoNotAddUpTheirRounding() {
    // 600,000 of 0.1 and as many of 0.3: the variance is 0.01
    double[] sorted = new double[1_200_000];
    Arrays.fill(sorted, 0, 600_000, 0.1);
    Arrays.fill(sorted, 600_000, 1_200_000, 0.3);
    assertEquals(0.01, measured(sorted).get(Measure.VARIANCE), 2e-15);
  }

  @Test
  void kurtosisIsExcessAndVarianceIsDividedByN() {
    FeatureValues out = measured(1, 2, 3, 4, 5);
    assertEquals(2, out.get(Measure.VARIANCE), 1e-12);
    assertEquals(6.8 / 4 - 3, out.get(Measure.KURTOSIS), 1e-12);
    assertEquals(0, out.get(Measure.SKEWNESS), 1e-12);
  }

  @Test
  void theReasonThatIsKeptDoesNotDependOnTheOrderOfFeatures() {
    FeatureValues out = new FeatureValues();
    out.setUndefined(Measure.COV, Reason.ZERO_DENOMINATOR);
    out.setUndefined(Measure.SKEWNESS, Reason.FLAT_REGION);
    assertEquals(Reason.FLAT_REGION, out.reason());
    out.setUndefined(Measure.QCOD, Reason.ZERO_DENOMINATOR);
    assertEquals(Reason.FLAT_REGION, out.reason());
  }

  @Test
  void robustDeviationKeepsTheIntensitiesOnBothPercentiles() {
    // p10 = 1 and p90 = 9 are intensities themselves; 0 and 10 are left out
    FeatureValues out = measured(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    assertEquals(20.0 / 9, out.get(Measure.RMAD), 1e-12);
  }

  @Test
  void robustDeviationOfTwoIntensitiesHasNoneBetweenThePercentiles() {
    assertEquals(0, measured(1, 2).get(Measure.RMAD));
  }

  @Test
  void equalIntensitiesHaveNeitherSkewnessNorKurtosisAndNoRoundingInTheRest() {
    FeatureValues out = measured(0.1, 0.1, 0.1);
    assertEquals(
        Map.of("firstorder_skewness", "FLAT_REGION", "firstorder_kurtosis", "FLAT_REGION"),
        out.nullReasons());
    assertEquals(0.1, out.get(Measure.MEAN));
    assertEquals(0, out.get(Measure.VARIANCE));
    assertEquals(0, out.get(Measure.COV));
  }

  @Test
  void ratiosToAMeanOfZeroAreNull() {
    assertEquals(
        Map.of("firstorder_cov", "ZERO_DENOMINATOR", "firstorder_qcod", "ZERO_DENOMINATOR"),
        measured(-1, 1).nullReasons());
  }

  private static FeatureValues measured(double... sorted) {
    FeatureValues out = new FeatureValues();
    FirstOrder.measure(sorted, out);
    return out;
  }
}
