package com.hospital.ml.levels;

import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.region.Region;
import com.hospital.ml.settings.Discretisation;

/** Discretisation (IBSI 2.7): from intensities to grey levels. */
public final class LevelMaker {
  private LevelMaker() {}

  /**
   * The grey levels of a region whose intensities are finite.
   *
   * @throws MeasureException {@link Reason#NOT_LEVELS}, {@link Reason#TOO_MANY_LEVELS} or {@link
   *     Reason#NOT_FINITE} when the discretisation gives no usable ones
   */
  public static Levels levels(Region region, Discretisation discretisation) throws MeasureException {
    double[] all = region.intensities();
    short[] found =
        switch (discretisation.method()) {
          case FBN -> byNumber(all, discretisation.bins());
          case FBS -> bySize(all, discretisation.width(), discretisation.origin());
          case NONE -> asTheyAre(all);
        };
    byte[] inside = region.inside();
    short[] values = new short[inside.length];
    int count = 0;
    int next = 0;
    for (int i = 0; i < inside.length; i++) {
      if (inside[i] != 0) {
        short level = found[next++];
        values[i] = level;
        count = Math.max(count, level);
      }
    }
    return new Levels(values, region.px(), region.py(), region.pz(), count, next, region.shape());
  }

  /**
   * Fixed bin number (K15C): floor(bins (x - min) / (max - min)) + 1, and {@code bins} where x is the
   * maximum; so a region of one intensity has the one level {@code bins}.
   */
  private static short[] byNumber(double[] all, int bins) throws MeasureException {
    double least = all[0];
    double most = all[0];
    for (double value : all) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    double range = most - least;
    if (!Double.isFinite(bins * range)) {
      throw new MeasureException(Reason.NOT_FINITE, "the range of intensities overflows");
    }
    short[] found = new short[all.length];
    for (int i = 0; i < all.length; i++) {
      // an intensity just below the maximum may be rounded up to it
      found[i] = (short) (all[i] < most ? Math.min((int) (bins * (all[i] - least) / range) + 1, bins) : bins);
    }
    return found;
  }

  /** Fixed bin size (Q3RU): floor((x - origin) / width) + 1. */
  private static short[] bySize(double[] all, double width, double origin) throws MeasureException {
    short[] found = new short[all.length];
    for (int i = 0; i < all.length; i++) {
      found[i] = checked(Math.floor((all[i] - origin) / width) + 1, all[i]);
    }
    return found;
  }

  private static short[] asTheyAre(double[] all) throws MeasureException {
    short[] found = new short[all.length];
    for (int i = 0; i < all.length; i++) {
      if (all[i] != Math.rint(all[i])) {
        throw new MeasureException(Reason.NOT_LEVELS, all[i] + " is no whole number");
      }
      found[i] = checked(all[i], all[i]);
    }
    return found;
  }

  private static short checked(double level, double intensity) throws MeasureException {
    if (level < 1) {
      throw new MeasureException(Reason.NOT_LEVELS, "intensity " + intensity + " is below the first level");
    }
    if (level > Discretisation.MOST_LEVELS) {
      throw new MeasureException(Reason.TOO_MANY_LEVELS, "intensity " + intensity + " has level " + level);
    }
    return (short) level;
  }
}
