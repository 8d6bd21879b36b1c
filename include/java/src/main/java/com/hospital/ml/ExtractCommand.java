package com.hospital.ml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * {@code java -jar nightscan-features.jar image.nii.gz mask.nii.gz [settings]} prints the features as JSON.
 */
public final class ExtractCommand {
  private static final int BAD_INPUT = 2;

  private ExtractCommand() {}

  /** Exits 0 with JSON on standard output, 2 with one line on standard error when a file cannot be read. */
  public static void main(String[] args) {
    if (args.length < 2 || args.length > 3) {
      fail("usage: java -jar nightscan-features.jar IMAGE MASK [SETTINGS], SETTINGS as {\"min_voxels\": 27}");
      return;
    }
    try {
      Settings settings = Settings.parse(args.length > 2 ? args[2] : null);
      Extraction extraction = new Extraction(settings, path -> Files.newInputStream(Path.of(path)));
      System.out.println(json(settings, extraction.measure(args[0], args[1])));
    } catch (IOException e) {
      fail("cannot read a file: " + e + "; check that both paths exist");
    } catch (IllegalArgumentException e) {
      fail(e.getMessage());
    }
  }

  static String json(Settings settings, FeatureValues values) {
    StringBuilder out = new StringBuilder();
    String reason = values.reason() == null ? "null" : "\"" + values.reason() + "\"";
    out.append(
        String.format(
            Locale.ROOT,
            "{%n  \"settings_hash\": \"%s\",%n  \"status\": \"%s\",%n  \"reason\": %s,%n  \"features\": {",
            settings.hash(), values.status(), reason));
    String comma = "";
    for (FeatureTable feature : FeatureTable.values()) {
      out.append(String.format("%s%n    \"%s\": %s", comma, feature.column(), values.get(feature)));
      comma = ",";
    }
    return out.append(String.format("%n  }%n}")).toString();
  }

  private static void fail(String message) {
    System.err.println("nightscan-features: " + message);
    System.exit(BAD_INPUT);
  }
}
