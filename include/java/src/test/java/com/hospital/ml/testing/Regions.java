package com.hospital.ml.testing;

import com.hospital.ml.region.Region;
import java.util.Arrays;

/** Small regions made up by tests. */
public final class Regions {
  /** What lies where; voxels count from 1, the padded box's first inner one. */
  public interface Inside {
    boolean at(int x, int y, int z);
  }

  public interface Intensity {
    double at(int x, int y, int z);
  }

  private Regions() {}

  /** A padded box of px by py by pz, whose border stays empty. */
  public static byte[] box(int px, int py, int pz, Inside inside) {
    byte[] box = new byte[px * py * pz];
    for (int z = 1; z < pz - 1; z++) {
      for (int y = 1; y < py - 1; y++) {
        for (int x = 1; x < px - 1; x++) {
          box[(z * py + y) * px + x] = (byte) (inside.at(x, y, z) ? 1 : 0);
        }
      }
    }
    return box;
  }

  /** A region without re-segmentation, in an image that ends with the padded box. */
  public static Region region(int px, int py, int pz, double[] spacing, Inside inside, Intensity intensity) {
    byte[] shape = box(px, py, pz, inside);
    return region(px, py, pz, spacing, shape, shape, intensity);
  }

  public static Region region(
      int px, int py, int pz, double[] spacing, byte[] shape, byte[] inside, Intensity intensity) {
    double[] image = new double[px * py * pz];
    double[] found = new double[px * py * pz];
    int voxels = 0;
    int n = 0;
    for (int at = 0; at < image.length; at++) {
      image[at] = intensity.at(at % px, at / px % py, at / px / py);
      voxels += shape[at];
      if (inside[at] != 0) {
        found[n++] = image[at];
      }
    }
    Region.Window window = new Region.Window(image, px, py, pz, 0, 0, 0);
    return new Region(
        px, py, pz, spacing, shape, voxels, inside, Arrays.copyOf(found, n), window);
  }

  /** Voxels in a row; the border does not matter here. */
  public static Region row(double... intensities) {
    byte[] shape = new byte[intensities.length];
    Arrays.fill(shape, (byte) 1);
    Region.Window window = new Region.Window(intensities, shape.length, 1, 1, 0, 0, 0);
    double[] unit = {1, 1, 1};
    return new Region(shape.length, 1, 1, unit, shape, shape.length, shape, intensities, window);
  }
}
