package com.hospital.ml;

import java.util.List;
import java.util.Locale;

/** The families of features of the IBSI reference manual, in its order. */
enum FeatureClass {
  SHAPE("HCUG", "3.1 morphological", Kind.PLAIN, Shape.Measure.values()),
  LOCAL("9ST6", "3.2 local intensity", Kind.PLAIN, LocalIntensity.Measure.values()),
  FIRSTORDER("UHIW", "3.3 intensity-based statistics", Kind.PLAIN, FirstOrder.Measure.values()),
  IH("ZVCW", "3.4 intensity histogram", Kind.DISCRETISED, IntensityHistogram.Measure.values()),
  IVH("P88C", "3.5 intensity-volume histogram", Kind.PLAIN, IntensityVolumeHistogram.Measure.values()),
  GLCM("LFYI", "3.6 grey level co-occurrence", Kind.DIRECTIONAL, Glcm.Measure.values()),
  GLRLM("TP0I", "3.7 grey level run length", Kind.DIRECTIONAL, Glrlm.Measure.values()),
  GLSZM("9SAK", "3.8 grey level size zone", Kind.UNDIRECTED, Glszm.Measure.values()),
  GLDZM("VMDZ", "3.9 grey level distance zone", Kind.UNDIRECTED, Gldzm.Measure.values()),
  NGTDM("IPET", "3.10 neighbourhood grey tone difference", Kind.UNDIRECTED, Ngtdm.Measure.values()),
  NGLDM("REK0", "3.11 neighbouring grey level dependence", Kind.UNDIRECTED, Ngldm.Measure.values());

  /** What a class needs and how it is aggregated. */
  private enum Kind {
    /** One number a feature, from intensities or the region. */
    PLAIN(false, List.of(Aggregation.NONE)),
    /** One number a feature, from grey levels. */
    DISCRETISED(true, List.of(Aggregation.NONE)),
    /** Matrices of grey levels, with a direction. */
    DIRECTIONAL(
        true,
        List.of(
            Aggregation.SLICE_AVERAGED,
            Aggregation.SLICE_MERGED,
            Aggregation.PLANAR_AVERAGED,
            Aggregation.PLANAR_MERGED,
            Aggregation.VOLUME_AVERAGED,
            Aggregation.VOLUME_MERGED)),
    /** Matrices of grey levels, without a direction. */
    UNDIRECTED(true, List.of(Aggregation.SLICE, Aggregation.PLANAR, Aggregation.VOLUME));

    private final boolean discretised;
    private final List<Aggregation> aggregations;

    Kind(boolean discretised, List<Aggregation> aggregations) {
      this.discretised = discretised;
      this.aggregations = aggregations;
    }
  }

  private final String ibsiCode;
  private final String section;
  private final Kind kind;
  private final List<Definition> measures;

  FeatureClass(String ibsiCode, String section, Kind kind, Definition[] measures) {
    this.ibsiCode = ibsiCode;
    this.section = section;
    this.kind = kind;
    this.measures = List.of(measures);
  }

  /** The beginning of the column's name. */
  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }

  String ibsiCode() {
    return ibsiCode;
  }

  /** Section and title in the IBSI reference manual. */
  String section() {
    return section;
  }

  /** Whether it is computed from grey levels, so that the discretisation is part of its meaning. */
  boolean isDiscretised() {
    return kind.discretised;
  }

  List<Aggregation> aggregations() {
    return kind.aggregations;
  }

  List<Definition> measures() {
    return measures;
  }
}
