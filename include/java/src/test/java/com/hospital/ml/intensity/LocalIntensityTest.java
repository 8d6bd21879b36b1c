package com.hospital.ml.intensity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.intensity.LocalIntensity.Measure;
import com.hospital.ml.region.Region;
import com.hospital.ml.testing.Agreement;
import com.hospital.ml.testing.Phantom;
import com.hospital.ml.testing.Regions;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LocalIntensityTest {

  @Test
  void allFeaturesOfTheDigitalPhantomAgreeWithTheConsensus() throws IOException {
    Map<String, Measure> byTag =
        Map.of("loc_peak_loc", Measure.LOCAL_PEAK, "loc_peak_glob", Measure.GLOBAL_PEAK);
    Agreement.check("loc_", byTag, Measure.values(), measured(Phantom.region()));
  }

  @Test
  void theSphereHoldsTheVoxelsWhoseCentreIsWithinItsRadius() {
    // 6.2 mm around the middle of a row 3 mm apart hold five of its voxels
    Region row =
        Regions.region(9, 3, 3, new double[] {3, 7, 7}, (x, y, z) -> x == 4, (x, y, z) -> 1 << x);
    Region two = withInside(row, (x, y, z) -> x == 4 || x == 6);
    FeatureValues out = measured(two);
    // around 6: 4 to 8; around 4: 2 to 6
    assertEquals((16 + 32 + 64 + 128 + 256) / 5.0, out.get(Measure.LOCAL_PEAK));
    assertEquals((16 + 32 + 64 + 128 + 256) / 5.0, out.get(Measure.GLOBAL_PEAK));
  }

  @Test
  void ofSeveralVoxelsOfLargestIntensityTheHighestPeakIsTaken() {
    double[] values = {0, 5, 1, 1, 9, 9, 2, 9, 0};
    Region row =
        Regions.region(
            9, 3, 3, new double[] {5, 7, 7}, (x, y, z) -> true, (x, y, z) -> values[x]);
    FeatureValues out = measured(withInside(row, (x, y, z) -> x != 6));
    // three voxels each: 1 + 9 + 9, 9 + 9 + 2, 2 + 9 + 0
    assertEquals(20 / 3.0, out.get(Measure.LOCAL_PEAK), 1e-15);
    Region flatTop = withInside(row, (x, y, z) -> x == 2 || x == 7);
    // around 2: 5 + 1 + 1; the largest intensity is 9 at 7: 2 + 9 + 0
    assertEquals(11 / 3.0, measured(flatTop).get(Measure.LOCAL_PEAK), 1e-15);
  }

  @Test
  void whatIsNotFiniteOutsideTheRegionDoesNotCount() {
    double[] values = {0, Double.NaN, 4, 8, Double.POSITIVE_INFINITY};
    Region row =
        Regions.region(
            5, 3, 3, new double[] {6, 7, 7}, (x, y, z) -> x == 2 || x == 3, (x, y, z) -> values[x]);
    FeatureValues out = measured(row);
    assertEquals(6, out.get(Measure.LOCAL_PEAK));
    assertEquals(6, out.get(Measure.GLOBAL_PEAK));
  }

  @Test
  void intensitiesThatCannotBeMeasuredMakeBothNull() {
    Region one = Regions.region(4, 3, 3, new double[] {6, 7, 7}, (x, y, z) -> x == 1, (x, y, z) -> 1);
    assertEquals(both("RESEGMENTED_AWAY"), measured(one).nullReasons());
    Region nan =
        Regions.region(4, 3, 3, new double[] {6, 7, 7}, (x, y, z) -> true, (x, y, z) -> 0.0 / (x - 1));
    assertEquals(both("NOT_FINITE"), measured(nan).nullReasons());
  }

  private static Map<String, String> both(String reason) {
    return Map.of("local_local_peak", reason, "local_global_peak", reason);
  }

  @Test
  void peaksAreThoseOfTheDirectSums() {
    Random random = new Random(6);
    double[][] spacings = {{1.2, 1.7, 3.3}, {4, 2.5, 1.1}, {7, 1, 9}, {0.9, 8, 2}};
    for (int round = 0; round < 24; round++) {
      double[] spacing = spacings[round % 4];
      Region region =
          Regions.region(
              9, 8, 7, spacing, (x, y, z) -> random.nextInt(3) == 0, (x, y, z) -> random.nextGaussian());
      Region moved = withWindow(region, random);
      double[] slow = slow(moved);
      FeatureValues out = measured(moved);
      assertEquals(slow[0], out.get(Measure.LOCAL_PEAK), 1e-12 * Math.abs(slow[0]));
      assertEquals(slow[1], out.get(Measure.GLOBAL_PEAK), 1e-12 * Math.abs(slow[1]));
    }
  }

  @Test
  void anOutlierInTheImageDoesNotDrownSpheresWithoutIt() {
    Region region =
        Regions.region(
            40, 3, 3, new double[] {2, 7, 7}, (x, y, z) -> x > 20, (x, y, z) -> x == 2 ? 1e30 : x / 3.0);
    double[] slow = slow(region);
    assertEquals(slow[1], measured(region).get(Measure.GLOBAL_PEAK), 1e-12 * slow[1]);
  }

  /** Puts the box somewhere into a larger or smaller image, with some voxels that are not finite. */
  private static Region withWindow(Region region, Random random) {
    int ox = random.nextInt(8) - 1;
    int oy = random.nextInt(8) - 1;
    int oz = random.nextInt(8) - 1;
    int wx = region.px() + ox - 1 + random.nextInt(9);
    int wy = region.py() + oy - 1 + random.nextInt(9);
    int wz = region.pz() + oz - 1 + random.nextInt(9);
    double[] image = new double[wx * wy * wz];
    for (int i = 0; i < image.length; i++) {
      image[i] = random.nextInt(40) == 0 ? Double.NaN : random.nextGaussian();
    }
    int next = 0;
    for (int at = 0; at < region.inside().length; at++) {
      if (region.inside()[at] != 0) {
        int x = at % region.px() + ox;
        int y = at / region.px() % region.py() + oy;
        int z = at / region.px() / region.py() + oz;
        image[(z * wy + y) * wx + x] = region.intensities()[next++];
      }
    }
    Region.Window window = new Region.Window(image, wx, wy, wz, ox, oy, oz);
    return new Region(
        region.px(), region.py(), region.pz(), region.spacing(), region.shape(), region.shapeVoxels(),
        region.inside(), region.intensities(), window);
  }

  private static Region withInside(Region region, Regions.Inside chosen) {
    byte[] inside = Regions.box(region.px(), region.py(), region.pz(), chosen);
    Region.Window w = region.window();
    return Regions.region(
        region.px(), region.py(), region.pz(), region.spacing(), inside, inside, (x, y, z) ->
            w.values()[(z * w.wy() + y) * w.wx() + x]);
  }

  /** Local and global peak by visiting the whole image around every voxel. */
  private static double[] slow(Region region) {
    Region.Window w = region.window();
    double highest = Arrays.stream(region.intensities()).max().orElseThrow();
    double[] peaks = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    int next = 0;
    for (int at = 0; at < region.inside().length; at++) {
      if (region.inside()[at] == 0) {
        continue;
      }
      double sum = 0;
      int count = 0;
      for (int i = 0; i < w.values().length; i++) {
        double dx = (i % w.wx() - at % region.px() - w.ox()) * region.spacing()[0];
        double dy = (i / w.wx() % w.wy() - at / region.px() % region.py() - w.oy()) * region.spacing()[1];
        double dz = (i / w.wx() / w.wy() - at / region.px() / region.py() - w.oz()) * region.spacing()[2];
        boolean isInside = 4 * Math.PI / 3 * Math.pow(Math.sqrt(dx * dx + dy * dy + dz * dz) / 10, 3) <= 1;
        if (isInside && Double.isFinite(w.values()[i])) {
          sum += w.values()[i];
          count++;
        }
      }
      peaks[1] = Math.max(peaks[1], sum / count);
      if (region.intensities()[next++] == highest) {
        peaks[0] = Math.max(peaks[0], sum / count);
      }
    }
    return peaks;
  }

  private static FeatureValues measured(Region region) {
    FeatureValues out = new FeatureValues();
    LocalIntensity.measure(region, out);
    return out;
  }
}
