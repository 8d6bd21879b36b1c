package com.hospital.ml.texture;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.reason.Reason;
import java.util.Set;

/**
 * Grey level distance zone (IBSI 3.9): the zones of {@link Glszm} by their distance to the outside of the
 * morphological mask.
 */
public final class Gldzm {
  /** Every feature is a {@link SizeFeature} of zones and their distance in voxels, from 1. */
  public enum Measure implements Definition {
    SMALL_DISTANCE_EMPHASIS("0GBI"),
    LARGE_DISTANCE_EMPHASIS("MB4I"),
    LOW_GREY_LEVEL_ZONE_EMPHASIS("S1RA"),
    HIGH_GREY_LEVEL_ZONE_EMPHASIS("K26C"),
    SMALL_DISTANCE_LOW_GREY_LEVEL_EMPHASIS("RUVG"),
    SMALL_DISTANCE_HIGH_GREY_LEVEL_EMPHASIS("DKNJ"),
    LARGE_DISTANCE_LOW_GREY_LEVEL_EMPHASIS("A7WM"),
    LARGE_DISTANCE_HIGH_GREY_LEVEL_EMPHASIS("KLTH"),
    GREY_LEVEL_NON_UNIFORMITY("VFT7"),
    NORMALISED_GREY_LEVEL_NON_UNIFORMITY("7HP3"),
    ZONE_DISTANCE_NON_UNIFORMITY("V294"),
    NORMALISED_ZONE_DISTANCE_NON_UNIFORMITY("IATH"),
    ZONE_PERCENTAGE("VIWW"),
    GREY_LEVEL_VARIANCE("QK93"),
    ZONE_DISTANCE_VARIANCE("7WT1"),
    ZONE_DISTANCE_ENTROPY("GBDU");

    private final Facts facts;

    /** Its place among the constants says which feature of {@link SizeFeature} it is. */
    Measure(String ibsiCode) {
      facts = SizeFeature.values()[ordinal()].facts(ibsiCode, "zones", "distance");
    }

    @Override
    public FeatureClass featureClass() {
      return FeatureClass.GLDZM;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private Gldzm() {}

  /** Measures the aggregations wanted that the class has: 2d, 25d, 3d. */
  public static void measure(Zones zones, Set<Aggregation> wanted, FeatureValues out) {
    if (zones.levels().areTooMany()) {
      Averages.refuse(Measure.values(), wanted, Reason.TOO_MANY_LEVELS, out);
      return;
    }
    for (Aggregation aggregation : FeatureClass.GLDZM.aggregations()) {
      if (wanted.contains(aggregation)) {
        zones.distances(aggregation).write(zones.levels(), aggregation, out);
      }
    }
  }
}
