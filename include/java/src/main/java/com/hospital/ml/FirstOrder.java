package com.hospital.ml;

import static com.hospital.ml.FeatureTable.FIRSTORDER_COV;
import static com.hospital.ml.FeatureTable.FIRSTORDER_ENERGY;
import static com.hospital.ml.FeatureTable.FIRSTORDER_ENTROPY_FBN32;
import static com.hospital.ml.FeatureTable.FIRSTORDER_IQR;
import static com.hospital.ml.FeatureTable.FIRSTORDER_KURTOSIS;
import static com.hospital.ml.FeatureTable.FIRSTORDER_MAD;
import static com.hospital.ml.FeatureTable.FIRSTORDER_MAXIMUM;
import static com.hospital.ml.FeatureTable.FIRSTORDER_MEAN;
import static com.hospital.ml.FeatureTable.FIRSTORDER_MEDAD;
import static com.hospital.ml.FeatureTable.FIRSTORDER_MEDIAN;
import static com.hospital.ml.FeatureTable.FIRSTORDER_MINIMUM;
import static com.hospital.ml.FeatureTable.FIRSTORDER_P10;
import static com.hospital.ml.FeatureTable.FIRSTORDER_P90;
import static com.hospital.ml.FeatureTable.FIRSTORDER_QCOD;
import static com.hospital.ml.FeatureTable.FIRSTORDER_RANGE;
import static com.hospital.ml.FeatureTable.FIRSTORDER_RMAD;
import static com.hospital.ml.FeatureTable.FIRSTORDER_RMS;
import static com.hospital.ml.FeatureTable.FIRSTORDER_SKEWNESS;
import static com.hospital.ml.FeatureTable.FIRSTORDER_UNIFORMITY_FBN32;
import static com.hospital.ml.FeatureTable.FIRSTORDER_VARIANCE;

/** Intensity statistics (IBSI 3.3) and two features of the intensity histogram (IBSI 3.4). */
final class FirstOrder {
  static final int HISTOGRAM_BINS = 32;

  private FirstOrder() {}

  /** Writes all features of the class; {@code sorted} holds finite intensities, ascending, at least two. */
  static void measure(double[] sorted, FeatureValues out) {
    double least = sorted[0];
    double most = sorted[sorted.length - 1];
    out.set(FIRSTORDER_MINIMUM, least);
    out.set(FIRSTORDER_MAXIMUM, most);
    out.set(FIRSTORDER_RANGE, most - least);
    moments(sorted, out);
    quantiles(sorted, out);
    histogram(sorted, out);
  }

  /** Quantile {@code q} (0 to 1) of ascending values, linear between order statistics (numpy's default). */
  static double quantile(double[] sorted, double q) {
    double place = q * (sorted.length - 1);
    int below = (int) place;
    if (below >= sorted.length - 1) {
      return sorted[sorted.length - 1];
    }
    return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
  }

  private static void moments(double[] values, FeatureValues out) {
    double n = values.length;
    boolean flat = values[0] == values[values.length - 1];
    double mean = flat ? values[0] : mean(values, 0, values.length);
    double m2 = 0;
    double m3 = 0;
    double m4 = 0;
    double squares = 0;
    for (double value : values) {
      double d = value - mean;
      double dd = d * d;
      m2 += dd;
      m3 += dd * d;
      m4 += dd * dd;
      squares += value * value;
    }
    double variance = m2 / n;
    out.set(FIRSTORDER_MEAN, mean);
    out.set(FIRSTORDER_VARIANCE, variance);
    out.set(FIRSTORDER_ENERGY, squares);
    out.set(FIRSTORDER_RMS, Math.sqrt(squares / n));
    out.set(FIRSTORDER_MAD, deviation(values, 0, values.length, mean));
    if (flat) {
      out.setUndefined(FIRSTORDER_SKEWNESS, Reason.FLAT_REGION);
      out.setUndefined(FIRSTORDER_KURTOSIS, Reason.FLAT_REGION);
    } else {
      out.set(FIRSTORDER_SKEWNESS, m3 / n / (variance * Math.sqrt(variance)));
      out.set(FIRSTORDER_KURTOSIS, m4 / n / (variance * variance) - 3);
    }
    out.setRatio(FIRSTORDER_COV, Math.sqrt(variance), mean);
  }

  private static void quantiles(double[] sorted, FeatureValues out) {
    double median = quantile(sorted, 0.5);
    double p10 = quantile(sorted, 0.1);
    double p90 = quantile(sorted, 0.9);
    double p25 = quantile(sorted, 0.25);
    double p75 = quantile(sorted, 0.75);
    out.set(FIRSTORDER_MEDIAN, median);
    out.set(FIRSTORDER_P10, p10);
    out.set(FIRSTORDER_P90, p90);
    out.set(FIRSTORDER_IQR, p75 - p25);
    out.setRatio(FIRSTORDER_QCOD, p75 - p25, p75 + p25);
    out.set(FIRSTORDER_MEDAD, deviation(sorted, 0, sorted.length, median));
    int from = 0;
    int to = sorted.length;
    while (sorted[from] < p10) {
      from++;
    }
    while (sorted[to - 1] > p90) {
      to--;
    }
    out.set(FIRSTORDER_RMAD, to > from ? deviation(sorted, from, to, mean(sorted, from, to)) : 0);
  }

  private static void histogram(double[] sorted, FeatureValues out) {
    long[] counts = new long[HISTOGRAM_BINS];
    double least = sorted[0];
    double range = sorted[sorted.length - 1] - least;
    for (double value : sorted) {
      int bin = range > 0 ? (int) (HISTOGRAM_BINS * ((value - least) / range)) : 0;
      counts[Math.min(bin, HISTOGRAM_BINS - 1)]++;
    }
    double entropy = 0;
    double uniformity = 0;
    for (long count : counts) {
      if (count > 0) {
        double p = count / (double) sorted.length;
        entropy -= p * Math.log(p);
        uniformity += p * p;
      }
    }
    out.set(FIRSTORDER_ENTROPY_FBN32, Math.abs(entropy) / Math.log(2));
    out.set(FIRSTORDER_UNIFORMITY_FBN32, uniformity);
  }

  private static double mean(double[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum / (to - from);
  }

  private static double deviation(double[] values, int from, int to, double centre) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += Math.abs(values[i] - centre);
    }
    return sum / (to - from);
  }
}
