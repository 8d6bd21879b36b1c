package com.hospital.ml.texture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.testing.Agreement;
import com.hospital.ml.testing.LevelBoxes;
import com.hospital.ml.testing.Phantom;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GlrlmTest {
  private static final Set<Aggregation> ALL = EnumSet.allOf(Aggregation.class);

  private static FeatureValues measure(Levels levels, Set<Aggregation> wanted) {
    FeatureValues values = new FeatureValues();
    Glrlm.measure(levels, wanted, values);
    return values;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  @Test
  void everyFeatureAgreesWithTheDigitalPhantomAndEveryRowIsAFeature() throws IOException {
    String[] stems = {
      "sre", "lre", "lgre", "hgre", "srlge", "srhge", "lrlge", "lrhge", "glnu", "glnu_norm", "rlnu",
      "rlnu_norm", "r_perc", "gl_var", "rl_var", "rl_entr"
    };
    FeatureValues values = measure(Phantom.levels(), ALL);
    Agreement.assertWithConsensus(Glrlm.Measure.values(), "rlm_", stems, values);
  }

  @Test
  void aRowOfThreeVoxelsGivesTheNumbersWorkedOutByHand() {
    // along the row runs (1, 2) and (2, 1); along each other direction two (1, 1) and one (2, 1)
    FeatureValues values = measure(LevelBoxes.of("112"), ALL);
    double[] merged = {
      10.25 / 11,
      14 / 11.0,
      8 / 11.0,
      23 / 11.0,
      7.25 / 11,
      22.25 / 11,
      1,
      26 / 11.0,
      65 / 11.0,
      65 / 121.0,
      101 / 11.0,
      101 / 121.0,
      11 / 12.0,
      28 / 121.0,
      10 / 121.0,
      (log2(11) + 4 * log2(11 / 4.0) + 6 * log2(11 / 6.0)) / 11
    };
    Agreement.assertValues(Glrlm.Measure.values(), Aggregation.SLICE_MERGED, values, merged);
    Agreement.assertValues(Glrlm.Measure.values(), Aggregation.PLANAR_MERGED, values, merged);
  }

  @Test
  void averagedFeaturesAreMeansOverDirections() {
    FeatureValues values = measure(LevelBoxes.of("112"), ALL);
    double row = (1 / 4.0 + 1) / 2;
    Glrlm.Measure emphasis = Glrlm.Measure.SHORT_RUNS_EMPHASIS;
    assertEquals((row + 3) / 4, values.get(emphasis, Aggregation.SLICE_AVERAGED), 1e-15);
    assertEquals((row + 3) / 4, values.get(emphasis, Aggregation.PLANAR_AVERAGED), 1e-15);
    assertEquals((row + 12) / 13, values.get(emphasis, Aggregation.VOLUME_AVERAGED), 1e-15);
    Glrlm.Measure percentage = Glrlm.Measure.RUN_PERCENTAGE;
    assertEquals((2 / 3.0 + 12) / 13, values.get(percentage, Aggregation.VOLUME_AVERAGED), 1e-15);
  }

  @Test
  void runsFollowAllThirteenDirections() {
    // two voxels of one level at every place of a cube's half neighbourhood: one direction sees one run
    String[] places = {
      "11. ... ...|... ... ...", ".1. 1.. ...|... ... ...", "1.. 1.. ...|... ... ...",
      "1.. .1. ...|... ... ...", "... .1. ...|1.. ... ...", "... .1. ...|.1. ... ...",
      "... .1. ...|..1 ... ...", "... .1. ...|... 1.. ...", "... .1. ...|... .1. ...",
      "... .1. ...|... ..1 ...", "... .1. ...|... ... 1..", "... .1. ...|... ... .1.",
      "... .1. ...|... ... ..1"
    };
    for (String place : places) {
      FeatureValues values = measure(LevelBoxes.of(place.split("\\|")), ALL);
      assertEquals(
          (1 / 2.0 + 12) / 13,
          values.get(Glrlm.Measure.RUN_PERCENTAGE, Aggregation.VOLUME_AVERAGED),
          1e-15,
          place);
    }
  }

  @Test
  void runsEndAtHolesAndAtOtherLevels() {
    FeatureValues values = measure(LevelBoxes.of("11.1211"), ALL);
    // along the row: lengths 2, 1, 1, 2
    assertEquals(
        (10 / 4.0 + 12) / 13,
        values.get(Glrlm.Measure.LONG_RUNS_EMPHASIS, Aggregation.VOLUME_AVERAGED),
        1e-15);
  }

  @Test
  void aSliceWithoutVoxelsIsNoMatrix() {
    FeatureValues values = measure(LevelBoxes.of("11", "..", "12"), ALL);
    Glrlm.Measure percentage = Glrlm.Measure.RUN_PERCENTAGE;
    assertEquals((0.5 + 7) / 8, values.get(percentage, Aggregation.SLICE_AVERAGED), 1e-15);
    assertEquals((7 / 8.0 + 1) / 2, values.get(percentage, Aggregation.SLICE_MERGED), 1e-15);
    assertEquals((3 / 4.0 + 3) / 4, values.get(percentage, Aggregation.PLANAR_AVERAGED), 1e-15);
    assertEquals(15 / 16.0, values.get(percentage, Aggregation.PLANAR_MERGED), 1e-15);
  }

  @Test
  void runsLongerThanTheTableCountToo() {
    FeatureValues values = measure(LevelBoxes.of("1".repeat(300)), ALL);
    assertEquals(
        (300.0 * 300 + 12) / 13,
        values.get(Glrlm.Measure.LONG_RUNS_EMPHASIS, Aggregation.VOLUME_AVERAGED),
        1e-9);
  }

  @Test
  void oneVoxelAndAFlatRegionHaveEveryFeature() {
    for (String row : new String[] {"3", "33"}) {
      FeatureValues values = measure(LevelBoxes.of(row), ALL);
      Agreement.assertComplete(Glrlm.Measure.values(), values);
    }
  }

  @Test
  void eachAggregationIsTheSameAloneAndNothingElseIsMeasured() {
    Levels levels = LevelBoxes.random(6, 5, 4, 11, 7);
    FeatureValues together = measure(levels, ALL);
    for (Aggregation aggregation : FeatureClass.GLRLM.aggregations()) {
      FeatureValues alone = measure(levels, EnumSet.of(aggregation, Aggregation.VOLUME));
      assertEquals(Set.of(aggregation), Agreement.measured(Glrlm.Measure.values(), alone));
      assertEquals(Map.of(), alone.nullReasons());
      for (Definition measure : Glrlm.Measure.values()) {
        assertEquals(together.get(measure, aggregation), alone.get(measure, aggregation));
      }
    }
  }

  @Test
  void moreLevelsThanAMatrixMayHaveGiveNull() {
    FeatureValues values = measure(Agreement.tooManyLevels(), EnumSet.of(Aggregation.VOLUME_MERGED));
    Agreement.assertAllNull(
        Glrlm.Measure.values(), Aggregation.VOLUME_MERGED, values, Reason.TOO_MANY_LEVELS);
    assertEquals(Glrlm.Measure.values().length, values.nullReasons().size());
  }

  @Test
  void aRegionWithoutVoxelsGivesNull() {
    FeatureValues values = measure(LevelBoxes.of(".."), ALL);
    for (Aggregation aggregation : FeatureClass.GLRLM.aggregations()) {
      Agreement.assertAllNull(Glrlm.Measure.values(), aggregation, values, Reason.NO_NEIGHBOURS);
    }
  }

  /** pyradiomics 3.1.4 gives these. */
  @Test
  void aRaggedRegionGivesTheNumbersOfAnotherTool() {
    FeatureValues values = measure(LevelBoxes.random(9, 8, 7, 1, 6), ALL);
    Agreement.assertValues(
        Glrlm.Measure.values(),
        Aggregation.VOLUME_AVERAGED,
        values,
        0.9022534716481005,
        1.4828291265709632,
        0.4871769913716152,
        8.246999077071536,
        0.423430063568925,
        7.763546581436002,
        0.815952524837377,
        10.463915320748365,
        73.37988146404669,
        0.2879191140965594,
        197.57969542484457,
        0.7747959477672937,
        0.8727608008429926,
        2.343034609183736,
        0.1682749409861661,
        2.489013173375905);
  }
}
