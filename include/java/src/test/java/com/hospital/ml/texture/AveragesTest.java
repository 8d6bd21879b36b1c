package com.hospital.ml.texture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.testing.SmallLevels;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AveragesTest {
  private static final Levels FLAT = SmallLevels.of(2, 1, 1, 3, 3);
  private static final Levels VARIED = SmallLevels.of(3, 1, 1, 3, 0, 1);

  @Test
  void eachFeatureIsAveragedOverTheMatricesWhereItIsDefined() {
    Averages averages = new Averages(Ngtdm.Measure.values());
    averages.add(new double[] {1, Double.NaN, 3, Double.NaN, 5});
    averages.add(new double[] {2, 7, Double.NaN, Double.NaN, 8});
    FeatureValues out = new FeatureValues();
    averages.write(VARIED, Aggregation.SLICE, out);
    assertEquals(1.5, out.get(Ngtdm.Measure.COARSENESS, Aggregation.SLICE));
    assertEquals(7, out.get(Ngtdm.Measure.CONTRAST, Aggregation.SLICE));
    assertEquals(3, out.get(Ngtdm.Measure.BUSYNESS, Aggregation.SLICE));
    assertEquals(6.5, out.get(Ngtdm.Measure.STRENGTH, Aggregation.SLICE));
    assertEquals(Map.of("ngtdm_complexity_2d", "ZERO_DENOMINATOR"), out.nullReasons());
  }

  @Test
  void whatIsDefinedNowhereInAFlatRegionIsNullBecauseItIsFlat() {
    Averages averages = new Averages(Ngtdm.Measure.values());
    averages.add(new double[] {1, 2, 3, 4, Double.NaN});
    FeatureValues out = new FeatureValues();
    averages.write(FLAT, Aggregation.VOLUME, out);
    assertEquals(Map.of("ngtdm_strength_3d", "FLAT_REGION"), out.nullReasons());
  }

  @Test
  void withoutAMatrixEverythingIsNullForWantOfNeighbours() {
    FeatureValues out = new FeatureValues();
    new Averages(Ngtdm.Measure.values()).write(FLAT, Aggregation.PLANAR, out);
    assertEquals(
        Map.of(
            "ngtdm_coarseness_25d", "NO_NEIGHBOURS",
            "ngtdm_contrast_25d", "NO_NEIGHBOURS",
            "ngtdm_busyness_25d", "NO_NEIGHBOURS",
            "ngtdm_complexity_25d", "NO_NEIGHBOURS",
            "ngtdm_strength_25d", "NO_NEIGHBOURS"),
        out.nullReasons());
  }

  @Test
  void refusingPassesOverAggregationsThatTheClassDoesNotHave() {
    FeatureValues out = new FeatureValues();
    EnumSet<Aggregation> wanted = EnumSet.of(Aggregation.VOLUME_AVERAGED, Aggregation.VOLUME);
    Averages.refuse(Ngtdm.Measure.values(), wanted, Reason.TOO_MANY_LEVELS, out);
    assertEquals(5, out.nullReasons().size());
    assertEquals("TOO_MANY_LEVELS", out.nullReasons().get("ngtdm_busyness_3d"));
  }
}
