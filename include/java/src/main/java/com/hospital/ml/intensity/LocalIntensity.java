package com.hospital.ml.intensity;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.feature.Unit;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.region.Region;

/** Local intensity (IBSI 3.2). */
public final class LocalIntensity {
  public enum Measure implements Definition {
    LOCAL_PEAK("VJGA", Unit.INTENSITY, "mean in 1 cm^3 around the voxel of largest intensity"),
    GLOBAL_PEAK("0F91", Unit.INTENSITY, "largest mean in 1 cm^3 around a voxel of the region");

    private final Facts facts;

    Measure(String ibsiCode, Unit unit, String meaning) {
      facts = new Facts(ibsiCode, unit, meaning);
    }

    @Override
    public FeatureClass featureClass() {
      return FeatureClass.LOCAL;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private LocalIntensity() {}

  /** Writes both features; NULL when {@link Region#intensityFault} finds one. */
  public static void measure(Region region, FeatureValues out) {
    Reason fault = region.intensityFault();
    if (fault != null) {
      out.setUndefined(Measure.values(), Aggregation.NONE, fault);
      return;
    }
    SphereMeans means = new SphereMeans(region);
    means.measure();
    out.set(Measure.LOCAL_PEAK, means.localPeak());
    out.set(Measure.GLOBAL_PEAK, means.globalPeak());
  }
}
