package com.hospital.ml.texture;

import static com.hospital.ml.texture.Glcm.Measure.*;

import java.util.Arrays;

/**
 * The features of a symmetric co-occurrence matrix. The matrix is read once, into its marginal distribution
 * and those of the sum and the difference of two levels; as it is symmetric, these give every feature but
 * joint maximum, joint entropy and angular second moment. Kept from matrix to matrix for its arrays.
 */
final class CooccurrenceFeatures {
  private static final double LOG_2 = Math.log(2);

  private final int levels;
  private final long[] marginal;
  private final long[] differences;
  private final long[] sums;
  private double total;
  private double[] values;

  /** For matrices of {@code levels} rows (N_g). */
  CooccurrenceFeatures(int levels) {
    this.levels = levels;
    marginal = new long[levels + 1];
    differences = new long[levels];
    sums = new long[2 * levels + 1];
  }

  /** The features in the order of {@link Glcm.Measure}, NaN where undefined; null of an empty matrix. */
  double[] of(CooccurrenceMatrix matrix) {
    total = 2.0 * matrix.pairs();
    if (total == 0) {
      return null;
    }
    values = new double[Glcm.Measure.values().length];
    Arrays.fill(marginal, 0);
    Arrays.fill(differences, 0);
    Arrays.fill(sums, 0);
    read(matrix);
    ofDifferences();
    ofSums();
    ofMarginal();
    return values;
  }

  private void read(CooccurrenceMatrix matrix) {
    long largest = 0;
    double squares = 0;
    double entropy = 0;
    for (int i = 1; i <= levels; i++) {
      for (int j = i; j <= levels; j++) {
        long count = matrix.symmetric(i, j);
        if (count == 0) {
          continue;
        }
        int elements = i == j ? 1 : 2;
        marginal[i] += count;
        if (i != j) {
          marginal[j] += count;
        }
        differences[j - i] += elements * count;
        sums[i + j] += elements * count;
        largest = Math.max(largest, count);
        double p = count / total;
        squares += elements * p * p;
        entropy -= elements * p * Math.log(p);
      }
    }
    set(JOINT_MAXIMUM, largest / total);
    set(ANGULAR_SECOND_MOMENT, squares);
    set(JOINT_ENTROPY, entropy / LOG_2);
  }

  private void ofDifferences() {
    double mean = mean(differences);
    double squares = 0;
    double inverse = 0;
    double normalised = 0;
    double inverseMoment = 0;
    double normalisedMoment = 0;
    double inverseVariance = 0;
    for (int k = 0; k < differences.length; k++) {
      double p = differences[k] / total;
      double relative = (double) k / levels;
      squares += (double) k * k * p;
      inverse += p / (1 + k);
      normalised += p / (1 + relative);
      inverseMoment += p / (1 + (double) k * k);
      normalisedMoment += p / (1 + relative * relative);
      if (k > 0) {
        inverseVariance += p / ((double) k * k);
      }
    }
    set(DIFFERENCE_AVERAGE, mean);
    set(DIFFERENCE_VARIANCE, moment(differences, mean, 2));
    set(DIFFERENCE_ENTROPY, entropy(differences));
    set(CONTRAST, squares);
    set(DISSIMILARITY, mean);
    set(INVERSE_DIFFERENCE, inverse);
    set(NORMALISED_INVERSE_DIFFERENCE, normalised);
    set(INVERSE_DIFFERENCE_MOMENT, inverseMoment);
    set(NORMALISED_INVERSE_DIFFERENCE_MOMENT, normalisedMoment);
    set(INVERSE_VARIANCE, inverseVariance);
  }

  private void ofSums() {
    double mean = mean(sums);
    double tendency = moment(sums, mean, 2);
    set(SUM_AVERAGE, mean);
    set(SUM_VARIANCE, tendency);
    set(SUM_ENTROPY, entropy(sums));
    set(CLUSTER_TENDENCY, tendency);
    set(CLUSTER_SHADE, moment(sums, mean, 3));
    set(CLUSTER_PROMINENCE, moment(sums, mean, 4));
    // 4ij = (i + j)^2 - (i - j)^2
    set(AUTOCORRELATION, (tendency + mean * mean - values[CONTRAST.ordinal()]) / 4);
  }

  private void ofMarginal() {
    double mean = mean(marginal);
    double variance = moment(marginal, mean, 2);
    set(JOINT_AVERAGE, mean);
    set(JOINT_VARIANCE, variance);
    double entropy = entropy(marginal);
    double joint = values[JOINT_ENTROPY.ordinal()];
    // HXY1 and HXY2 are both the entropy of two independent levels: twice that of one
    double information = Math.max(0, 2 * entropy - joint);
    set(SECOND_MEASURE_OF_INFORMATION_CORRELATION, Math.sqrt(1 - Math.exp(-2 * information)));
    // 4(i - mean)(j - mean) = (i + j - 2 mean)^2 - (i - j)^2
    // of one level, variance and entropy are exactly 0, as are covariance and information: NaN
    double covariance = (values[CLUSTER_TENDENCY.ordinal()] - values[CONTRAST.ordinal()]) / 4;
    set(CORRELATION, covariance / variance);
    set(FIRST_MEASURE_OF_INFORMATION_CORRELATION, 0 - information / entropy);
  }

  private double mean(long[] distribution) {
    double sum = 0;
    for (int k = 0; k < distribution.length; k++) {
      sum += (double) k * distribution[k];
    }
    return sum / total;
  }

  private double moment(long[] distribution, double mean, int power) {
    double sum = 0;
    for (int k = 0; k < distribution.length; k++) {
      double deviation = k - mean;
      double product = deviation * deviation;
      for (int i = 2; i < power; i++) {
        product *= deviation;
      }
      sum += product * distribution[k];
    }
    return sum / total;
  }

  /** In bits. */
  private double entropy(long[] distribution) {
    double sum = 0;
    for (long count : distribution) {
      if (count != 0) {
        double p = count / total;
        sum -= p * Math.log(p);
      }
    }
    return sum / LOG_2;
  }

  private void set(Glcm.Measure measure, double value) {
    values[measure.ordinal()] = value;
  }
}
