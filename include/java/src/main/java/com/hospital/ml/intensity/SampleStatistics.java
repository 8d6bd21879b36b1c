package com.hospital.ml.intensity;

import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.reason.Reason;
import java.util.function.Function;

/** The sixteen statistics that intensities (IBSI 3.3) and grey levels (IBSI 3.4) share. */
final class SampleStatistics {
  private SampleStatistics() {}

  /** Writes them as the features that {@code named} finds, a class's {@code Measure::valueOf}. */
  static void measure(SortedSample sample, Function<String, Definition> named, FeatureValues out) {
    out.set(named.apply("MINIMUM"), sample.least());
    out.set(named.apply("MAXIMUM"), sample.most());
    out.set(named.apply("RANGE"), sample.most() - sample.least());
    moments(sample, named, out);
    quantiles(sample, named, out);
  }

  private static void moments(SortedSample sample, Function<String, Definition> named, FeatureValues out) {
    double variance = sample.variance();
    out.set(named.apply("MEAN"), sample.mean());
    out.set(named.apply("VARIANCE"), variance);
    out.set(named.apply("MAD"), sample.deviation(sample.mean()));
    out.setRatio(named.apply("COV"), Math.sqrt(variance), sample.mean());
    if (sample.isFlat()) {
      out.setUndefined(named.apply("SKEWNESS"), Reason.FLAT_REGION);
      out.setUndefined(named.apply("KURTOSIS"), Reason.FLAT_REGION);
    } else {
      out.set(named.apply("SKEWNESS"), sample.thirdMoment() / (variance * Math.sqrt(variance)));
      out.set(named.apply("KURTOSIS"), sample.fourthMoment() / (variance * variance) - 3);
    }
  }

  private static void quantiles(SortedSample sample, Function<String, Definition> named, FeatureValues out) {
    double median = sample.quantile(0.5);
    double p10 = sample.quantile(0.1);
    double p90 = sample.quantile(0.9);
    double p25 = sample.quantile(0.25);
    double p75 = sample.quantile(0.75);
    out.set(named.apply("MEDIAN"), median);
    out.set(named.apply("P10"), p10);
    out.set(named.apply("P90"), p90);
    out.set(named.apply("IQR"), p75 - p25);
    out.setRatio(named.apply("QCOD"), p75 - p25, p75 + p25);
    out.set(named.apply("MEDAD"), sample.deviation(median));
    out.set(named.apply("RMAD"), sample.deviationWithin(p10, p90));
  }
}
