package com.hospital.ml.texture;

import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.Unit;

/**
 * The features that IBSI defines alike for runs (3.7), size zones (3.8), distance zones (3.9) and dependences
 * (3.11), each over counts n(i, j) of things of grey level i and size j; their order is that of the manual
 * and of the enums {@code Measure} of {@link Glrlm}, {@link Glszm}, {@link Gldzm} and {@link Ngldm}. Levels
 * and sizes start at 1, so no feature has a denominator of 0 in a region of at least one voxel.
 */
enum SizeFeature {
  SMALL_EMPHASIS(Unit.NONE, "mean of 1 / j^2 over all {things}"),
  LARGE_EMPHASIS(Unit.NONE, "mean of j^2 over all {things}"),
  LOW_LEVEL_EMPHASIS(Unit.PER_LEVEL_SQUARED, "mean of 1 / i^2 over all {things}"),
  HIGH_LEVEL_EMPHASIS(Unit.LEVEL_SQUARED, "mean of i^2 over all {things}"),
  SMALL_LOW_LEVEL_EMPHASIS(Unit.PER_LEVEL_SQUARED, "mean of 1 / (i^2 j^2) over all {things}"),
  SMALL_HIGH_LEVEL_EMPHASIS(Unit.LEVEL_SQUARED, "mean of i^2 / j^2 over all {things}"),
  LARGE_LOW_LEVEL_EMPHASIS(Unit.PER_LEVEL_SQUARED, "mean of j^2 / i^2 over all {things}"),
  LARGE_HIGH_LEVEL_EMPHASIS(Unit.LEVEL_SQUARED, "mean of i^2 j^2 over all {things}"),
  LEVEL_NON_UNIFORMITY(Unit.COUNT, "sum over i of n(i)^2, over n; n(i) {things} of level i"),
  NORMALISED_LEVEL_NON_UNIFORMITY(Unit.NONE, "sum over i of n(i)^2, over n^2; n(i) {things} of level i"),
  SIZE_NON_UNIFORMITY(Unit.COUNT, "sum over j of n(j)^2, over n; n(j) {things} of {size} j"),
  NORMALISED_SIZE_NON_UNIFORMITY(Unit.NONE, "sum over j of n(j)^2, over n^2; n(j) {things} of {size} j"),
  PERCENTAGE(Unit.NONE, "n over the voxels of the matrices that were merged, a fraction"),
  LEVEL_VARIANCE(Unit.LEVEL_SQUARED, "mean of (i - mean of i)^2 over all {things}"),
  SIZE_VARIANCE(Unit.NONE, "mean of (j - mean of j)^2 over all {things}"),
  ENTROPY(Unit.BIT, "-sum p log2 p; p(i, j) = n(i, j) / n"),
  ENERGY(Unit.NONE, "sum of p^2; p(i, j) = n(i, j) / n");

  private final Unit unit;
  private final String meaning;

  SizeFeature(Unit unit, String meaning) {
    this.unit = unit;
    this.meaning = meaning;
  }

  /**
   * What a class says of this feature.
   *
   * @param things what the class counts, for example {@code runs}
   * @param size what j is, for example {@code length}
   */
  Definition.Facts facts(String ibsiCode, String things, String size) {
    String said = meaning.replace("{things}", things).replace("{size}", size);
    String symbols = "; i grey level, j " + size + ", n(i, j) " + things + ", n all of them";
    return new Definition.Facts(ibsiCode, unit, said + symbols);
  }
}
