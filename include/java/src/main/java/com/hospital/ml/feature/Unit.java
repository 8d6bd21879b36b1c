package com.hospital.ml.feature;

/**
 * Units; {@code INTENSITY} is the image's own (HU, SUV, ...), the column {@code units} of {@code mri_scans}.
 */
public enum Unit {
  NONE("1"),
  INTENSITY("intensity"),
  INTENSITY_SQUARED("intensity^2"),
  INTENSITY_MM3("intensity mm^3"),
  /** The unit of the intensity-volume histogram's steps, which its discretisation settles. */
  INTENSITY_OR_LEVEL("intensity; grey level with fbn"),
  LEVEL("grey level"),
  LEVEL_SQUARED("grey level^2"),
  LEVEL_CUBED("grey level^3"),
  LEVEL_FOURTH("grey level^4"),
  PER_LEVEL("1/grey level"),
  PER_LEVEL_SQUARED("1/grey level^2"),
  BIT("bit"),
  COUNT("count"),
  MM("mm"),
  MM2("mm^2"),
  MM3("mm^3"),
  PER_MM("1/mm");

  private final String symbol;

  Unit(String symbol) {
    this.symbol = symbol;
  }

  public String symbol() {
    return symbol;
  }
}
