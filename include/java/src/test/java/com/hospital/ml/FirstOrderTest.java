package com.hospital.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FirstOrderTest {

  @Test
  void quantilesLieBetweenOrderStatistics() {
    double[] sorted = {0, 10, 20, 40};
    assertEquals(0, FirstOrder.quantile(sorted, 0));
    assertEquals(3, FirstOrder.quantile(sorted, 0.1), 1e-12);
    assertEquals(15, FirstOrder.quantile(sorted, 0.5), 1e-12);
    assertEquals(34, FirstOrder.quantile(sorted, 0.9), 1e-12);
    assertEquals(40, FirstOrder.quantile(sorted, 1));
  }

  @Test
  void kurtosisIsExcessAndVarianceIsDividedByN() {
    FeatureValues out = new FeatureValues();
    FirstOrder.measure(new double[] {1, 2, 3, 4, 5}, out);
    assertEquals(2, out.get(FeatureTable.FIRSTORDER_VARIANCE), 1e-12);
    assertEquals(6.8 / 4 - 3, out.get(FeatureTable.FIRSTORDER_KURTOSIS), 1e-12);
    assertEquals(0, out.get(FeatureTable.FIRSTORDER_SKEWNESS), 1e-12);
  }

  @Test
  void theReasonThatIsKeptDoesNotDependOnTheOrderOfFeatures() {
    FeatureValues out = new FeatureValues();
    out.setUndefined(FeatureTable.FIRSTORDER_COV, Reason.ZERO_DENOMINATOR);
    out.setUndefined(FeatureTable.FIRSTORDER_SKEWNESS, Reason.FLAT_REGION);
    assertEquals(Reason.FLAT_REGION, out.reason());
    out.setUndefined(FeatureTable.FIRSTORDER_QCOD, Reason.ZERO_DENOMINATOR);
    assertEquals(Reason.FLAT_REGION, out.reason());
  }

  @Test
  void robustDeviationKeepsTheIntensitiesOnBothPercentiles() {
    // p10 = 1 and p90 = 9 are intensities themselves; 0 and 10 are left out
    double[] sorted = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    FeatureValues out = new FeatureValues();
    FirstOrder.measure(sorted, out);
    assertEquals(20.0 / 9, out.get(FeatureTable.FIRSTORDER_RMAD), 1e-12);
  }

  @Test
  void theHistogramHas32BinsAndTheMaximumIsInTheLast() {
    double[] sorted = new double[33];
    java.util.Arrays.setAll(sorted, i -> i);
    FeatureValues out = new FeatureValues();
    FirstOrder.measure(sorted, out);
    // 31 bins of one intensity, the last of two
    double p = 1 / 33.0;
    double q = 2 / 33.0;
    double entropy = -(31 * p * Math.log(p) + q * Math.log(q)) / Math.log(2);
    assertEquals(entropy, out.get(FeatureTable.FIRSTORDER_ENTROPY_FBN32), 1e-12);
    assertEquals(31 * p * p + q * q, out.get(FeatureTable.FIRSTORDER_UNIFORMITY_FBN32), 1e-12);
  }
}
