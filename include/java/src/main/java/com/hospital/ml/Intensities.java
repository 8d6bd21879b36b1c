package com.hospital.ml;

/** What features of a region's intensities ask of them. */
final class Intensities {
  private Intensities() {}

  /** Why no feature of the intensity mask can be measured, or null. */
  static Reason fault(double[] intensities) {
    if (intensities.length < 2) {
      return Reason.RESEGMENTED_AWAY;
    }
    for (double value : intensities) {
      if (!Double.isFinite(value)) {
        return Reason.NOT_FINITE;
      }
    }
    return null;
  }
}
