package com.hospital.ml.intensity;

import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.feature.Unit;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.reason.Reason;

/** Intensity histogram: statistics of grey levels (IBSI 3.4). */
public final class IntensityHistogram {
  public enum Measure implements Definition {
    MEAN("X6K6", Unit.LEVEL, "mean grey level"),
    VARIANCE("CH89", Unit.LEVEL_SQUARED, "variance, divided by N"),
    SKEWNESS("88K1", Unit.NONE, "skewness; NULL when flat"),
    KURTOSIS("C3I7", Unit.NONE, "kurtosis minus 3 (excess); NULL when flat"),
    MEDIAN("WIFQ", Unit.LEVEL, "median"),
    MINIMUM("1PR8", Unit.LEVEL, "minimum"),
    P10("GPMT", Unit.LEVEL, "10th percentile, linear between order statistics"),
    P90("OZ0C", Unit.LEVEL, "90th percentile, linear between order statistics"),
    MAXIMUM("3NCY", Unit.LEVEL, "maximum"),
    MODE("AMMC", Unit.LEVEL, "most frequent level; of several the nearest to the mean, then the lower"),
    IQR("WR0O", Unit.LEVEL, "75th minus 25th percentile"),
    RANGE("5Z3W", Unit.LEVEL, "maximum minus minimum"),
    MAD("D2ZX", Unit.LEVEL, "mean absolute deviation from the mean"),
    RMAD("WRZB", Unit.LEVEL, "the same, of levels from the 10th to the 90th percentile"),
    MEDAD("4RNL", Unit.LEVEL, "mean absolute deviation from the median"),
    COV("CWYJ", Unit.NONE, "standard deviation over mean"),
    QCOD("SLWD", Unit.NONE, "(p75 - p25) / (p75 + p25)"),
    ENTROPY("TLU2", Unit.BIT, "-sum of p log2 p over the levels that occur"),
    UNIFORMITY("BJ5W", Unit.NONE, "sum of p^2 over the levels"),
    MAXIMUM_GRADIENT("12CE", Unit.COUNT, "steepest rise of voxels a level; NULL when there is one bin"),
    MAXIMUM_GRADIENT_LEVEL("8E6O", Unit.LEVEL, "the lowest level of the steepest rise; NULL alike"),
    MINIMUM_GRADIENT("VQB3", Unit.COUNT, "steepest fall of voxels a level; NULL alike"),
    MINIMUM_GRADIENT_LEVEL("RHQZ", Unit.LEVEL, "the lowest level of the steepest fall; NULL alike");

    private final Facts facts;

    Measure(String ibsiCode, Unit unit, String meaning) {
      facts = new Facts(ibsiCode, unit, meaning);
    }

    @Override
    public FeatureClass featureClass() {
      return FeatureClass.IH;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private IntensityHistogram() {}

  /** Writes all features of the class, for a region of at least one voxel. */
  public static void measure(Levels levels, FeatureValues out) {
    int[] histogram = histogram(levels);
    SortedSample sample = SortedSample.ofLevels(histogram);
    SampleStatistics.measure(sample, Measure::valueOf, out);
    out.set(Measure.MODE, mode(histogram, sample.mean()));
    information(histogram, sample.size(), out);
    gradients(histogram, out);
  }

  /** Voxels of each level; entry 0 is 0, the last is that of the highest level. */
  private static int[] histogram(Levels levels) {
    int[] histogram = new int[levels.count() + 1];
    for (short level : levels.values()) {
      histogram[level]++;
    }
    histogram[0] = 0;
    return histogram;
  }

  private static int mode(int[] histogram, double mean) {
    int mode = 1;
    for (int level = 2; level < histogram.length; level++) {
      boolean nearer = Math.abs(level - mean) < Math.abs(mode - mean);
      if (histogram[level] > histogram[mode] || histogram[level] == histogram[mode] && nearer) {
        mode = level;
      }
    }
    return mode;
  }

  private static void information(int[] histogram, double voxels, FeatureValues out) {
    double entropy = 0;
    double uniformity = 0;
    for (int count : histogram) {
      if (count > 0) {
        double p = count / voxels;
        entropy -= p * Math.log(p);
        uniformity += p * p;
      }
    }
    out.set(Measure.ENTROPY, entropy / Math.log(2));
    out.set(Measure.UNIFORMITY, uniformity);
  }

  /** Differences to the next bin at both ends, half of those across two bins between; empty bins count. */
  private static void gradients(int[] histogram, FeatureValues out) {
    int bins = histogram.length - 1;
    if (bins == 1) {
      out.setUndefined(Measure.MAXIMUM_GRADIENT, Reason.FLAT_REGION);
      out.setUndefined(Measure.MAXIMUM_GRADIENT_LEVEL, Reason.FLAT_REGION);
      out.setUndefined(Measure.MINIMUM_GRADIENT, Reason.FLAT_REGION);
      out.setUndefined(Measure.MINIMUM_GRADIENT_LEVEL, Reason.FLAT_REGION);
      return;
    }
    int steepestRise = 1;
    int steepestFall = 1;
    for (int level = 2; level <= bins; level++) {
      if (gradient(histogram, level) > gradient(histogram, steepestRise)) {
        steepestRise = level;
      }
      if (gradient(histogram, level) < gradient(histogram, steepestFall)) {
        steepestFall = level;
      }
    }
    out.set(Measure.MAXIMUM_GRADIENT, gradient(histogram, steepestRise));
    out.set(Measure.MAXIMUM_GRADIENT_LEVEL, steepestRise);
    out.set(Measure.MINIMUM_GRADIENT, gradient(histogram, steepestFall));
    out.set(Measure.MINIMUM_GRADIENT_LEVEL, steepestFall);
  }

  private static double gradient(int[] histogram, int level) {
    int from = Math.max(level - 1, 1);
    int to = Math.min(level + 1, histogram.length - 1);
    return (double) (histogram[to] - histogram[from]) / (to - from);
  }
}
