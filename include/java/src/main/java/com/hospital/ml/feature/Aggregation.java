package com.hospital.ml.feature;

import java.util.Locale;

/**
 * How the matrices of slices and directions become one number (IBSI reference manual 3.6.2, 3.7.2, 3.8).
 * Slices are the planes of equal third voxel index.
 */
public enum Aggregation {
  /** Nothing is aggregated: the class has no matrices. */
  NONE("", ""),
  /** A matrix a slice and direction; features are averaged. */
  SLICE_AVERAGED("2d_avg", "BTW3"),
  /** The directions of a slice are merged into one matrix; features are averaged over slices. */
  SLICE_MERGED("2d_mrg", "SUJT"),
  /** The slices of a direction are merged; features are averaged over directions. */
  PLANAR_AVERAGED("25d_avg", "JJUI"),
  /** All in-plane matrices are merged into one. */
  PLANAR_MERGED("25d_mrg", "ZW7Z"),
  /** A matrix a direction in space; features are averaged. */
  VOLUME_AVERAGED("3d_avg", "ITBB"),
  /** The matrices of all directions in space are merged into one. */
  VOLUME_MERGED("3d_mrg", "IAZD"),
  /** A matrix without direction a slice; features are averaged over slices. */
  SLICE("2d", "8QNN"),
  /** The matrices without direction of all slices are merged. */
  PLANAR("25d", "62GR"),
  /** One matrix without direction of the volume. */
  VOLUME("3d", "KOBO");

  private final String tag;
  private final String ibsiCode;

  Aggregation(String tag, String ibsiCode) {
    this.tag = tag;
    this.ibsiCode = ibsiCode;
  }

  /** The end of the column's name, for example {@code 3d_avg}; empty for {@link #NONE}. */
  public String tag() {
    return tag;
  }

  public String ibsiCode() {
    return ibsiCode;
  }

  /** {@code 2d}, {@code 25d} or {@code 3d}: what a class without directions makes of the same setting. */
  public Aggregation withoutDirections() {
    return switch (this) {
      case SLICE_AVERAGED, SLICE_MERGED, SLICE -> SLICE;
      case PLANAR_AVERAGED, PLANAR_MERGED, PLANAR -> PLANAR;
      case VOLUME_AVERAGED, VOLUME_MERGED, VOLUME -> VOLUME;
      case NONE -> NONE;
    };
  }

  /** Whether neighbours are sought in other slices too. */
  public boolean isInSpace() {
    return switch (this) {
      case VOLUME_AVERAGED, VOLUME_MERGED, VOLUME -> true;
      case NONE, SLICE_AVERAGED, SLICE_MERGED, SLICE, PLANAR_AVERAGED, PLANAR_MERGED, PLANAR -> false;
    };
  }

  @Override
  public String toString() {
    return tag.isEmpty() ? name().toLowerCase(Locale.ROOT) : tag;
  }
}
