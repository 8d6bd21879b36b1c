package com.hospital.ml.intensity;

import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.feature.Unit;

/** Intensity statistics (IBSI 3.3). */
public final class FirstOrder {
  public enum Measure implements Definition {
    MEAN("Q4LE", Unit.INTENSITY, "mean intensity"),
    VARIANCE("ECT3", Unit.INTENSITY_SQUARED, "variance, divided by N"),
    SKEWNESS("KE2A", Unit.NONE, "skewness; NULL when flat"),
    KURTOSIS("IPH6", Unit.NONE, "kurtosis minus 3 (excess); NULL when flat"),
    MEDIAN("Y12H", Unit.INTENSITY, "median"),
    MINIMUM("1GSF", Unit.INTENSITY, "minimum"),
    P10("QG58", Unit.INTENSITY, "10th percentile, linear between order statistics"),
    P90("8DWT", Unit.INTENSITY, "90th percentile, linear between order statistics"),
    MAXIMUM("84IY", Unit.INTENSITY, "maximum"),
    IQR("SALO", Unit.INTENSITY, "75th minus 25th percentile"),
    RANGE("2OJQ", Unit.INTENSITY, "maximum minus minimum"),
    MAD("4FUA", Unit.INTENSITY, "mean absolute deviation from the mean"),
    RMAD("1128", Unit.INTENSITY, "the same, of intensities from the 10th to the 90th percentile"),
    MEDAD("N72L", Unit.INTENSITY, "mean absolute deviation from the median"),
    COV("7TET", Unit.NONE, "standard deviation over mean; NULL when the mean is 0"),
    QCOD("9S40", Unit.NONE, "(p75 - p25) / (p75 + p25); NULL when the sum is 0"),
    ENERGY("N8CA", Unit.INTENSITY_SQUARED, "sum of squares"),
    RMS("5ZWQ", Unit.INTENSITY, "root mean square");

    private final Facts facts;

    Measure(String ibsiCode, Unit unit, String meaning) {
      facts = new Facts(ibsiCode, unit, meaning);
    }

    @Override
    public FeatureClass featureClass() {
      return FeatureClass.FIRSTORDER;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private FirstOrder() {}

  /** Writes all features of the class; {@code sorted} holds finite intensities, ascending, at least two. */
  public static void measure(double[] sorted, FeatureValues out) {
    SortedSample sample = SortedSample.of(sorted);
    SampleStatistics.measure(sample, Measure::valueOf, out);
    double squares = sample.sumOfSquares();
    out.set(Measure.ENERGY, squares);
    out.set(Measure.RMS, Math.sqrt(squares / sample.size()));
  }
}
