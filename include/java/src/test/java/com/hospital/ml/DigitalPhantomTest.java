package com.hospital.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The IBSI-1 digital phantom: every feature within the consensus' published tolerance. */
class DigitalPhantomTest {
  /** Our feature to the tag of the consensus table. */
  private static final Map<FeatureTable, String> TAGS = new HashMap<>();

  static {
    String[][] plain = {
      {"MEAN", "mean"}, {"VARIANCE", "var"}, {"SKEWNESS", "skew"}, {"KURTOSIS", "kurt"}, {"MEDIAN", "median"},
      {"MINIMUM", "min"}, {"P10", "p10"}, {"P90", "p90"}, {"MAXIMUM", "max"},
      {"IQR", "iqr"}, {"RANGE", "range"},
      {"MAD", "mad"}, {"RMAD", "rmad"}, {"MEDAD", "medad"}, {"COV", "cov"}, {"QCOD", "qcod"},
      {"ENERGY", "energy"}, {"RMS", "rms"}
    };
    for (String[] pair : plain) {
      TAGS.put(FeatureTable.valueOf("FIRSTORDER_" + pair[0]), "stat_" + pair[1]);
    }
    // the phantom has four intensities, so 32 bins part them as its own discretisation does
    TAGS.put(FeatureTable.FIRSTORDER_ENTROPY_FBN32, "ih_entropy");
    TAGS.put(FeatureTable.FIRSTORDER_UNIFORMITY_FBN32, "ih_uniformity");
    String[][] shape = {
      {"VOLUME_MESH", "volume"}, {"VOLUME_VOXEL", "vol_approx"}, {"SURFACE_AREA", "area_mesh"},
      {"SURFACE_VOLUME_RATIO", "av"}, {"COMPACTNESS_1", "comp_1"}, {"COMPACTNESS_2", "comp_2"},
      {"SPHERICAL_DISPROPORTION", "sph_dispr"}, {"SPHERICITY", "sphericity"}, {"ASPHERICITY", "asphericity"},
      {"CENTRE_OF_MASS_SHIFT", "com"}, {"MAX_DIAMETER_3D", "diam"}, {"MAJOR_AXIS_LENGTH", "pca_maj_axis"},
      {"MINOR_AXIS_LENGTH", "pca_min_axis"}, {"LEAST_AXIS_LENGTH", "pca_least_axis"},
      {"ELONGATION", "pca_elongation"}, {"FLATNESS", "pca_flatness"}
    };
    for (String[] pair : shape) {
      TAGS.put(FeatureTable.valueOf("SHAPE_" + pair[0]), "morph_" + pair[1]);
    }
  }

  @Test
  void everyFeatureIsWithinThePublishedTolerance() throws IOException {
    Path data = phantom();
    Map<String, String[]> consensus = consensus(data.resolve("consensus_values.csv"));
    Extraction extraction = new Extraction(Settings.DEFAULT, path -> Files.newInputStream(Path.of(path)));
    FeatureValues values =
        extraction.measure(data.resolve("image.nii.gz").toString(), data.resolve("mask.nii.gz").toString());
    StringBuilder failures = new StringBuilder();
    for (FeatureTable feature : FeatureTable.values()) {
      String tag = TAGS.get(feature);
      assertNotNull(tag, feature + " has no consensus tag");
      String[] row = consensus.get(tag);
      assertNotNull(row, tag + " is not in the consensus table");
      if (!agrees(values.get(feature), row[0], row[1])) {
        failures.append(
            String.format("%s %s: %s, not %s +- %s%n", feature, tag, values.get(feature), row[0], row[1]));
      }
    }
    assertEquals("", failures.toString());
    assertNoneLeft(values);
  }

  /** Agreement as IBSI means it: after rounding to the digits published, within the tolerance. */
  private static boolean agrees(double value, String published, String tolerance) {
    BigDecimal reference = new BigDecimal(published);
    int digits = Math.max(3, reference.precision());
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_UP));
    return rounded.subtract(reference).abs().compareTo(new BigDecimal(tolerance)) <= 0;
  }

  private static void assertNoneLeft(FeatureValues values) {
    assertEquals(null, values.reason());
    assertTrue(TAGS.size() == FeatureTable.values().length, "one tag a feature");
  }

  private static Path phantom() {
    String shared = System.getProperty("nightscan.shared.data", System.getenv("NIGHTSCAN_SHARED_DATA"));
    boolean named = shared != null && !shared.isEmpty();
    if (!named) {
      System.out.println("SKIPPED DigitalPhantomTest: NIGHTSCAN_SHARED_DATA names no folder");
    }
    assumeTrue(named, "NIGHTSCAN_SHARED_DATA is not set");
    Path folder = Path.of(shared, "ibsi1_digital_phantom");
    assertTrue(Files.isDirectory(folder), "NIGHTSCAN_SHARED_DATA is set, but there is no " + folder);
    return folder;
  }

  private static Map<String, String[]> consensus(Path csv) throws IOException {
    Map<String, String[]> rows = new HashMap<>();
    for (String line : Files.readAllLines(csv)) {
      String[] cells = line.strip().split(";");
      if (cells.length == 3) {
        rows.put(cells[2], cells);
      }
    }
    return rows;
  }
}
