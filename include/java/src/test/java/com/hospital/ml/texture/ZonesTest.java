package com.hospital.ml.texture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hospital.ml.FeatureTable;
import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.Feature;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.testing.Agreement;
import com.hospital.ml.testing.LevelBoxes;
import com.hospital.ml.testing.Phantom;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@link Glszm} and {@link Gldzm}, which share their zones. */
class ZonesTest {
  private static final Set<Aggregation> ALL = EnumSet.allOf(Aggregation.class);

  private static FeatureValues measure(Levels levels, Set<Aggregation> wanted) {
    FeatureValues values = new FeatureValues();
    Zones zones = new Zones(levels);
    Glszm.measure(zones, wanted, values);
    Gldzm.measure(zones, wanted, values);
    return values;
  }

  private static double largeZones(String... slices) {
    FeatureValues values = measure(LevelBoxes.of(slices), ALL);
    return values.get(Glszm.Measure.LARGE_ZONE_EMPHASIS, Aggregation.VOLUME);
  }

  @Test
  void everyFeatureOfSizesAgreesWithTheDigitalPhantomAndEveryRowIsAFeature() throws IOException {
    String[] stems = {
      "sze", "lze", "lgze", "hgze", "szlge", "szhge", "lzlge", "lzhge", "glnu", "glnu_norm", "zsnu",
      "zsnu_norm", "z_perc", "gl_var", "zs_var", "zs_entr"
    };
    FeatureValues values = measure(Phantom.levels(), ALL);
    Agreement.assertWithConsensus(Glszm.Measure.values(), "szm_", stems, values);
  }

  @Test
  void everyFeatureOfDistancesAgreesWithTheDigitalPhantomAndEveryRowIsAFeature() throws IOException {
    String[] stems = {
      "sde", "lde", "lgze", "hgze", "sdlge", "sdhge", "ldlge", "ldhge", "glnu", "glnu_norm", "zdnu",
      "zdnu_norm", "z_perc", "gl_var", "zd_var", "zd_entr"
    };
    FeatureValues values = measure(Phantom.levels(), ALL);
    Agreement.assertWithConsensus(Gldzm.Measure.values(), "dzm_", stems, values);
  }

  @Test
  void zonesJoinThroughCornersInASliceAndInSpace() {
    assertEquals(4, largeZones("1.. .1. ..."));
    assertEquals(4, largeZones("..1 .1. ..."));
    assertEquals(4, largeZones("1.. ... ...", "... .1. ..."));
    assertEquals(4, largeZones("... ..1 ...", ".1. ... ..."));
    assertEquals(4, largeZones("... ... 1..", "... .1. ..."));
    assertEquals(4, largeZones("... .1. ...", "... ... ..1"));
    assertEquals(1, largeZones("1.1 ... ..."));
    assertEquals(1, largeZones("... ... ...", "1.. ... ...", "... ... ...", "1.. ... ..."));
  }

  @Test
  void zonesWindAroundOthersAndBackwards() {
    // one zone of 17 voxels of level 1 in a spiral, one of 8 of level 2 between its arms
    FeatureValues values = measure(LevelBoxes.of("11111 22221 11121 12221 11111"), ALL);
    assertEquals(
        (17 * 17 + 8 * 8) / 2.0, values.get(Glszm.Measure.LARGE_ZONE_EMPHASIS, Aggregation.SLICE));
    assertEquals(2 / 25.0, values.get(Glszm.Measure.ZONE_PERCENTAGE, Aggregation.SLICE));
  }

  @Test
  void slicesAreTornApartInTheirPlanesAndJoinedInSpace() {
    FeatureValues values = measure(LevelBoxes.of("11", "..", "12", "11"), ALL);
    Glszm.Measure percentage = Glszm.Measure.ZONE_PERCENTAGE;
    assertEquals((1 / 2.0 + 1 + 1 / 2.0) / 3, values.get(percentage, Aggregation.SLICE), 1e-15);
    assertEquals(4 / 6.0, values.get(percentage, Aggregation.PLANAR), 1e-15);
    assertEquals(3 / 6.0, values.get(percentage, Aggregation.VOLUME), 1e-15);
    assertEquals(
        (4 + (1 + 1) / 2.0 + 4) / 3,
        values.get(Glszm.Measure.LARGE_ZONE_EMPHASIS, Aggregation.SLICE),
        1e-15);
    assertEquals(10 / 4.0, values.get(Glszm.Measure.LARGE_ZONE_EMPHASIS, Aggregation.PLANAR), 1e-15);
    assertEquals(14 / 3.0, values.get(Glszm.Measure.LARGE_ZONE_EMPHASIS, Aggregation.VOLUME), 1e-15);
  }

  @Test
  void aZoneIsAsLargeAsTheRegionAllows() {
    String[] slices = new String[30];
    Arrays.fill(slices, ("1".repeat(40) + " ").repeat(35).strip());
    assertEquals(42_000.0 * 42_000, largeZones(slices));
  }

  @Test
  void aZoneLiesAsDeepAsItsOutermostVoxel() {
    // the ring of level 1 is at 1, the 2 next to it at 2, the 3 in the middle at 3
    FeatureValues values = measure(LevelBoxes.of("11111 12221 12321 12221 11111"), ALL);
    Gldzm.Measure large = Gldzm.Measure.LARGE_DISTANCE_EMPHASIS;
    assertEquals((1 + 4 + 9) / 3.0, values.get(large, Aggregation.SLICE), 1e-15);
    assertEquals((1 + 4 + 9) / 3.0, values.get(large, Aggregation.PLANAR), 1e-15);
    // in space a slice has the outside above it
    assertEquals(1.0, values.get(large, Aggregation.VOLUME));
  }

  @Test
  void distancesAreMeasuredInTheMorphologicalMask() {
    String[] levels = {"..... ..... ..2.. ..... ....."};
    String[] shape = {"##### ##### ##### ##### #####"};
    FeatureValues values = measure(LevelBoxes.of(levels, shape), ALL);
    assertEquals(9.0, values.get(Gldzm.Measure.LARGE_DISTANCE_EMPHASIS, Aggregation.SLICE));
    assertEquals(1.0, values.get(Gldzm.Measure.ZONE_PERCENTAGE, Aggregation.SLICE));
    FeatureValues alone = measure(LevelBoxes.of(levels), ALL);
    assertEquals(1.0, alone.get(Gldzm.Measure.LARGE_DISTANCE_EMPHASIS, Aggregation.SLICE));
  }

  @Test
  void aSearchThatIsSharedGivesWhatTwoSearchesGive() {
    Levels levels = LevelBoxes.random(8, 7, 6, 5, 8);
    FeatureValues shared = measure(levels, ALL);
    FeatureValues apart = new FeatureValues();
    Gldzm.measure(new Zones(levels), ALL, apart);
    Glszm.measure(new Zones(levels), ALL, apart);
    for (Feature feature : FeatureTable.all()) {
      assertEquals(shared.get(feature), apart.get(feature));
    }
  }

  @Test
  void eachAggregationIsTheSameAloneAndNothingElseIsMeasured() {
    Levels levels = LevelBoxes.random(6, 5, 4, 11, 7);
    FeatureValues together = measure(levels, ALL);
    for (Definition[] one : List.of(Glszm.Measure.values(), Gldzm.Measure.values())) {
      for (Aggregation aggregation : one[0].featureClass().aggregations()) {
        FeatureValues alone = measure(levels, EnumSet.of(aggregation, Aggregation.VOLUME_AVERAGED));
        assertEquals(Set.of(aggregation), Agreement.measured(one, alone));
        assertEquals(Map.of(), alone.nullReasons());
        for (Definition measure : one) {
          assertEquals(together.get(measure, aggregation), alone.get(measure, aggregation));
        }
      }
    }
  }

  @Test
  void oneVoxelAndAFlatRegionHaveEveryFeature() {
    for (String row : new String[] {"3", "33"}) {
      FeatureValues values = measure(LevelBoxes.of(row), ALL);
      Agreement.assertComplete(Glszm.Measure.values(), values);
      Agreement.assertComplete(Gldzm.Measure.values(), values);
    }
  }

  @Test
  void moreLevelsThanAMatrixMayHaveGiveNull() {
    FeatureValues values = measure(Agreement.tooManyLevels(), EnumSet.of(Aggregation.PLANAR));
    Agreement.assertAllNull(Glszm.Measure.values(), Aggregation.PLANAR, values, Reason.TOO_MANY_LEVELS);
    Agreement.assertAllNull(Gldzm.Measure.values(), Aggregation.PLANAR, values, Reason.TOO_MANY_LEVELS);
    assertEquals(2 * 16, values.nullReasons().size());
  }

  @Test
  void aRegionWithoutVoxelsGivesNull() {
    FeatureValues values = measure(LevelBoxes.of(".."), ALL);
    for (Aggregation aggregation : FeatureClass.GLSZM.aggregations()) {
      Agreement.assertAllNull(Glszm.Measure.values(), aggregation, values, Reason.NO_NEIGHBOURS);
      Agreement.assertAllNull(Gldzm.Measure.values(), aggregation, values, Reason.NO_NEIGHBOURS);
    }
  }

  /** pyradiomics 3.1.4 gives these. */
  @Test
  void sizesOfARaggedRegionGiveTheNumbersOfAnotherTool() {
    FeatureValues values = measure(LevelBoxes.random(9, 8, 7, 1, 6), ALL);
    Agreement.assertValues(
        Glszm.Measure.values(),
        Aggregation.VOLUME,
        values,
        0.6185744960221747,
        453.3636363636364,
        0.09863636363636363,
        18.318181818181817,
        0.04170049005452587,
        12.284216916055057,
        381.1761363636364,
        934.5909090909091,
        16.681818181818183,
        0.37913223140495866,
        15.727272727272727,
        0.3574380165289256,
        0.1506849315068493,
        1.2086776859504131,
        409.3223140495868,
        3.264268404456594);
  }

  /** mirp 2.7 gives these, for a morphological mask that fills the box. */
  @Test
  void distancesOfARaggedRegionGiveTheNumbersOfAnotherTool() {
    Levels ragged = LevelBoxes.random(12, 10, 9, 2, 9);
    byte[] shape = new byte[ragged.shape().length];
    for (int z = 1; z <= 9; z++) {
      for (int y = 1; y <= 10; y++) {
        Arrays.fill(shape, ragged.at(1, y, z), ragged.at(13, y, z), (byte) 1);
      }
    }
    Levels levels = LevelBoxes.levels(ragged.values(), ragged.px(), ragged.py(), ragged.pz(), shape);
    FeatureValues values = measure(levels, ALL);
    Agreement.assertValues(
        Gldzm.Measure.values(),
        Aggregation.SLICE,
        values,
        0.6681996048470948,
        4.765942300096928,
        0.2604239052720251,
        12.518486154702614,
        0.20873992238145941,
        7.503114876563164,
        0.9068780835639281,
        67.44442199583025,
        9.337895008010246,
        0.2754543500985591,
        14.35552799787836,
        0.4276040236446958,
        0.31054404092946447,
        2.2043448854208134,
        1.4533248208802063,
        3.2420391007170863);
    Agreement.assertValues(
        Gldzm.Measure.values(),
        Aggregation.VOLUME,
        values,
        0.8467881944444445,
        2.125,
        0.08765624999999999,
        17.375,
        0.07808051215277778,
        14.923611111111112,
        0.15796875,
        35.375,
        23.75,
        0.4947916666666667,
        32.416666666666664,
        0.6753472222222222,
        0.0486322188449848,
        0.7013888888888888,
        0.45659722222222215,
        2.0988660960416046);
  }
}
