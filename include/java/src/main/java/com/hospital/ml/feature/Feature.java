package com.hospital.ml.feature;

import java.util.Locale;

/**
 * One number that is measured: a definition and how it is aggregated. Features compare in the order of their
 * classes, then aggregations, then definitions: that of {@code FeatureTable}.
 */
public record Feature(Definition definition, Aggregation aggregation) implements Comparable<Feature> {
  /**
   * Refuses an aggregation that the class does not have.
   *
   * @throws IllegalArgumentException when it does not
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

  @Override
  public int compareTo(Feature other) {
    int order = featureClass().compareTo(other.featureClass());
    if (order == 0) {
      order = aggregation.compareTo(other.aggregation);
    }
    return order == 0 ? Integer.compare(definition.ordinal(), other.definition.ordinal()) : order;
  }
}
