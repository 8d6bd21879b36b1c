package com.hospital.ml.autocorrelation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hospital.ml.reason.Reason;
import com.hospital.ml.region.Region;
import com.hospital.ml.testing.Regions;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpatialAutocorrelationTest {
  private static final double[] SPACING = {0.8, 1.3, 2.7};

  @Test
  void theSumsByTransformAreThoseOfAllPairs() {
    Random random = new Random(1);
    int[][] sizes = {
      {1, 1, 2}, {2, 1, 1}, {1, 7, 1}, {3, 4, 5}, {12, 5, 1}, {9, 11, 6}, {1, 13, 8}, {17, 3, 4}
    };
    for (int[] size : sizes) {
      Region region =
          Regions.region(
              size[0] + 2,
              size[1] + 2,
              size[2] + 2,
              SPACING,
              (x, y, z) -> x + y + z <= 4 || random.nextInt(3) > 0,
              (x, y, z) -> random.nextGaussian());
      double[] deviations = region.intensities();
      SpatialAutocorrelation.Sums pairs = SpatialAutocorrelation.ofPairs(region, deviations);
      SpatialAutocorrelation.Sums fast = InverseDistances.sums(region, deviations);
      assertEquals(1, fast.weights() / pairs.weights(), 1e-12);
      assertEquals(pairs.products(), fast.products(), 1e-12 * pairs.squares());
      assertEquals(1, fast.squares() / pairs.squares(), 1e-12);
    }
  }

  @Test
  void bothFeaturesOfALargeRegionAreThoseOfTheirDefinition() {
    Random random = new Random(4);
    Region region =
        Regions.region(
            20,
            16,
            11,
            SPACING,
            (x, y, z) -> random.nextInt(8) > 2,
            (x, y, z) -> 1e-12 * (x + 3 * random.nextGaussian()));
    assertNull(SpatialAutocorrelation.fault(region, Long.MAX_VALUE));
    SpatialAutocorrelation found = SpatialAutocorrelation.of(region);
    double[] slow = byDefinition(region);
    assertEquals(1, found.moransI() / slow[0], 1e-9);
    assertEquals(1, found.gearysC() / slow[1], 1e-9);
  }

  @Test
  void bothFeaturesOfASmallRegionAreThoseOfTheirDefinition() {
    Random random = new Random(8);
    Region region =
        Regions.region(
            9, 7, 6, SPACING, (x, y, z) -> random.nextInt(3) > 0, (x, y, z) -> random.nextInt(9) * 1e-6);
    assertNull(SpatialAutocorrelation.fault(region, 0));
    SpatialAutocorrelation found = SpatialAutocorrelation.of(region);
    double[] slow = byDefinition(region);
    assertEquals(1, found.moransI() / slow[0], 1e-9);
    assertEquals(1, found.gearysC() / slow[1], 1e-9);
  }

  @Test
  void aTransformAboveTheSettingIsNotTried() {
    Region region = Regions.region(13, 13, 13, SPACING, (x, y, z) -> true, (x, y, z) -> x);
    // 2 * 11 - 1 = 21 becomes 24
    assertEquals(24 * 24 * 24, InverseDistances.points(region));
    assertEquals(Reason.REGION_TOO_LARGE, SpatialAutocorrelation.fault(region, 24 * 24 * 24 - 1));
    assertNull(SpatialAutocorrelation.fault(region, 24 * 24 * 24));
  }

  /** The sums of IBSI's formulas as they stand. */
  private static double[] byDefinition(Region region) {
    double[] g = region.intensities();
    int n = g.length;
    double[][] place = new double[n][];
    int next = 0;
    double mean = 0;
    for (int at = 0; at < region.inside().length; at++) {
      if (region.inside()[at] != 0) {
        mean += g[next] / n;
        place[next++] =
            new double[] {
              at % region.px() * SPACING[0],
              at / region.px() % region.py() * SPACING[1],
              at / region.px() / region.py() * SPACING[2]
            };
      }
    }
    double weights = 0;
    double products = 0;
    double differences = 0;
    double spread = 0;
    for (int i = 0; i < n; i++) {
      spread += (g[i] - mean) * (g[i] - mean);
      for (int j = 0; j < n; j++) {
        if (i != j) {
          double dx = place[i][0] - place[j][0];
          double dy = place[i][1] - place[j][1];
          double dz = place[i][2] - place[j][2];
          double w = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
          weights += w;
          products += w * (g[i] - mean) * (g[j] - mean);
          differences += w * (g[i] - g[j]) * (g[i] - g[j]);
        }
      }
    }
    return new double[] {n / weights * products / spread, (n - 1) / (2 * weights) * differences / spread};
  }

  @Test
  void transformsOfAllFactorsAreTheirSums() {
    Random random = new Random(2);
    for (int length : new int[] {1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 25, 27, 30, 60, 64}) {
      int columns = 3;
      FourierTransform transform = new FourierTransform(length, columns);
      double[] re = random.doubles(length * columns).toArray();
      double[] im = random.doubles(length * columns).toArray();
      System.arraycopy(re, 0, transform.re, 0, re.length);
      System.arraycopy(im, 0, transform.im, 0, im.length);
      transform.forward(columns);
      for (int k = 0; k < length * columns; k++) {
        double sumRe = 0;
        double sumIm = 0;
        for (int j = 0; j < length; j++) {
          double angle = -2 * Math.PI * j * (k / columns) / length;
          double r = re[j * columns + k % columns];
          double i = im[j * columns + k % columns];
          sumRe += r * Math.cos(angle) - i * Math.sin(angle);
          sumIm += r * Math.sin(angle) + i * Math.cos(angle);
        }
        assertEquals(sumRe, transform.re[k], 1e-12 * length);
        assertEquals(sumIm, transform.im[k], 1e-12 * length);
      }
      transform.backward(columns);
      for (int j = 0; j < length * columns; j++) {
        assertEquals(re[j], transform.re[j] / length, 1e-14 * length);
        assertEquals(im[j], transform.im[j] / length, 1e-14 * length);
      }
    }
  }

  @Test
  void lengthsAreProductsOfTwoThreeAndFive() {
    assertEquals(1, FourierTransform.fastLength(1));
    assertEquals(8, FourierTransform.fastLength(7));
    assertEquals(200, FourierTransform.fastLength(195));
    assertThrows(IllegalArgumentException.class, () -> new FourierTransform(14, 1));
  }
}
