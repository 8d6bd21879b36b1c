package com.hospital.ml.settings;

/**
 * How intensities become grey levels (IBSI 2.7).
 *
 * @param method see {@link Method}
 * @param bins number of bins; of fixed bin number only
 * @param width width of a bin, intensity units; of fixed bin size only
 * @param origin lower edge of the first bin, intensity units; of fixed bin size only
 */
public record Discretisation(Method method, int bins, double width, double origin) {
  /**
   * A matrix of more grey levels is refused with {@code Reason.TOO_MANY_LEVELS}: choose wider or fewer bins.
   */
  public static final int MOST_LEVELS = 1024;

  public enum Method {
    /** Fixed bin number (IBSI K15C): equal bins from the region's minimum to its maximum. */
    FBN,
    /** Fixed bin size (IBSI Q3RU): bins of one width from a stated origin. */
    FBS,
    /** Intensities are whole numbers that serve as levels themselves. */
    NONE
  }

  /** Short name for tables and people: {@code fbn32}, {@code fbs25_from_-1000} or {@code none}. */
  public String tag() {
    return switch (method) {
      case FBN -> "fbn" + bins;
      case FBS -> "fbs" + Settings.plain(width) + "_from_" + Settings.plain(origin);
      case NONE -> "none";
    };
  }

  public static Discretisation fixedBinNumber(int bins) {
    return new Discretisation(Method.FBN, bins, 0, 0);
  }

  public static Discretisation fixedBinSize(double width, double origin) {
    return new Discretisation(Method.FBS, 0, width, origin);
  }

  public static Discretisation none() {
    return new Discretisation(Method.NONE, 0, 0, 0);
  }
}
