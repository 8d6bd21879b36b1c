package com.hospital.ml.feature;

import java.util.Locale;

/** One number that is measured: a definition and how it is aggregated. */
public record Feature(Definition definition, Aggregation aggregation) {
  /**
   * A feature of a class.
   *
   * @throws IllegalArgumentException when the class is not aggregated so
   */
  public Feature {
    if (!definition.featureClass().aggregations().contains(aggregation)) {
      throw new IllegalArgumentException(definition.featureClass() + " is not aggregated " + aggregation);
    }
  }

  /** Name of the column and of the struct's field, for example {@code glcm_contrast_3d_avg}. */
  public String column() {
    String plain = featureClass().tag() + "_" + definition.name().toLowerCase(Locale.ROOT);
    return aggregation.tag().isEmpty() ? plain : plain + "_" + aggregation.tag();
  }

  public FeatureClass featureClass() {
    return definition.featureClass();
  }
}
