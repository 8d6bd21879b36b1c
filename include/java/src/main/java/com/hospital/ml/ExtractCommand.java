package com.hospital.ml;

import com.fasterxml.jackson.jr.ob.JSON;
import com.hospital.ml.feature.Feature;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.region.Region;
import com.hospital.ml.settings.Settings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code java -jar nightscan-features.jar IMAGE MASK [--settings FILE.json] [--repeat N]} prints the
 * features as JSON; {@code --table} prints {@link FeatureTable}.
 */
public final class ExtractCommand {
  private static final int BAD_INPUT = 2;
  private static final String USAGE =
      "usage: java -jar nightscan-features.jar IMAGE MASK [--settings FILE.json] [--repeat N] | --table";

  private final List<String> paths = new ArrayList<>();
  private String settingsFile;
  private int repeats;

  /** Exits 0 with JSON on standard output, or 2 with one line on standard error. */
  public static void main(String[] args) {
    try {
      if (args.length == 1 && args[0].equals("--table")) {
        FeatureTable.main(args);
      } else {
        System.out.println(new ExtractCommand(args).run());
      }
    } catch (NoSuchFileException e) {
      fail("there is no file " + e.getMessage() + "; check the path");
    } catch (IOException e) {
      fail("cannot read a file: " + e + "; check that it is whole and may be read");
    } catch (IllegalArgumentException e) {
      fail(e.getMessage());
    }
  }

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException when they are not understood
   */
  ExtractCommand(String... args) {
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--settings" -> settingsFile = valueOf(args, i++);
        case "--repeat" -> repeats = count(valueOf(args, i++));
        default -> addPath(args[i]);
      }
    }
    if (paths.size() != 2) {
      throw new IllegalArgumentException(paths.size() + " paths given, not an image and a mask; " + USAGE);
    }
  }

  /**
   * Measures, and returns the JSON.
   *
   * @throws IOException when a file cannot be read
   * @throws IllegalArgumentException when the settings are refused
   */
  String run() throws IOException {
    Settings settings = Settings.parse(settingsFile == null ? null : Files.readString(Path.of(settingsFile)));
    Extraction extraction = new Extraction(settings, path -> Files.newInputStream(Path.of(path)));
    Timed last = null;
    Map<String, List<Double>> times = new LinkedHashMap<>();
    for (int i = 0; i < Math.max(1, repeats); i++) {
      last = new Timed(extraction, paths.get(0), paths.get(1));
      last.times.forEach((name, ms) -> times.computeIfAbsent(name, key -> new ArrayList<>()).add(ms));
    }
    Map<String, Object> report = report(settings, last.values, last.voxels);
    if (repeats > 0) {
      report.putAll(times);
    }
    return json(report);
  }

  /** What is printed; {@code voxels} is null when there is no region. */
  static Map<String, Object> report(Settings settings, FeatureValues values, Integer voxels) {
    Map<String, Object> features = new LinkedHashMap<>();
    for (Feature feature : FeatureTable.all()) {
      if (settings.asksFor(feature)) {
        features.put(feature.column(), values.get(feature));
      }
    }
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("settings", settings.canonical());
    report.put("settings_hash", settings.hash());
    report.put("discretisation", settings.discretisation().tag());
    report.put("status", values.status());
    report.put("reason", values.reason() == null ? null : values.reason().name());
    report.put("null_reasons", values.nullReasons());
    report.put("voxels", voxels);
    report.put("features", features);
    return report;
  }

  static String json(Map<String, Object> report) throws IOException {
    return JSON.std
        .with(JSON.Feature.PRETTY_PRINT_OUTPUT)
        .with(JSON.Feature.WRITE_NULL_PROPERTIES)
        .asString(report);
  }

  /** One extraction and how long it took; milliseconds by name. */
  private static final class Timed {
    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private final Map<String, Double> times = new LinkedHashMap<>();
    private final FeatureValues values;
    private final Integer voxels;

    Timed(Extraction extraction, String image, String mask) throws IOException {
      long[] start = now();
      Region region = null;
      Reason none = null;
      try {
        region = extraction.region(image, mask);
      } catch (MeasureException e) {
        none = e.reason();
      }
      long[] processed = now();
      values = region == null ? FeatureValues.none(none) : extraction.measure(region);
      voxels = region == null ? null : region.shapeVoxels();
      long[] end = now();
      times.put("wall_ms", (end[0] - start[0]) / 1e6);
      times.put("cpu_ms", (end[1] - start[1]) / 1e6);
      times.put("measure_wall_ms", (end[0] - processed[0]) / 1e6);
      times.put("measure_cpu_ms", (end[1] - processed[1]) / 1e6);
    }

    /** Nanoseconds by the wall clock, and of this thread's processor time. */
    private static long[] now() {
      return new long[] {System.nanoTime(), CLOCK.getCurrentThreadCpuTime()};
    }
  }

  private void addPath(String argument) {
    if (argument.startsWith("--")) {
      throw new IllegalArgumentException("option " + argument + " is unknown; " + USAGE);
    }
    paths.add(argument);
  }

  private static String valueOf(String[] args, int option) {
    if (option + 1 >= args.length) {
      throw new IllegalArgumentException("option " + args[option] + " has no value; " + USAGE);
    }
    return args[option + 1];
  }

  private static int count(String text) {
    if (!text.matches("[1-9][0-9]{0,5}")) {
      throw new IllegalArgumentException("--repeat is " + text + "; give a whole number from 1 on");
    }
    return Integer.parseInt(text);
  }

  private static void fail(String message) {
    System.err.println("nightscan-features: " + message.replace('\n', ' '));
    System.exit(BAD_INPUT);
  }
}
