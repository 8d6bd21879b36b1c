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

class NgldmTest {
  private static final Set<Aggregation> ALL = EnumSet.allOf(Aggregation.class);

  private static FeatureValues measure(Levels levels, Set<Aggregation> wanted) {
    FeatureValues values = new FeatureValues();
    Ngldm.measure(levels, wanted, values);
    return values;
  }

  @Test
  void everyFeatureAgreesWithTheDigitalPhantomAndEveryRowIsAFeature() throws IOException {
    String[] stems = {
      "lde", "hde", "lgce", "hgce", "ldlge", "ldhge", "hdlge", "hdhge", "glnu", "glnu_norm", "dcnu",
      "dcnu_norm", "dc_perc", "gl_var", "dc_var", "dc_entr", "dc_energy"
    };
    FeatureValues values = measure(Phantom.levels(), ALL);
    Agreement.assertWithConsensus(Ngldm.Measure.values(), "ngl_", stems, values);
  }

  @Test
  void aRowOfThreeVoxelsGivesTheNumbersWorkedOutByHand() {
    // two voxels of level 1 with one neighbour alike (j = 2), one of level 2 with none (j = 1)
    FeatureValues values = measure(LevelBoxes.of("112"), ALL);
    double[] expected = {
      (2 / 4.0 + 1) / 3,
      (2 * 4 + 1) / 3.0,
      (2 + 1 / 4.0) / 3,
      (2 + 4) / 3.0,
      (2 / 4.0 + 1 / 4.0) / 3,
      (2 / 4.0 + 4) / 3,
      (2 * 4 + 1 / 4.0) / 3,
      (2 * 4 + 4) / 3.0,
      5 / 3.0,
      5 / 9.0,
      5 / 3.0,
      5 / 9.0,
      1,
      2 / 9.0,
      2 / 9.0,
      Math.log(3) / Math.log(2) - 2 / 3.0,
      5 / 9.0
    };
    for (Aggregation aggregation : FeatureClass.NGLDM.aggregations()) {
      Agreement.assertValues(Ngldm.Measure.values(), aggregation, values, expected);
    }
  }

  @Test
  void aVoxelDependsOnTheEightNeighboursInItsSliceAndTheTwentySixInSpace() {
    String slice = "111 111 111";
    FeatureValues values = measure(LevelBoxes.of(slice, slice, slice), ALL);
    // in a slice 4 corners with 3 neighbours, 4 edges with 5, the middle with 8
    Ngldm.Measure high = Ngldm.Measure.HIGH_DEPENDENCE_EMPHASIS;
    double inPlane = (4 * 16 + 4 * 36 + 81) / 9.0;
    assertEquals(inPlane, values.get(high, Aggregation.SLICE), 1e-13);
    assertEquals(inPlane, values.get(high, Aggregation.PLANAR), 1e-13);
    // in space 8 corners with 7, 12 edges with 11, 6 faces with 17, the middle with 26
    double inSpace = (8 * 64 + 12 * 144 + 6 * 324 + 729) / 27.0;
    assertEquals(inSpace, values.get(high, Aggregation.VOLUME), 1e-13);
  }

  @Test
  void slicesAreAveragedOrMerged() {
    FeatureValues values = measure(LevelBoxes.of("11", "..", "1."), ALL);
    Ngldm.Measure low = Ngldm.Measure.LOW_DEPENDENCE_EMPHASIS;
    assertEquals((1 / 4.0 + 1) / 2, values.get(low, Aggregation.SLICE));
    assertEquals((1 / 4.0 + 1 / 4.0 + 1) / 3, values.get(low, Aggregation.PLANAR));
  }

  @Test
  void oneVoxelAndAFlatRegionHaveEveryFeature() {
    for (String row : new String[] {"3", "33"}) {
      FeatureValues values = measure(LevelBoxes.of(row), ALL);
      Agreement.assertComplete(Ngldm.Measure.values(), values);
    }
  }

  @Test
  void eachAggregationIsTheSameAloneAndNothingElseIsMeasured() {
    Levels levels = LevelBoxes.random(6, 5, 4, 11, 7);
    FeatureValues together = measure(levels, ALL);
    for (Aggregation aggregation : FeatureClass.NGLDM.aggregations()) {
      FeatureValues alone = measure(levels, EnumSet.of(aggregation, Aggregation.VOLUME_AVERAGED));
      assertEquals(Set.of(aggregation), Agreement.measured(Ngldm.Measure.values(), alone));
      assertEquals(Map.of(), alone.nullReasons());
      for (Definition measure : Ngldm.Measure.values()) {
        assertEquals(together.get(measure, aggregation), alone.get(measure, aggregation));
      }
    }
  }

  @Test
  void moreLevelsThanAMatrixMayHaveGiveNull() {
    FeatureValues values = measure(Agreement.tooManyLevels(), EnumSet.of(Aggregation.VOLUME));
    Agreement.assertAllNull(Ngldm.Measure.values(), Aggregation.VOLUME, values, Reason.TOO_MANY_LEVELS);
    assertEquals(Ngldm.Measure.values().length, values.nullReasons().size());
  }

  @Test
  void aRegionWithoutVoxelsGivesNull() {
    FeatureValues values = measure(LevelBoxes.of(".."), ALL);
    for (Aggregation aggregation : FeatureClass.NGLDM.aggregations()) {
      Agreement.assertAllNull(Ngldm.Measure.values(), aggregation, values, Reason.NO_NEIGHBOURS);
    }
  }

  /** pyradiomics 3.1.4 gives these as its GLDM, mirp 2.7 the three that it does not have. */
  @Test
  void aRaggedRegionGivesTheNumbersOfAnotherTool() {
    FeatureValues values = measure(LevelBoxes.random(9, 8, 7, 1, 6), ALL);
    Agreement.assertValues(
        Ngldm.Measure.values(),
        Aggregation.VOLUME,
        values,
        0.16678646620105916,
        23.732876712328768,
        0.5101883561643835,
        7.801369863013699,
        0.03787371328311116,
        2.4969406194719563,
        17.105188356164383,
        96.12328767123287,
        87.58904109589041,
        0.299962469506474,
        37.58904109589041,
        0.12872959279414525,
        1,
        2.2820885719647213,
        5.172124225933571,
        4.618928301844883,
        0.04625633327078252);
  }
}
