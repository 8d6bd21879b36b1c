package com.hospital.ml.intensity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.intensity.IntensityHistogram.Measure;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.testing.Agreement;
import com.hospital.ml.testing.Phantom;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IntensityHistogramTest {

  @Test
  void allFeaturesOfTheDigitalPhantomAgreeWithTheConsensus() throws IOException {
    FeatureValues out = new FeatureValues();
    IntensityHistogram.measure(Phantom.levels(), out);
    Map<String, Measure> byTag =
        Map.ofEntries(
            Map.entry("ih_mean", Measure.MEAN),
            Map.entry("ih_var", Measure.VARIANCE),
            Map.entry("ih_skew", Measure.SKEWNESS),
            Map.entry("ih_kurt", Measure.KURTOSIS),
            Map.entry("ih_median", Measure.MEDIAN),
            Map.entry("ih_min", Measure.MINIMUM),
            Map.entry("ih_p10", Measure.P10),
            Map.entry("ih_p90", Measure.P90),
            Map.entry("ih_max", Measure.MAXIMUM),
            Map.entry("ih_mode", Measure.MODE),
            Map.entry("ih_iqr", Measure.IQR),
            Map.entry("ih_range", Measure.RANGE),
            Map.entry("ih_mad", Measure.MAD),
            Map.entry("ih_rmad", Measure.RMAD),
            Map.entry("ih_medad", Measure.MEDAD),
            Map.entry("ih_cov", Measure.COV),
            Map.entry("ih_qcod", Measure.QCOD),
            Map.entry("ih_entropy", Measure.ENTROPY),
            Map.entry("ih_uniformity", Measure.UNIFORMITY),
            Map.entry("ih_max_grad", Measure.MAXIMUM_GRADIENT),
            Map.entry("ih_max_grad_g", Measure.MAXIMUM_GRADIENT_LEVEL),
            Map.entry("ih_min_grad", Measure.MINIMUM_GRADIENT),
            Map.entry("ih_min_grad_g", Measure.MINIMUM_GRADIENT_LEVEL));
    Agreement.check("ih_", byTag, Measure.values(), out);
  }

  @Test
  void ofSeveralModesTheNearestToTheMeanIsTaken() {
    // mean 28 / 7 = 4: level 5 is nearer than 1; then mean 3, as far from 1 as from 5
    assertEquals(5, measured(1, 1, 5, 5, 2, 6, 8).get(Measure.MODE));
    assertEquals(1, measured(1, 1, 5, 5).get(Measure.MODE));
    assertEquals(4, measured(1, 2, 4, 4, 2, 4).get(Measure.MODE));
  }

  @Test
  void gradientsAreOneSidedAtTheEndsAndEmptyBinsCount() {
    // voxels a level: 1, 0, 0, 4; gradients -1, -1/2, 2, 4
    FeatureValues out = measured(1, 4, 4, 4, 4);
    assertEquals(
        List.of(4.0, 4.0, -1.0, 1.0),
        List.of(
            out.get(Measure.MAXIMUM_GRADIENT),
            out.get(Measure.MAXIMUM_GRADIENT_LEVEL),
            out.get(Measure.MINIMUM_GRADIENT),
            out.get(Measure.MINIMUM_GRADIENT_LEVEL)));
  }

  @Test
  void ofEqualGradientsTheLowestLevelIsTaken() {
    // voxels a level: 1, 2, 3; all gradients 1
    FeatureValues out = measured(1, 2, 2, 3, 3, 3);
    assertEquals(1, out.get(Measure.MAXIMUM_GRADIENT_LEVEL));
    assertEquals(1, out.get(Measure.MINIMUM_GRADIENT_LEVEL));
  }

  @Test
  void oneBinHasNoShapeAndNoGradient() {
    FeatureValues out = measured(1, 1, 1);
    assertEquals(
        Map.of(
            "ih_skewness", "FLAT_REGION",
            "ih_kurtosis", "FLAT_REGION",
            "ih_maximum_gradient", "FLAT_REGION",
            "ih_maximum_gradient_level", "FLAT_REGION",
            "ih_minimum_gradient", "FLAT_REGION",
            "ih_minimum_gradient_level", "FLAT_REGION"),
        out.nullReasons());
    assertEquals(0, out.get(Measure.ENTROPY));
    assertEquals(1, out.get(Measure.UNIFORMITY));
  }

  @Test
  void oneLevelAboveEmptyBinsHasGradients() {
    FeatureValues out = measured(3, 3);
    assertEquals(2, out.get(Measure.MAXIMUM_GRADIENT));
    assertEquals(3, out.get(Measure.MAXIMUM_GRADIENT_LEVEL));
    assertEquals(0, out.get(Measure.MINIMUM_GRADIENT));
    assertEquals(1, out.get(Measure.MINIMUM_GRADIENT_LEVEL));
  }

  private static FeatureValues measured(int... levels) {
    int px = levels.length + 2;
    short[] values = new short[px * 9];
    byte[] shape = new byte[px * 9];
    int count = 0;
    for (int x = 0; x < levels.length; x++) {
      values[4 * px + x + 1] = (short) levels[x];
      shape[4 * px + x + 1] = 1;
      count = Math.max(count, levels[x]);
    }
    FeatureValues out = new FeatureValues();
    IntensityHistogram.measure(new Levels(values, px, 3, 3, count, levels.length, shape), out);
    return out;
  }
}
