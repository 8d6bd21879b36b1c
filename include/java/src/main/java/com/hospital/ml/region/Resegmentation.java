package com.hospital.ml.region;

import com.hospital.ml.settings.Settings;

/**
 * Removes voxels from the intensity mask by their intensity (IBSI 2.5): outside the closed range
 * resegment_range (USB3), or further than resegment_sigma standard deviations from the mean (7ACA). Mean and
 * standard deviation (divided by N) are those of the morphological mask, and with both settings a voxel has
 * to lie in the intersection of the two ranges: so says the manual on combining methods, and so does mirp
 * 2.7. The morphological mask stays as it is.
 */
final class Resegmentation {
  private Resegmentation() {}

  /** {@code region} itself when nothing is removed, or when an intensity is not finite. */
  static Region apply(Region region, Settings settings) {
    double[] all = region.intensities();
    double least = settings.resegmentLow() == null ? Double.NEGATIVE_INFINITY : settings.resegmentLow();
    double most = settings.resegmentHigh() == null ? Double.POSITIVE_INFINITY : settings.resegmentHigh();
    if (settings.resegmentSigma() != null) {
      double mean = mean(all);
      double distance = settings.resegmentSigma() * deviation(all, mean);
      // of equal intensities none is an outlier, whatever the rounding of their mean
      if (distance > 0) {
        least = Math.max(least, mean - distance);
        most = Math.min(most, mean + distance);
      }
    }
    int kept = 0;
    for (double value : all) {
      if (!Double.isFinite(value)) {
        return region;
      }
      kept += value >= least && value <= most ? 1 : 0;
    }
    return kept == all.length ? region : reduced(region, least, most, kept);
  }

  private static Region reduced(Region region, double least, double most, int kept) {
    byte[] inside = new byte[region.shape().length];
    double[] intensities = new double[kept];
    int next = 0;
    int voxel = 0;
    for (int i = 0; i < inside.length; i++) {
      if (region.shape()[i] != 0) {
        double value = region.intensities()[voxel++];
        if (value >= least && value <= most) {
          inside[i] = 1;
          intensities[next++] = value;
        }
      }
    }
    return region.withIntensityMask(inside, intensities);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Zero, exactly, when all values are equal. */
  private static double deviation(double[] values, double mean) {
    double sum = 0;
    boolean equal = true;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
      equal &= value == values[0];
    }
    return equal ? 0 : Math.sqrt(sum / values.length);
  }
}
