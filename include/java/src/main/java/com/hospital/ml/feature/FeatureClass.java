package com.hospital.ml.feature;

import java.util.List;
import java.util.Locale;

/**
 * The families of features of the IBSI reference manual, in its order. What each measures, and how, is bound
 * to it by {@code FeatureTable}.
 */
public enum FeatureClass {
  SHAPE("3.1 morphological", Kind.MORPHOLOGICAL),
  LOCAL("3.2 local intensity", Kind.INTENSITIES),
  FIRSTORDER("3.3 intensity-based statistics", Kind.INTENSITIES),
  IH("3.4 intensity histogram", Kind.DISCRETISED),
  IVH("3.5 intensity-volume histogram", Kind.INTENSITIES),
  GLCM("3.6 grey level co-occurrence", Kind.DIRECTIONAL),
  GLRLM("3.7 grey level run length", Kind.DIRECTIONAL),
  GLSZM("3.8 grey level size zone", Kind.UNDIRECTED),
  GLDZM("3.9 grey level distance zone", Kind.UNDIRECTED),
  NGTDM("3.10 neighbourhood grey tone difference", Kind.UNDIRECTED),
  NGLDM("3.11 neighbouring grey level dependence", Kind.UNDIRECTED);

  /** What a class needs and how it is aggregated. */
  private enum Kind {
    /** One number a feature, from the form of the region: few of them need intensities. */
    MORPHOLOGICAL(false, false, List.of(Aggregation.NONE)),
    /** One number a feature, from intensities. */
    INTENSITIES(true, false, List.of(Aggregation.NONE)),
    /** One number a feature, from grey levels. */
    DISCRETISED(true, true, List.of(Aggregation.NONE)),
    /** Matrices of grey levels, with a direction. */
    DIRECTIONAL(
        true,
        true,
        List.of(
            Aggregation.SLICE_AVERAGED,
            Aggregation.SLICE_MERGED,
            Aggregation.PLANAR_AVERAGED,
            Aggregation.PLANAR_MERGED,
            Aggregation.VOLUME_AVERAGED,
            Aggregation.VOLUME_MERGED)),
    /** Matrices of grey levels, without a direction. */
    UNDIRECTED(true, true, List.of(Aggregation.SLICE, Aggregation.PLANAR, Aggregation.VOLUME));

    private final boolean needsIntensities;
    private final boolean discretised;
    private final List<Aggregation> aggregations;

    Kind(boolean needsIntensities, boolean discretised, List<Aggregation> aggregations) {
      this.needsIntensities = needsIntensities;
      this.discretised = discretised;
      this.aggregations = aggregations;
    }
  }

  private final String section;
  private final Kind kind;

  FeatureClass(String section, Kind kind) {
    this.section = section;
    this.kind = kind;
  }

  /** The beginning of the column's name. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Section and title in the IBSI reference manual. */
  public String section() {
    return section;
  }

  /** Whether no feature of the class has a value where intensities are too few or not finite. */
  public boolean needsIntensities() {
    return kind.needsIntensities;
  }

  /** Whether it is computed from grey levels, so that its values mean nothing without the discretisation. */
  public boolean isDiscretised() {
    return kind.discretised;
  }

  /** How its matrices become one number, in the order of {@link Aggregation}. */
  public List<Aggregation> aggregations() {
    return kind.aggregations;
  }
}
