package com.hospital.ml.shape;

/**
 * An ellipsoid with half axes a, b and c.
 *
 * @param a mm, the longest
 * @param b mm
 * @param c mm, the shortest
 */
record Ellipsoid(double a, double b, double c) {
  /** Where IBSI 3.1 (area density of the approximate enclosing ellipsoid) ends its series. */
  private static final int LAST_DEGREE = 20;

  /** The one whose covariance, if filled evenly, IBSI takes the variances (mm^2, descending) for. */
  static Ellipsoid ofVariances(double[] variances) {
    return new Ellipsoid(
        2 * Math.sqrt(variances[0]), 2 * Math.sqrt(variances[1]), 2 * Math.sqrt(variances[2]));
  }

  double volume() {
    return 4 * Math.PI / 3 * a * b * c;
  }

  /**
   * Area by the series of Legendre polynomials P: 4 pi a b times the sum of (alpha beta)^n P_n((alpha^2 +
   * beta^2) / (2 alpha beta)) / (1 - 4 n^2), with the eccentricities alpha^2 = 1 - b^2 / a^2 and beta^2 = 1 -
   * c^2 / a^2. The recurrence of the polynomials is taken with the power in it, so that nothing is divided by
   * an eccentricity, which may be 0.
   *
   * <p>These are the eccentricities of the IBSI manual, and its consensus is met with them alone. The series
   * gives the ellipsoid's true area with 1 - c^2 / a^2 and 1 - c^2 / b^2; with these it is that of a sphere
   * only, for half axes 3, 2 and 1 it is 8 % too large.
   */
  double area() {
    double alpha = (a - b) * (a + b) / (a * a);
    double beta = (a - c) * (a + c) / (a * a);
    double half = (alpha + beta) / 2;
    double squared = alpha * beta;
    double before = 1;
    double term = half;
    double sum = before - term / 3;
    for (int n = 2; n <= LAST_DEGREE; n++) {
      double following = ((2 * n - 1) * half * term - (n - 1) * squared * before) / n;
      before = term;
      term = following;
      sum += term / (1 - 4.0 * n * n);
    }
    return 4 * Math.PI * a * b * sum;
  }
}
