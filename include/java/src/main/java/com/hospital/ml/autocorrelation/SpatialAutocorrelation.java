package com.hospital.ml.autocorrelation;

import com.hospital.ml.reason.Reason;
import com.hospital.ml.region.Region;

/**
 * Moran's I and Geary's C (IBSI 3.1) of all pairs of voxels of the intensity mask, weighted by 1 / distance.
 *
 * <p>With the weights w, the mask m and the deviations d from the mean, and with * for the convolution over
 * space, both follow from three sums over voxels: of (w * m), the sum of weights; of d (w * d); and of d^2 (w
 * * m), since the squared difference of two deviations is the sum of their squares minus twice their product.
 */
public record SpatialAutocorrelation(double moransI, double gearysC) {
  /** Up to so many voxels all pairs are visited, which then takes no longer than a transform. */
  static final int FEW = 1000;

  /**
   * Sums over all ordered pairs of different voxels.
   *
   * @param weights of the weights
   * @param products of weight times the product of the deviations
   * @param squares of weight times the square of the first's deviation
   */
  record Sums(double weights, double products, double squares) {}

  /**
   * Why neither can be measured of finite intensities, at least two; null when both can: {@link
   * Reason#FLAT_REGION} when all are equal, {@link Reason#REGION_TOO_LARGE} when there are more than {@link
   * #FEW} and their transform has more than {@code mostPoints} points.
   */
  public static Reason fault(Region region, long mostPoints) {
    if (isFlat(region.intensities())) {
      return Reason.FLAT_REGION;
    }
    return !isFew(region) && InverseDistances.points(region) > mostPoints ? Reason.REGION_TOO_LARGE : null;
  }

  /** Both of a region without {@link #fault}. */
  public static SpatialAutocorrelation of(Region region) {
    double[] deviations = deviations(region.intensities());
    Sums sums = isFew(region) ? ofPairs(region, deviations) : InverseDistances.sums(region, deviations);
    double n = deviations.length;
    double spread = 0;
    for (double d : deviations) {
      spread += d * d;
    }
    return new SpatialAutocorrelation(
        n / sums.weights * (sums.products / spread),
        (n - 1) / sums.weights * ((sums.squares - sums.products) / spread));
  }

  private static boolean isFew(Region region) {
    return region.intensities().length <= FEW;
  }

  /** From the mean, in units of the largest. */
  private static double[] deviations(double[] intensities) {
    double sum = 0;
    for (double value : intensities) {
      sum += value;
    }
    double mean = sum / intensities.length;
    double largest = 0;
    for (double value : intensities) {
      largest = Math.max(largest, Math.abs(value - mean));
    }
    double[] deviations = new double[intensities.length];
    for (int i = 0; i < deviations.length; i++) {
      deviations[i] = (intensities[i] - mean) / largest;
    }
    return deviations;
  }

  private static boolean isFlat(double[] intensities) {
    for (double value : intensities) {
      if (value != intensities[0]) {
        return false;
      }
    }
    return true;
  }

  /** By visiting all pairs. */
  static Sums ofPairs(Region region, double[] deviations) {
    int n = deviations.length;
    double[][] places = places(region, n);
    double weights = 0;
    double products = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double ofOthers = 0;
      double weighted = 0;
      for (int j = 0; j < n; j++) {
        double dx = places[0][i] - places[0][j];
        double dy = places[1][i] - places[1][j];
        double dz = places[2][i] - places[2][j];
        double w = i == j ? 0 : 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
        ofOthers += w;
        weighted += w * deviations[j];
      }
      weights += ofOthers;
      products += deviations[i] * weighted;
      squares += deviations[i] * deviations[i] * ofOthers;
    }
    return new Sums(weights, products, squares);
  }

  /** x, y and z of the voxels of the intensity mask, mm. */
  private static double[][] places(Region region, int n) {
    double[][] places = new double[3][n];
    int next = 0;
    for (int at = 0; at < region.inside().length; at++) {
      if (region.inside()[at] != 0) {
        places[0][next] = at % region.px() * region.spacing()[0];
        places[1][next] = at / region.px() % region.py() * region.spacing()[1];
        places[2][next++] = at / region.px() / region.py() * region.spacing()[2];
      }
    }
    return places;
  }
}
