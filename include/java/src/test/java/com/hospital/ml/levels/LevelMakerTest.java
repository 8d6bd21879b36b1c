package com.hospital.ml.levels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.region.Region;
import com.hospital.ml.settings.Discretisation;
import com.hospital.ml.testing.Regions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LevelMakerTest {

  @Test
  void equalBinsSpanMinimumToMaximumAndTheMaximumIsInTheLast() throws MeasureException {
    // four bins of width 2: [0, 2) [2, 4) [4, 6) [6, 8]
    assertLevels(Discretisation.fixedBinNumber(4), new int[] {1, 1, 2, 2, 3, 4, 4}, 0, 1.9, 2, 3.9, 4, 6, 8);
  }

  @Test
  void aFlatRegionIsAllMaximumSoItHasTheLastLevel() throws MeasureException {
    assertLevels(Discretisation.fixedBinNumber(32), new int[] {32, 32}, 7, 7);
  }

  @Test
  void anIntensityThatRoundsUpToTheMaximumStaysInTheLastBin() throws MeasureException {
    assertLevels(Discretisation.fixedBinNumber(3), new int[] {1, 3, 3}, 0, Math.nextDown(0.1), 0.1);
  }

  @Test
  void binsOfOneWidthCountFromTheOrigin() throws MeasureException {
    Discretisation bins = Discretisation.fixedBinSize(25, -1000);
    assertLevels(bins, new int[] {1, 1, 2, 41, 42}, -1000, -975.1, -975, 0, 25);
  }

  @Test
  void wholeNumbersMayBeLevelsThemselves() throws MeasureException {
    assertLevels(Discretisation.none(), new int[] {6, 1, 3}, 6, 1, 3);
  }

  @Test
  void whatHasNoLevelIsRefused() {
    assertRefused(Reason.NOT_LEVELS, Discretisation.none(), 1, 1.5);
    assertRefused(Reason.NOT_LEVELS, Discretisation.none(), 1, 0);
    assertRefused(Reason.NOT_LEVELS, Discretisation.fixedBinSize(25, 0), 1, -0.1);
  }

  @Test
  void moreLevelsThanAMatrixHasRowsAreRefused() throws MeasureException {
    assertLevels(Discretisation.fixedBinSize(1, 0), new int[] {1, 1024}, 0, 1023.9);
    assertRefused(Reason.TOO_MANY_LEVELS, Discretisation.fixedBinSize(1, 0), 0, 1024);
    assertRefused(Reason.TOO_MANY_LEVELS, Discretisation.none(), 1, 1e300);
  }

  @Test
  void aRangeThatOverflowsIsRefused() {
    assertRefused(Reason.NOT_FINITE, Discretisation.fixedBinNumber(32), -1e308, 1e308);
  }

  @Test
  void levelsStandWhereTheIntensityMaskIsAndZeroElsewhere() throws MeasureException {
    byte[] shape = {0, 1, 1, 1, 0};
    byte[] inside = {0, 1, 0, 1, 0};
    Region.Window window = new Region.Window(new double[0], 0, 0, 0, 0, 0, 0);
    Region region =
        new Region(5, 1, 1, new double[] {1, 1, 1}, shape, 3, inside, new double[] {4, 2}, window);
    Levels levels = LevelMaker.levels(region, Discretisation.none());
    assertArrayEquals(new short[] {0, 4, 0, 2, 0}, levels.values());
    assertArrayEquals(shape, levels.shape());
    assertEquals("4 2", levels.count() + " " + levels.voxels());
  }

  private static void assertLevels(Discretisation how, int[] expected, double... intensities)
      throws MeasureException {
    Levels levels = LevelMaker.levels(Regions.row(intensities), how);
    int[] found = new int[expected.length];
    for (int i = 0; i < found.length; i++) {
      found[i] = levels.values()[i];
    }
    assertArrayEquals(expected, found);
    assertEquals(Arrays.stream(expected).max().getAsInt(), levels.count());
  }

  private static void assertRefused(Reason reason, Discretisation how, double... intensities) {
    MeasureException e =
        assertThrows(MeasureException.class, () -> LevelMaker.levels(Regions.row(intensities), how));
    assertEquals(reason, e.reason());
  }
}
