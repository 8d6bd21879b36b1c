package com.hospital.ml.intensity;

import java.util.Arrays;

/**
 * Ascending values, each with the number of voxels that have it, and the statistics that intensities (IBSI
 * 3.3) and grey levels (IBSI 3.4) share.
 */
final class SortedSample {
  /** Values summed before their sum joins the total: equal values round alike, and their errors add up. */
  private static final int BLOCK = 256;

  /** What is summed of a difference. */
  private enum Term {
    PLAIN,
    ABSOLUTE,
    SQUARE,
    CUBE,
    FOURTH_POWER
  }

  private final double[] values;

  /** Voxels of each value; null when every entry of {@code values} is one voxel. */
  private final int[] counts;

  private final long size;
  private final double mean;

  private SortedSample(double[] values, int[] counts) {
    this.values = values;
    this.counts = counts;
    size = voxels(0, values.length);
    // the mean of equal values is that value, which the sum of many would miss by rounding
    mean = isFlat() ? values[0] : meanOf(0, values.length);
  }

  /** One voxel a value; the array is kept, ascending and not empty. */
  static SortedSample of(double[] ascending) {
    return new SortedSample(ascending, null);
  }

  /** The grey levels 1, 2, ... with {@code histogram[level]} voxels; levels without voxels are left out. */
  static SortedSample ofLevels(int[] histogram) {
    double[] values = new double[histogram.length];
    int[] counts = new int[histogram.length];
    int n = 0;
    for (int level = 1; level < histogram.length; level++) {
      if (histogram[level] > 0) {
        values[n] = level;
        counts[n++] = histogram[level];
      }
    }
    return new SortedSample(Arrays.copyOf(values, n), Arrays.copyOf(counts, n));
  }

  /** Number of voxels. */
  long size() {
    return size;
  }

  double least() {
    return values[0];
  }

  double most() {
    return values[values.length - 1];
  }

  boolean isFlat() {
    return least() == most();
  }

  double mean() {
    return mean;
  }

  /** Mean square of the deviations from the mean. */
  double variance() {
    return sum(Term.SQUARE, 0, values.length, mean) / size;
  }

  /** Mean cube of the deviations from the mean. */
  double thirdMoment() {
    return sum(Term.CUBE, 0, values.length, mean) / size;
  }

  /** Mean fourth power of the deviations from the mean. */
  double fourthMoment() {
    return sum(Term.FOURTH_POWER, 0, values.length, mean) / size;
  }

  double sumOfSquares() {
    return sum(Term.SQUARE, 0, values.length, 0);
  }

  /** Quantile {@code q} (0 to 1), linear between order statistics: that of (n - 1) q, counted from 0. */
  double quantile(double q) {
    double place = q * (size - 1);
    long below = (long) place;
    double low = ordered(below);
    if (below >= size - 1) {
      return low;
    }
    return low + (place - below) * (ordered(below + 1) - low);
  }

  /** Mean absolute deviation from {@code centre}. */
  double deviation(double centre) {
    return sum(Term.ABSOLUTE, 0, values.length, centre) / size;
  }

  /** Mean absolute deviation from their own mean of the values from {@code low} to {@code high}. */
  double deviationWithin(double low, double high) {
    int from = 0;
    int to = values.length;
    while (values[from] < low) {
      from++;
    }
    while (values[to - 1] > high) {
      to--;
    }
    // two far apart with the quantiles between them leave nothing
    return to > from ? sum(Term.ABSOLUTE, from, to, meanOf(from, to)) / voxels(from, to) : 0;
  }

  /** The value of the voxel that has {@code index} voxels before it. */
  private double ordered(long index) {
    if (counts == null) {
      return values[(int) index];
    }
    int i = 0;
    for (long left = index; left >= counts[i]; i++) {
      left -= counts[i];
    }
    return values[i];
  }

  private double meanOf(int from, int to) {
    return sum(Term.PLAIN, from, to, 0) / voxels(from, to);
  }

  private long voxels(int from, int to) {
    if (counts == null) {
      return to - from;
    }
    long voxels = 0;
    for (int i = from; i < to; i++) {
      voxels += counts[i];
    }
    return voxels;
  }

  /** Over the voxels of the values [from, to), of their differences to {@code centre}. */
  private double sum(Term term, int from, int to, double centre) {
    double total = 0;
    for (int start = from; start < to; start += BLOCK) {
      double ofBlock = 0;
      int end = Math.min(to, start + BLOCK);
      for (int i = start; i < end; i++) {
        double one = of(term, values[i] - centre);
        ofBlock += counts == null ? one : one * counts[i];
      }
      total += ofBlock;
    }
    return total;
  }

  private static double of(Term term, double d) {
    return switch (term) {
      case PLAIN -> d;
      case ABSOLUTE -> Math.abs(d);
      case SQUARE -> d * d;
      case CUBE -> d * d * d;
      case FOURTH_POWER -> d * d * (d * d);
    };
  }
}
