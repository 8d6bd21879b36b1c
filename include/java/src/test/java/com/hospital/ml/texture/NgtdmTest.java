package com.hospital.ml.texture;

import static com.hospital.ml.texture.Ngtdm.Measure.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hospital.ml.FeatureTable;
import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Feature;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.settings.Discretisation;
import com.hospital.ml.testing.Agreement;
import com.hospital.ml.testing.Phantom;
import com.hospital.ml.testing.SmallLevels;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NgtdmTest {
  private static final Set<Aggregation> ALL = EnumSet.allOf(Aggregation.class);

  /** The consensus table's names, in the order of the features. */
  private static final String[] TAGS = {"coarseness", "contrast", "busyness", "complexity", "strength"};

  @Test
  void thePhantomHasTheConsensusValuesInEveryAggregation() throws IOException {
    FeatureValues found = measure(Phantom.levels(), ALL);
    Agreement.assertWithConsensus(Ngtdm.Measure.values(), "ngt_", TAGS, found);
  }

  @Test
  void aRowOfThreeVoxelsHasTheFeaturesComputedByHand() {
    // s of 1, 4 and 2: |1 - 4|, |4 - 3/2|, |2 - 4|; each p is 1/3
    FeatureValues found = measure(SmallLevels.of(3, 1, 1, 1, 4, 2), Set.of(Aggregation.VOLUME));
    double[] expected = {0.4, 35 / 27.0, 0.625, 30.5 / 3, 112 / 45.0};
    assertArrayEquals(expected, all(found, Aggregation.VOLUME), 1e-14);
  }

  @Test
  void aVoxelWithoutNeighboursIsLeftOut() {
    FeatureValues found = measure(SmallLevels.of(5, 1, 1, 1, 4, 2, 0, 9), ALL);
    double[] expected = {0.4, 35 / 27.0, 0.625, 30.5 / 3, 112 / 45.0};
    assertArrayEquals(expected, all(found, Aggregation.SLICE), 1e-14);
    assertArrayEquals(expected, all(found, Aggregation.PLANAR), 1e-14);
    assertArrayEquals(expected, all(found, Aggregation.VOLUME), 1e-14);
  }

  @ParameterizedTest
  @CsvSource({
    // mirp 2.7 gives these, and pyradiomics 3.1.4 those of the volume too
    "SLICE, 0.1350024646934216, 0.549145639312845, 0.495875962479447, 29.79869642861233, 2.382971449913842",
    "PLANAR, 0.0345221171323479, 0.551577236773356, 1.994593486847008, 30.02712069668682, 0.620587189037060",
    "VOLUME, 0.0356274011159297, 0.542337105665709, 1.932714366683429, 29.55388340399759, 0.631160514982350"
  })
  void anIrregularRegionHasTheValuesThatOthersGive(
      Aggregation aggregation,
      double coarseness,
      double contrast,
      double busyness,
      double complexity,
      double strength) {
    FeatureValues found = measure(SmallLevels.irregular(), ALL);
    double[] expected = {coarseness, contrast, busyness, complexity, strength};
    assertArrayEquals(expected, all(found, aggregation), 1e-12);
  }

  @ParameterizedTest
  @EnumSource
  void anAggregationIsTheSameAloneAsWithTheOthersAndNothingElseIsWritten(Aggregation aggregation) {
    FeatureValues together = measure(SmallLevels.irregular(), ALL);
    FeatureValues alone = measure(SmallLevels.irregular(), Set.of(aggregation));
    for (Feature feature : FeatureTable.all()) {
      boolean wanted =
          feature.featureClass() == FeatureClass.NGTDM && feature.aggregation() == aggregation;
      assertEquals(wanted ? together.get(feature) : null, alone.get(feature), feature.column());
    }
    assertEquals(Map.of(), alone.nullReasons());
  }

  @Test
  void aFlatRegionHasNoneButComplexity() {
    FeatureValues found = measure(SmallLevels.of(2, 2, 1, 3, 3, 3, 3), Set.of(Aggregation.VOLUME));
    assertEquals(
        Map.of(
            "ngtdm_coarseness_3d", "FLAT_REGION",
            "ngtdm_contrast_3d", "FLAT_REGION",
            "ngtdm_busyness_3d", "FLAT_REGION",
            "ngtdm_strength_3d", "FLAT_REGION"),
        found.nullReasons());
    assertEquals(0, found.get(COMPLEXITY, Aggregation.VOLUME));
  }

  @Test
  void piecesThatAreEachFlatDifferFromNoNeighbour() {
    FeatureValues found = measure(SmallLevels.of(5, 1, 1, 1, 1, 0, 3, 3), Set.of(Aggregation.VOLUME));
    assertEquals(
        Map.of("ngtdm_coarseness_3d", "ZERO_DENOMINATOR", "ngtdm_strength_3d", "ZERO_DENOMINATOR"),
        found.nullReasons());
    assertEquals(0, found.get(CONTRAST, Aggregation.VOLUME));
    assertEquals(0, found.get(BUSYNESS, Aggregation.VOLUME));
    assertEquals(0, found.get(COMPLEXITY, Aggregation.VOLUME));
  }

  @Test
  void busynessIsUndefinedWhenLevelTimesProbabilityIsTheSameForAll() {
    FeatureValues found = measure(SmallLevels.of(3, 1, 1, 1, 2, 1), Set.of(Aggregation.VOLUME));
    assertEquals(Map.of("ngtdm_busyness_3d", "ZERO_DENOMINATOR"), found.nullReasons());
  }

  @Test
  void slicesWithoutNeighboursAreLeftOutOfTheMean() {
    Levels levels = SmallLevels.of(3, 1, 3, 1, 4, 2, 5, 0, 6, 1, 4, 2);
    double[] expected = {0.4, 35 / 27.0, 0.625, 30.5 / 3, 112 / 45.0};
    assertArrayEquals(expected, all(measure(levels, ALL), Aggregation.SLICE), 1e-14);
  }

  @Test
  void looseVoxelsHaveNoFeatures() {
    FeatureValues found = measure(SmallLevels.of(3, 1, 3, 1, 0, 2, 0, 0, 0, 3, 0, 4), ALL);
    assertEquals(Set.of("NO_NEIGHBOURS"), Set.copyOf(found.nullReasons().values()));
    assertEquals(15, found.nullReasons().size());
  }

  @Test
  void aFullCubeOfTheHighestLevelsFitsThePackedSums() {
    int[] levels = new int[27];
    Arrays.fill(levels, Discretisation.MOST_LEVELS);
    levels[13] = 1;
    FeatureValues found = measure(SmallLevels.of(3, 3, 3, levels), Set.of(Aggregation.VOLUME));
    // 1023 for the centre; for the others 1023 over their number of neighbours: 7, 11 and 17
    double others = 1023 * (8 / 7.0 + 12 / 11.0 + 6 / 17.0);
    assertEquals(27 / (1023 + 26 * others), found.get(COARSENESS, Aggregation.VOLUME), 1e-14);
  }

  @Test
  void moreLevelsThanAMatrixMayHaveAreRefused() {
    FeatureValues most =
        measure(SmallLevels.of(2, 1, 1, 1, Discretisation.MOST_LEVELS), Set.of(Aggregation.VOLUME));
    assertEquals(1 / 1023.0, most.get(COARSENESS, Aggregation.VOLUME), 1e-14);
    FeatureValues more =
        measure(SmallLevels.of(2, 1, 1, 1, Discretisation.MOST_LEVELS + 1), Set.of(Aggregation.VOLUME));
    assertEquals(5, more.nullReasons().size());
    assertEquals(Set.of("TOO_MANY_LEVELS"), Set.copyOf(more.nullReasons().values()));
  }

  private static FeatureValues measure(Levels levels, Set<Aggregation> wanted) {
    FeatureValues out = new FeatureValues();
    Ngtdm.measure(levels, wanted, out);
    return out;
  }

  private static double[] all(FeatureValues found, Aggregation aggregation) {
    double[] values = new double[5];
    for (Ngtdm.Measure measure : Ngtdm.Measure.values()) {
      values[measure.ordinal()] = found.get(measure, aggregation);
    }
    return values;
  }
}
