package com.hospital.ml.intensity;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.feature.Unit;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.settings.Discretisation;
import com.hospital.ml.settings.Settings;

/**
 * Intensity-volume histogram (IBSI 3.5): which fraction of the volume has at least an intensity.
 *
 * <p>It has steps of one width from a lowest to a highest intensity, its total range. Without discretisation
 * the steps are whole numbers and the range is that of re-segmentation, where there is one, or of the region.
 * With bins of fixed size the steps are the bins' centres, and the range goes from half a width above the
 * first bin's lower edge to half a width below the upper end of re-segmentation, or below the region's
 * maximum. With a fixed number of bins intensities have no unit that counts: steps are the grey levels.
 */
public final class IntensityVolumeHistogram {
  public enum Measure implements Definition {
    VOLUME_FRACTION_AT_10_INTENSITY("BC2M", Unit.NONE, "part of the volume of at least 10 % intensity"),
    VOLUME_FRACTION_AT_90_INTENSITY("BC2M", Unit.NONE, "part of the volume of at least 90 % intensity"),
    INTENSITY_AT_10_VOLUME("GBPN", Unit.INTENSITY_OR_LEVEL, "least step that at most 10 % of voxels reach"),
    INTENSITY_AT_90_VOLUME("GBPN", Unit.INTENSITY_OR_LEVEL, "least step that at most 90 % of voxels reach"),
    VOLUME_FRACTION_DIFFERENCE_10_90("DDTU", Unit.NONE, "volume fraction at 10 % minus at 90 % intensity"),
    INTENSITY_DIFFERENCE_10_90("CNV2", Unit.INTENSITY_OR_LEVEL, "intensity at 10 % minus at 90 % volume");

    private final Facts facts;

    Measure(String ibsiCode, Unit unit, String meaning) {
      facts = new Facts(ibsiCode, unit, meaning);
    }

    @Override
    public FeatureClass featureClass() {
      return FeatureClass.IVH;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  /** Of a number of steps: what rounding of a division by the width may add to a whole number. */
  private static final double ROUNDING = 1e-9;

  private final double[] sorted;
  private final Discretisation discretisation;

  /** The lowest step, and the highest intensity of the total range; a step's number counts from 0. */
  private final double lowest;

  private final double highest;

  private IntensityVolumeHistogram(double[] sorted, Settings settings) {
    this.sorted = sorted;
    discretisation = settings.ivh();
    double least = settings.resegmentLow() != null ? settings.resegmentLow() : sorted[0];
    double most = settings.resegmentHigh() != null ? settings.resegmentHigh() : sorted[sorted.length - 1];
    double half = discretisation.width() / 2;
    lowest =
        switch (discretisation.method()) {
          case NONE -> Math.ceil(least);
          case FBS -> discretisation.origin() + half;
          case FBN -> 1;
        };
    highest =
        switch (discretisation.method()) {
          case NONE -> Math.floor(most);
          case FBS -> most - half;
          case FBN -> discretisation.bins();
        };
  }

  /**
   * Writes all features of the class; {@code sorted} holds finite intensities, ascending, at least two. All
   * are NULL when an intensity has no step: it is no whole number without discretisation, or lies below the
   * origin of bins of fixed size.
   */
  public static void measure(double[] sorted, Settings settings, FeatureValues out) {
    IntensityVolumeHistogram histogram = new IntensityVolumeHistogram(sorted, settings);
    Reason fault = histogram.fault();
    if (fault != null) {
      out.setUndefined(Measure.values(), Aggregation.NONE, fault);
      return;
    }
    double i10 = histogram.intensityAtVolume(10);
    double i90 = histogram.intensityAtVolume(90);
    out.set(Measure.INTENSITY_AT_10_VOLUME, i10);
    out.set(Measure.INTENSITY_AT_90_VOLUME, i90);
    out.set(Measure.INTENSITY_DIFFERENCE_10_90, i10 - i90);
    if (histogram.highest <= histogram.lowest) {
      Reason why = histogram.isFlat() ? Reason.FLAT_REGION : Reason.ZERO_DENOMINATOR;
      out.setUndefined(Measure.VOLUME_FRACTION_AT_10_INTENSITY, why);
      out.setUndefined(Measure.VOLUME_FRACTION_AT_90_INTENSITY, why);
      out.setUndefined(Measure.VOLUME_FRACTION_DIFFERENCE_10_90, why);
      return;
    }
    double v10 = histogram.volumeAtIntensity(10);
    double v90 = histogram.volumeAtIntensity(90);
    out.set(Measure.VOLUME_FRACTION_AT_10_INTENSITY, v10);
    out.set(Measure.VOLUME_FRACTION_AT_90_INTENSITY, v90);
    out.set(Measure.VOLUME_FRACTION_DIFFERENCE_10_90, v10 - v90);
  }

  private boolean isFlat() {
    return sorted[0] == sorted[sorted.length - 1];
  }

  private Reason fault() {
    return switch (discretisation.method()) {
      case NONE -> areWhole() ? null : Reason.NOT_LEVELS;
      case FBS -> sorted[0] < discretisation.origin() ? Reason.NOT_LEVELS : null;
      case FBN -> {
        // the product that gives a bin must not overflow
        boolean isFinite = Double.isFinite(discretisation.bins() * (sorted[sorted.length - 1] - sorted[0]));
        yield isFlat() ? Reason.FLAT_REGION : isFinite ? null : Reason.NOT_FINITE;
      }
    };
  }

  private boolean areWhole() {
    for (double value : sorted) {
      if (value != Math.rint(value)) {
        return false;
      }
    }
    return true;
  }

  private double width() {
    return switch (discretisation.method()) {
      case NONE, FBN -> 1;
      case FBS -> discretisation.width();
    };
  }

  /** Number of the step of an intensity. */
  private double step(double intensity) {
    return switch (discretisation.method()) {
      case NONE -> intensity - lowest;
      case FBS -> Math.floor((intensity - discretisation.origin()) / discretisation.width());
      case FBN -> {
        double range = sorted[sorted.length - 1] - sorted[0];
        double bin = Math.floor(discretisation.bins() * (intensity - sorted[0]) / range);
        yield Math.min(bin, discretisation.bins() - 1);
      }
    };
  }

  /**
   * The largest volume fraction of the steps at {@code percent} of the total range or higher: that of the
   * first of them.
   */
  private double volumeAtIntensity(int percent) {
    double steps = (highest - lowest) / width();
    double first = Math.ceil(percent * steps / 100 - ROUNDING);
    int from = 0;
    int to = sorted.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (step(sorted[middle]) < first) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return (double) (sorted.length - from) / sorted.length;
  }

  /**
   * The least step that at most {@code percent} of the voxels reach: the one after the step of the lowest
   * voxel that must stay below. It is the step after the highest where that is reached by more.
   */
  private double intensityAtVolume(int percent) {
    int mayReach = (int) ((long) sorted.length * percent / 100);
    double last = sorted[sorted.length - mayReach - 1];
    return lowest + (step(last) + 1) * width();
  }
}
