package com.hospital.ml.texture;

import com.hospital.ml.feature.Definition;

/**
 * The matrices of a class, slice by slice or one of the whole region: features are averaged over them, and
 * the matrices merged into one, on the way.
 */
final class SizeMatrices {
  private final SizeCounts current;
  private final SizeCounts merged;
  private final Averages averages;
  private final Definition[] definitions;

  /**
   * No matrix yet.
   *
   * @param definitions all features of a class, those of {@link SizeFeature}
   * @param levels highest grey level
   * @param tabled see {@link SizeCounts}
   */
  SizeMatrices(Definition[] definitions, int levels, int tabled) {
    this.current = new SizeCounts(levels, tabled);
    this.merged = new SizeCounts(levels, tabled);
    this.averages = new Averages(definitions);
    this.definitions = definitions;
  }

  /** The matrix that is being counted. */
  SizeCounts current() {
    return current;
  }

  /** Ends the current matrix; without voxels it is none. */
  void endCurrent() {
    if (!current.isEmpty()) {
      averages.add(SizeFormulas.of(current));
      merged.addAll(current);
      current.clear();
    }
  }

  /** Averages over the matrices. */
  Averages averaged() {
    return averages;
  }

  /** The features of the merged matrix. */
  Averages merged() {
    Averages one = new Averages(definitions);
    if (!merged.isEmpty()) {
      one.add(SizeFormulas.of(merged));
    }
    return one;
  }
}
