package com.hospital.ml;

import java.util.Locale;

/**
 * One number that is measured: a definition and how it is aggregated.
 *
 * @param index place in {@link FeatureTable#all}, and so among the struct's fields
 */
record Feature(int index, Definition definition, Aggregation aggregation) {

  /** Name of the column and of the struct's field, for example {@code glcm_contrast_3d_avg}. */
  String column() {
    String plain = featureClass().tag() + "_" + definition.name().toLowerCase(Locale.ROOT);
    return aggregation == Aggregation.NONE ? plain : plain + "_" + aggregation.tag();
  }

  FeatureClass featureClass() {
    return definition.featureClass();
  }
}
