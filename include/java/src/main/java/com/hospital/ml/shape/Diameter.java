package com.hospital.ml.shape;

/** The largest distance between two vertices of the mesh: both are corners of its convex hull. */
final class Diameter {
  private Diameter() {}

  /** In mm; {@code corners} are points of {@link SurfacePoints} with all corners of the hull among them. */
  static double of(long[] corners, double[] spacing) {
    int n = corners.length;
    double[] x = new double[n];
    double[] y = new double[n];
    double[] z = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = SurfacePoints.coordinate(corners[i], 0) * spacing[0] / 2;
      y[i] = SurfacePoints.coordinate(corners[i], 1) * spacing[1] / 2;
      z[i] = SurfacePoints.coordinate(corners[i], 2) * spacing[2] / 2;
    }
    double largest = 0;
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        double dx = x[i] - x[j];
        double dy = y[i] - y[j];
        double dz = z[i] - z[j];
        largest = Math.max(largest, dx * dx + dy * dy + dz * dz);
      }
    }
    return Math.sqrt(largest);
  }
}
