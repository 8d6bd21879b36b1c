package com.hospital.ml.texture;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.reason.Reason;
import java.util.Set;

/**
 * Grey level size zone (IBSI 3.8): voxels of one level that are connected through faces, edges or corners, in
 * a slice or in space.
 */
public final class Glszm {
  /** Every feature is a {@link SizeFeature} of zones and their voxels. */
  public enum Measure implements Definition {
    SMALL_ZONE_EMPHASIS("5QRC"),
    LARGE_ZONE_EMPHASIS("48P8"),
    LOW_GREY_LEVEL_ZONE_EMPHASIS("XMSY"),
    HIGH_GREY_LEVEL_ZONE_EMPHASIS("5GN9"),
    SMALL_ZONE_LOW_GREY_LEVEL_EMPHASIS("5RAI"),
    SMALL_ZONE_HIGH_GREY_LEVEL_EMPHASIS("HW1V"),
    LARGE_ZONE_LOW_GREY_LEVEL_EMPHASIS("YH51"),
    LARGE_ZONE_HIGH_GREY_LEVEL_EMPHASIS("J17V"),
    GREY_LEVEL_NON_UNIFORMITY("JNSA"),
    NORMALISED_GREY_LEVEL_NON_UNIFORMITY("Y1RO"),
    ZONE_SIZE_NON_UNIFORMITY("4JP3"),
    NORMALISED_ZONE_SIZE_NON_UNIFORMITY("VB3A"),
    ZONE_PERCENTAGE("P30P"),
    GREY_LEVEL_VARIANCE("BYLV"),
    ZONE_SIZE_VARIANCE("3NSA"),
    ZONE_SIZE_ENTROPY("GU8N");

    private final Facts facts;

    /** Its place among the constants says which feature of {@link SizeFeature} it is. */
    Measure(String ibsiCode) {
      facts = SizeFeature.values()[ordinal()].facts(ibsiCode, "zones", "size");
    }

    @Override
    public FeatureClass featureClass() {
      return FeatureClass.GLSZM;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private Glszm() {}

  /** Measures the aggregations wanted that the class has: 2d, 25d, 3d. */
  public static void measure(Zones zones, Set<Aggregation> wanted, FeatureValues out) {
    if (zones.levels().areTooMany()) {
      Averages.refuse(Measure.values(), wanted, Reason.TOO_MANY_LEVELS, out);
      return;
    }
    for (Aggregation aggregation : FeatureClass.GLSZM.aggregations()) {
      if (wanted.contains(aggregation)) {
        zones.sizes(aggregation).write(zones.levels(), aggregation, out);
      }
    }
  }
}
