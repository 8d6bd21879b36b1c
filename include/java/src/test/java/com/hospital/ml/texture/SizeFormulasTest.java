package com.hospital.ml.texture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SizeFormulasTest {
  /** One thing of level 1 and size 2, two of level 3 and size 4, in ten voxels. */
  private static SizeCounts three(int tabled) {
    SizeCounts counts = new SizeCounts(3, tabled);
    counts.add(3, 4);
    counts.add(1, 2);
    counts.add(3, 4);
    counts.addVoxels(10);
    return counts;
  }

  @Test
  void threeThingsGiveTheNumbersWorkedOutByHand() {
    double[] expected = {
      (1 / 4.0 + 2 / 16.0) / 3,
      (4 + 2 * 16) / 3.0,
      (1 + 2 / 9.0) / 3,
      (1 + 2 * 9) / 3.0,
      (1 / 4.0 + 2 / (9 * 16.0)) / 3,
      (1 / 4.0 + 2 * 9 / 16.0) / 3,
      (4 + 2 * 16 / 9.0) / 3,
      (4 + 2 * 9 * 16) / 3.0,
      (1 + 4) / 3.0,
      (1 + 4) / 9.0,
      (1 + 4) / 3.0,
      (1 + 4) / 9.0,
      3 / 10.0,
      8 / 9.0,
      8 / 9.0,
      Math.log(3) / Math.log(2) - 2 / 3.0,
      5 / 9.0
    };
    assertArrayEquals(expected, SizeFormulas.of(three(9)), 1e-14);
  }

  @Test
  void sizesBeyondTheTableCountAsThoseWithin() {
    SizeCounts table = three(9);
    for (int tabled = 1; tabled < 4; tabled++) {
      SizeCounts list = three(tabled);
      assertArrayEquals(SizeFormulas.of(table), SizeFormulas.of(list));
    }
  }

  @Test
  void manySizesBeyondTheTableAreKept() {
    SizeCounts counts = new SizeCounts(1, 1);
    for (int size = 100; size > 1; size--) {
      counts.add(1, size);
      counts.add(1, size);
    }
    SizeCounts.Cells cells = counts.cells();
    for (int size = 2; size <= 100; size++) {
      assertEquals(size, cells.sizes()[size - 2]);
      assertEquals(2, cells.counts()[size - 2]);
      assertEquals(1, cells.levels()[size - 2]);
    }
    assertEquals(99, cells.counts().length);
  }

  @Test
  void sizesOfOneLevelArePooledAcrossLevels() {
    SizeCounts counts = new SizeCounts(2, 1);
    counts.add(1, 7);
    counts.add(2, 7);
    counts.add(2, 1);
    counts.addVoxels(15);
    double[] values = SizeFormulas.of(counts);
    assertEquals((4 + 1) / 3.0, values[SizeFeature.SIZE_NON_UNIFORMITY.ordinal()], 1e-15);
    assertEquals((1 + 4) / 3.0, values[SizeFeature.LEVEL_NON_UNIFORMITY.ordinal()], 1e-15);
  }

  @Test
  void matricesAddUpWhateverTheirLargestSize() {
    for (int tabled : new int[] {1, 3, 9}) {
      SizeCounts small = new SizeCounts(3, tabled);
      small.add(1, 2);
      small.addVoxels(2);
      SizeCounts large = new SizeCounts(3, tabled);
      large.add(3, 4);
      large.add(3, 4);
      large.addVoxels(8);
      small.addAll(large);
      assertArrayEquals(SizeFormulas.of(three(tabled)), SizeFormulas.of(small));
      SizeCounts other = new SizeCounts(3, tabled);
      other.addAll(three(tabled));
      assertArrayEquals(SizeFormulas.of(three(tabled)), SizeFormulas.of(other));
    }
  }

  @Test
  void aClearedMatrixStartsAnew() {
    for (int tabled : new int[] {1, 9}) {
      SizeCounts counts = new SizeCounts(3, tabled);
      counts.add(2, 1);
      counts.add(2, 8);
      counts.addVoxels(9);
      counts.clear();
      counts.addAll(three(tabled));
      assertArrayEquals(SizeFormulas.of(three(tabled)), SizeFormulas.of(counts));
    }
  }

  @Test
  void oneThingHasNeitherEntropyNorVariance() {
    SizeCounts counts = new SizeCounts(7, 3);
    counts.add(7, 9_999_999);
    counts.addVoxels(9_999_999);
    double[] values = SizeFormulas.of(counts);
    assertEquals(0.0, values[SizeFeature.ENTROPY.ordinal()]);
    assertEquals(0.0, values[SizeFeature.SIZE_VARIANCE.ordinal()]);
    assertEquals(0.0, values[SizeFeature.LEVEL_VARIANCE.ordinal()]);
    assertEquals(1.0, values[SizeFeature.ENERGY.ordinal()]);
  }

  @Test
  void aVarianceThatIsSmallBesideItsMeanKeepsItsDigits() {
    SizeCounts counts = new SizeCounts(1, 3);
    counts.add(1, 9_000_000);
    counts.add(1, 9_000_001);
    counts.addVoxels(18_000_001);
    assertEquals(0.25, SizeFormulas.of(counts)[SizeFeature.SIZE_VARIANCE.ordinal()], 1e-15);
  }
}
