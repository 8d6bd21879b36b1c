package com.hospital.ml.texture;

/**
 * The formulas of {@link SizeFeature} over one matrix. All means divide by the number of things n, which is
 * at least 1 in a matrix that is not empty.
 */
final class SizeFormulas {
  private static final double LOG_2 = Math.log(2);

  private final SizeCounts.Cells cells;
  private final double things;
  private final double[] values = new double[SizeFeature.values().length];

  private SizeFormulas(SizeCounts.Cells cells) {
    this.cells = cells;
    long sum = 0;
    for (int count : cells.counts()) {
      sum += count;
    }
    this.things = sum;
  }

  /** The features of a matrix that is not empty, in the order of {@link SizeFeature}. */
  static double[] of(SizeCounts counts) {
    SizeFormulas formulas = new SizeFormulas(counts.cells());
    formulas.emphases();
    formulas.levels();
    formulas.sizes();
    formulas.disorder();
    return formulas.values;
  }

  private void emphases() {
    double small = 0;
    double large = 0;
    double low = 0;
    double high = 0;
    double smallLow = 0;
    double smallHigh = 0;
    double largeLow = 0;
    double largeHigh = 0;
    for (int cell = 0; cell < cells.counts().length; cell++) {
      double n = cells.counts()[cell];
      double i2 = (double) cells.levels()[cell] * cells.levels()[cell];
      double j2 = (double) cells.sizes()[cell] * cells.sizes()[cell];
      small += n / j2;
      large += n * j2;
      low += n / i2;
      high += n * i2;
      smallLow += n / (i2 * j2);
      smallHigh += n * i2 / j2;
      largeLow += n * j2 / i2;
      largeHigh += n * i2 * j2;
    }
    put(SizeFeature.SMALL_EMPHASIS, small / things);
    put(SizeFeature.LARGE_EMPHASIS, large / things);
    put(SizeFeature.LOW_LEVEL_EMPHASIS, low / things);
    put(SizeFeature.HIGH_LEVEL_EMPHASIS, high / things);
    put(SizeFeature.SMALL_LOW_LEVEL_EMPHASIS, smallLow / things);
    put(SizeFeature.SMALL_HIGH_LEVEL_EMPHASIS, smallHigh / things);
    put(SizeFeature.LARGE_LOW_LEVEL_EMPHASIS, largeLow / things);
    put(SizeFeature.LARGE_HIGH_LEVEL_EMPHASIS, largeHigh / things);
  }

  private void levels() {
    int highest = 0;
    for (int level : cells.levels()) {
      highest = Math.max(highest, level);
    }
    long[] ofLevel = new long[highest + 1];
    for (int cell = 0; cell < cells.counts().length; cell++) {
      ofLevel[cells.levels()[cell]] += cells.counts()[cell];
    }
    double squares = 0;
    for (long n : ofLevel) {
      squares += (double) n * n;
    }
    put(SizeFeature.LEVEL_NON_UNIFORMITY, squares / things);
    put(SizeFeature.NORMALISED_LEVEL_NON_UNIFORMITY, squares / (things * things));
    put(SizeFeature.LEVEL_VARIANCE, variance(cells.levels()));
  }

  /** Cells come in order of size, so those of one size are neighbours. */
  private void sizes() {
    double squares = 0;
    long ofSize = 0;
    for (int cell = 0; cell < cells.counts().length; cell++) {
      if (cell > 0 && cells.sizes()[cell] != cells.sizes()[cell - 1]) {
        squares += (double) ofSize * ofSize;
        ofSize = 0;
      }
      ofSize += cells.counts()[cell];
    }
    squares += (double) ofSize * ofSize;
    put(SizeFeature.SIZE_NON_UNIFORMITY, squares / things);
    put(SizeFeature.NORMALISED_SIZE_NON_UNIFORMITY, squares / (things * things));
    put(SizeFeature.SIZE_VARIANCE, variance(cells.sizes()));
    put(SizeFeature.PERCENTAGE, things / cells.voxels());
  }

  private void disorder() {
    double entropy = 0;
    double energy = 0;
    for (int n : cells.counts()) {
      double p = n / things;
      entropy -= p * Math.log(p) / LOG_2;
      energy += p * p;
    }
    put(SizeFeature.ENTROPY, entropy);
    put(SizeFeature.ENERGY, energy);
  }

  /** In two passes: the difference of two large sums would lose digits. */
  private double variance(int[] of) {
    long sum = 0;
    for (int cell = 0; cell < of.length; cell++) {
      sum += (long) cells.counts()[cell] * of[cell];
    }
    double mean = sum / things;
    double squares = 0;
    for (int cell = 0; cell < of.length; cell++) {
      squares += cells.counts()[cell] * (of[cell] - mean) * (of[cell] - mean);
    }
    return squares / things;
  }

  private void put(SizeFeature feature, double value) {
    values[feature.ordinal()] = value;
  }
}
