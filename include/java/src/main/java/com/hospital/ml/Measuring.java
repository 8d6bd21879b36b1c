package com.hospital.ml;

import java.util.EnumSet;
import java.util.Set;

/** Runs the classes of features on one region; what several of them need is made once, when first needed. */
final class Measuring {
  private final Region region;
  private final Settings settings;
  private final Set<Aggregation> wanted;
  private double[] sorted;
  private Levels levels;
  private Zones zones;
  private Reason noLevels;

  /** Measures one class; a seam for tests. */
  interface OneClass {
    void measure(FeatureClass one, Measuring of, FeatureValues out);
  }

  Measuring(Region region, Settings settings) {
    this.region = region;
    this.settings = settings;
    wanted = EnumSet.copyOf(settings.aggregations());
    for (Aggregation aggregation : settings.aggregations()) {
      wanted.add(aggregation.withoutDirections());
    }
  }

  /**
   * Measures the classes that the settings ask for. Intensities that are not finite, or fewer than two of
   * them, leave only shape.
   */
  FeatureValues measure(OneClass measure) {
    FeatureValues out = new FeatureValues();
    Reason noIntensities = Intensities.fault(region.intensities());
    for (FeatureClass one : settings.classes()) {
      Reason why = one == FeatureClass.SHAPE ? null : noIntensities;
      if (why == null && one.isDiscretised()) {
        why = noLevels();
      }
      if (why == null) {
        measure.measure(one, this, out);
      } else {
        setUndefined(one, why, out);
      }
    }
    return out;
  }

  /** Measures one class of the region. */
  void measure(FeatureClass one, FeatureValues out) {
    switch (one) {
      case SHAPE -> Shape.measure(region, settings, out);
      case LOCAL -> LocalIntensity.measure(region, out);
      case FIRSTORDER -> FirstOrder.measure(sorted(), out);
      case IH -> IntensityHistogram.measure(levels, out);
      case IVH -> IntensityVolumeHistogram.measure(sorted(), settings, out);
      case GLCM -> Glcm.measure(levels, wanted, out);
      case GLRLM -> Glrlm.measure(levels, wanted, out);
      case GLSZM -> Glszm.measure(zones(), wanted, out);
      case GLDZM -> Gldzm.measure(zones(), wanted, out);
      case NGTDM -> Ngtdm.measure(levels, wanted, out);
      case NGLDM -> Ngldm.measure(levels, wanted, out);
      default -> throw new IllegalStateException("no measure for " + one);
    }
  }

  private double[] sorted() {
    if (sorted == null) {
      sorted = Ascending.sorted(region.intensities());
    }
    return sorted;
  }

  private Zones zones() {
    if (zones == null) {
      zones = new Zones(levels);
    }
    return zones;
  }

  /** Why there are no grey levels, or null; makes them when first asked. */
  private Reason noLevels() {
    if (levels == null && noLevels == null) {
      try {
        levels = LevelMaker.levels(region, settings.discretisation());
      } catch (MeasureException e) {
        noLevels = e.reason();
      }
    }
    return noLevels;
  }

  private void setUndefined(FeatureClass one, Reason why, FeatureValues out) {
    for (Aggregation aggregation : one.aggregations()) {
      if (aggregation == Aggregation.NONE || wanted.contains(aggregation)) {
        out.setUndefined(one, aggregation, why);
      }
    }
  }
}
