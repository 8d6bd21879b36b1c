package com.hospital.ml;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.intensity.Ascending;
import com.hospital.ml.levels.LevelMaker;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.region.Region;
import com.hospital.ml.settings.Settings;
import com.hospital.ml.texture.Zones;
import java.util.Set;

/** A region and what several classes of features need of it, each made once, when it is first needed. */
final class RegionData {
  private final Region region;
  private final Settings settings;
  private final Set<Aggregation> wanted;
  private final Reason noIntensities;
  private double[] sorted;
  private Levels levels;
  private Reason noLevels;
  private Zones zones;

  RegionData(Region region, Settings settings) {
    this.region = region;
    this.settings = settings;
    wanted = settings.wanted();
    noIntensities = region.intensityFault();
  }

  Region region() {
    return region;
  }

  Settings settings() {
    return settings;
  }

  /** {@link Settings#wanted}. */
  Set<Aggregation> wanted() {
    return wanted;
  }

  /** The intensities of the intensity mask, ascending. */
  double[] sorted() {
    if (sorted == null) {
      sorted = Ascending.sorted(region.intensities());
    }
    return sorted;
  }

  /** The grey levels; only for a class of which {@link #fault} finds nothing. */
  Levels levels() {
    return levels;
  }

  /** The zones of the {@link #levels}. */
  Zones zones() {
    if (zones == null) {
      zones = new Zones(levels);
    }
    return zones;
  }

  /** Why no feature of a class can be measured, or null. */
  Reason fault(FeatureClass one) {
    Reason why = one.needsIntensities() ? noIntensities : null;
    return why == null && one.isDiscretised() ? noLevels() : why;
  }

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
}
