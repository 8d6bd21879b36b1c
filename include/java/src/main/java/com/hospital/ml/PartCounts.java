package com.hospital.ml;

/** Matrices of the parts of a region, its slices or the one whole, averaged and merged on the way. */
final class PartCounts {
  private final SizeCounts part;
  private final SizeCounts merged;
  private final Averages averages;
  private final FeatureClass featureClass;

  /**
   * No part yet.
   *
   * @param featureClass one whose features are those of {@link SizeFeature}
   * @param levels highest grey level
   * @param tabled see {@link SizeCounts}
   */
  PartCounts(FeatureClass featureClass, int levels, int tabled) {
    this.part = new SizeCounts(levels, tabled);
    this.merged = new SizeCounts(levels, tabled);
    this.averages = new Averages(featureClass);
    this.featureClass = featureClass;
  }

  /** The matrix of the part that is being counted. */
  SizeCounts part() {
    return part;
  }

  /** Ends a part; one without voxels is no matrix. */
  void endPart() {
    if (!part.isEmpty()) {
      averages.add(SizeFormulas.of(part));
      merged.addAll(part);
      part.clear();
    }
  }

  /** Averages over parts. */
  Averages averaged() {
    return averages;
  }

  /** The features of the parts' sum. */
  Averages merged() {
    Averages one = new Averages(featureClass);
    if (!merged.isEmpty()) {
      one.add(SizeFormulas.of(merged));
    }
    return one;
  }
}
