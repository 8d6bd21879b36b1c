package com.hospital.ml.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hospital.ml.levels.Levels;
import com.hospital.ml.nifti.Box;
import com.hospital.ml.nifti.NiftiReader;
import com.hospital.ml.region.Region;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The IBSI-1 digital phantom and its consensus values, where NIGHTSCAN_SHARED_DATA names them. */
public final class Phantom {
  /** One row of the consensus table. */
  public record Consensus(String tag, String value, String tolerance) {
    /** Agreement as IBSI means it: after rounding to the digits published, within the tolerance. */
    boolean agrees(Double found) {
      if (found == null) {
        return false;
      }
      BigDecimal reference = new BigDecimal(value);
      // three digits are published: the last 0 of 1490 only fills its place
      int digits = Math.max(3, reference.stripTrailingZeros().precision());
      BigDecimal rounded = new BigDecimal(found).round(new MathContext(digits, RoundingMode.HALF_UP));
      return rounded.subtract(reference).abs().compareTo(new BigDecimal(tolerance)) <= 0;
    }
  }

  private Phantom() {}

  /** The folder; the calling test is skipped, with a printed reason, when no shared data is named. */
  public static Path folder() {
    String shared = System.getProperty("nightscan.shared.data", System.getenv("NIGHTSCAN_SHARED_DATA"));
    boolean named = shared != null && !shared.isEmpty();
    if (!named) {
      System.out.println("SKIPPED: NIGHTSCAN_SHARED_DATA names no folder, so there is no digital phantom");
    }
    assumeTrue(named, "NIGHTSCAN_SHARED_DATA is not set");
    Path folder = Path.of(shared, "ibsi1_digital_phantom");
    assertTrue(Files.isDirectory(folder), "NIGHTSCAN_SHARED_DATA is set, but there is no " + folder);
    return folder;
  }

  /** The consensus values by tag, for example {@code cm_contrast_3D_avg}. */
  public static Map<String, Consensus> consensus() throws IOException {
    Map<String, Consensus> rows = new HashMap<>();
    for (String line : Files.readAllLines(folder().resolve("consensus_values.csv"))) {
      String[] cells = line.strip().split(";");
      if (cells.length == 3 && !cells[2].equals("tag")) {
        rows.put(cells[2], new Consensus(cells[2], cells[0], cells[1]));
      }
    }
    return rows;
  }

  /** The phantom as a region; its intensities 1, 3, 4 and 6 are grey levels already. */
  public static Region region() throws IOException {
    double[] image = read("image.nii.gz");
    double[] mask = read("mask.nii.gz");
    int px = 7;
    int py = 6;
    int pz = 6;
    byte[] shape = new byte[px * py * pz];
    double[] found = new double[image.length];
    int n = 0;
    for (int i = 0; i < image.length; i++) {
      if (mask[i] > 0) {
        shape[((i / 20 + 1) * py + i / 5 % 4 + 1) * px + i % 5 + 1] = 1;
        found[n++] = image[i];
      }
    }
    Region.Window window = new Region.Window(image, 5, 4, 4, -1, -1, -1);
    return new Region(
        px, py, pz, new double[] {2, 2, 2}, shape, n, shape, Arrays.copyOf(found, n), window);
  }

  /** The phantom's grey levels, 1 to 6. */
  public static Levels levels() throws IOException {
    Region region = region();
    short[] values = new short[region.shape().length];
    int next = 0;
    for (int i = 0; i < values.length; i++) {
      if (region.shape()[i] != 0) {
        values[i] = (short) region.intensities()[next++];
      }
    }
    return new Levels(values, region.px(), region.py(), region.pz(), 6, next, region.shape());
  }

  private static double[] read(String name) throws IOException {
    Path file = folder().resolve(name);
    try (NiftiReader reader = new NiftiReader(name, Files.newInputStream(file))) {
      assertTrue(reader.grid().nx() == 5 && reader.grid().ny() == 4 && reader.grid().nz() == 4);
      return reader.readWindow(Box.of(reader.grid()));
    }
  }
}
