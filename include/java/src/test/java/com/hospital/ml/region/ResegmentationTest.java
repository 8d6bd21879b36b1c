package com.hospital.ml.region;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.hospital.ml.settings.Settings;
import com.hospital.ml.testing.Regions;
import org.junit.jupiter.api.Test;

class ResegmentationTest {

  @Test
  void bothBoundsOfTheRangeBelongToIt() {
    Region region = Regions.row(1, 2, 3, 4, 5);
    Region kept = Resegmentation.apply(region, settings("'resegment_range': [2, 4]"));
    assertArrayEquals(new double[] {2, 3, 4}, kept.intensities());
    assertArrayEquals(new byte[] {0, 1, 1, 1, 0}, kept.inside());
  }

  @Test
  void theMorphologicalMaskStays() {
    Region region = Regions.row(1, 2, 3);
    Region kept = Resegmentation.apply(region, settings("'resegment_range': [2, null]"));
    assertSame(region.shape(), kept.shape());
    assertEquals(3, kept.shapeVoxels());
    assertArrayEquals(new double[] {2, 3}, kept.intensities());
  }

  @Test
  void outliersAreFurtherFromTheMeanThanSigmaAllows() {
    // mean 3, variance (4 * 9 + 144) / 5 = 36
    Region region = Regions.row(0, 0, 0, 0, 15);
    Region kept = Resegmentation.apply(region, settings("'resegment_sigma': 1.9"));
    assertArrayEquals(new double[4], kept.intensities());
    assertSame(region, Resegmentation.apply(region, settings("'resegment_sigma': 2.1")));
  }

  @Test
  void meanAndDeviationAreThoseBeforeTheRangeIsApplied() {
    Region spread = Regions.row(0, 1, 2, 30, 100);
    // of all: mean 26.6, deviation 38.4; of those up to 50: mean 8.25, deviation 12.6, which would drop 30
    Settings settings = settings("'resegment_range': [null, 50], 'resegment_sigma': 1");
    Region both = Resegmentation.apply(spread, settings);
    assertArrayEquals(new double[] {0, 1, 2, 30}, both.intensities());
  }

  @Test
  void equalIntensitiesAreNoOutliersWhateverTheirMeanRoundsTo() {
    Region flat = Regions.row(0.1, 0.1, 0.1, 0.1, 0.1, 0.1);
    assertSame(flat, Resegmentation.apply(flat, settings("'resegment_sigma': 3")));
  }

  @Test
  void nothingIsRemovedFromARegionWithANumberThatIsNotFinite() {
    Region region = Regions.row(1, Double.NaN, 9);
    assertSame(region, Resegmentation.apply(region, settings("'resegment_range': [2, 4]")));
  }

  private static Settings settings(String text) {
    return Settings.parse(("{" + text + "}").replace('\'', '"'));
  }
}
