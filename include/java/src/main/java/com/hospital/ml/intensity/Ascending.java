package com.hospital.ml.intensity;

import java.util.Arrays;

/**
 * Sorts intensities. They are usually whole numbers or single precision, so most digits of their bits are
 * equal and a radix sort that passes over such digits needs two or three rounds.
 */
public final class Ascending {
  /** Bits of a digit: six of 11 hold the 64 of a double, and 2048 counts stay in a processor's cache. */
  private static final int DIGIT = 11;
  private static final int DIGITS = 6;
  private static final int MASK = (1 << DIGIT) - 1;

  /** Below, counting digits costs more than it saves. */
  private static final int SMALL = 2000;

  private Ascending() {}

  /** A sorted copy, in the order of {@link Double#compare}. */
  public static double[] sorted(double[] values) {
    double[] result = values.clone();
    if (values.length < SMALL) {
      Arrays.sort(result);
      return result;
    }
    long[] keys = new long[values.length];
    int[][] counts = new int[DIGITS][MASK + 1];
    for (int i = 0; i < keys.length; i++) {
      long bits = Double.doubleToLongBits(values[i]);
      // as unsigned numbers, the keys are in the order of the values
      long key = bits ^ (bits >> 63 | Long.MIN_VALUE);
      keys[i] = key;
      for (int digit = 0; digit < DIGITS; digit++) {
        counts[digit][(int) (key >>> digit * DIGIT) & MASK]++;
      }
    }
    keys = byDigits(keys, counts);
    for (int i = 0; i < keys.length; i++) {
      long bits = keys[i] ^ (~keys[i] >> 63 | Long.MIN_VALUE);
      result[i] = Double.longBitsToDouble(bits);
    }
    return result;
  }

  private static long[] byDigits(long[] keys, int[][] counts) {
    long[] from = keys;
    long[] into = new long[keys.length];
    for (int digit = 0; digit < DIGITS; digit++) {
      int shift = digit * DIGIT;
      int[] next = counts[digit];
      if (next[(int) (from[0] >>> shift) & MASK] == from.length) {
        continue;
      }
      int start = 0;
      for (int value = 0; value < next.length; value++) {
        int count = next[value];
        next[value] = start;
        start += count;
      }
      for (long key : from) {
        into[next[(int) (key >>> shift) & MASK]++] = key;
      }
      long[] swap = from;
      from = into;
      into = swap;
    }
    return from;
  }
}
