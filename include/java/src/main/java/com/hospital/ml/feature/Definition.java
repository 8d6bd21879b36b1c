package com.hospital.ml.feature;

/** What a feature is before it is aggregated: a constant of the enum {@code Measure} of its class. */
public interface Definition {
  /**
   * Facts of a feature.
   *
   * @param ibsiCode the four-letter code of the IBSI reference manual
   * @param meaning one line: formula or text, and when it is NULL
   */
  record Facts(String ibsiCode, Unit unit, String meaning) {}

  /** The constant's name; in lower case it is the middle of the column's name. */
  String name();

  int ordinal();

  FeatureClass featureClass();

  Facts facts();
}
