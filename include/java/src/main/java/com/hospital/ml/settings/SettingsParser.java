package com.hospital.ml.settings;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.FeatureClass;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Settings from JSON. Every key may be left out; the keys:
 *
 * <ul>
 *   <li>{@code min_voxels}: whole number, 2 or more
 *   <li>{@code interpolation}: "none", "linear" or "cubic"; with {@code spacing_mm}: one number or [x, y, z]
 *   <li>{@code round_intensities}: true or false
 *   <li>{@code resegment_range}: [low, high], either may be null; {@code resegment_sigma}: number
 *   <li>{@code discretisation}, {@code ivh}: {"method": "fbn", "bins": 32}, {"method": "fbs", "width": 25,
 *       "origin": -1000} or {"method": "none"}
 *   <li>{@code classes}: tags of {@link FeatureClass}; {@code aggregations}: tags of {@link Aggregation}
 *   <li>{@code max_box_voxels}, {@code max_autocorrelation_points}: whole numbers
 * </ul>
 */
final class SettingsParser {
  /** IBSI uses 1000 steps; beyond, only a mistaken number can be meant. */
  private static final int MOST_HISTOGRAM_BINS = 1_000_000;

  private static final Set<String> KEYS =
      new TreeSet<>(
          Set.of(
              "min_voxels", "interpolation", "spacing_mm", "round_intensities", "resegment_range",
              "resegment_sigma", "discretisation", "ivh", "classes", "aggregations", "max_box_voxels",
              "max_autocorrelation_points"));

  private final JsonFields fields;
  private final Settings defaults = Settings.DEFAULT;

  private SettingsParser(JsonFields fields) {
    this.fields = fields;
  }

  /**
   * The settings of a JSON object.
   *
   * @throws IllegalArgumentException with key, reason and remedy
   */
  static Settings parse(String json) {
    return new SettingsParser(JsonFields.parse(json, KEYS)).settings();
  }

  static String tag(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private Settings settings() {
    Settings.Interpolation interpolation =
        fields.choice(
            "interpolation",
            List.of(Settings.Interpolation.values()),
            SettingsParser::tag,
            defaults.interpolation());
    Double[] range = range();
    Double sigma = fields.number("resegment_sigma", null);
    if (sigma != null && sigma <= 0) {
      throw fields.refused("resegment_sigma", "is not above 0", "IBSI uses 3; leave it out to keep outliers");
    }
    return new Settings(
        (int) fields.whole("min_voxels", 2, Integer.MAX_VALUE, defaults.minVoxels()),
        interpolation,
        spacing(interpolation),
        fields.flag("round_intensities", defaults.roundIntensities()),
        range[0],
        range[1],
        sigma,
        discretisation("discretisation", range[0], Discretisation.MOST_LEVELS, defaults.discretisation()),
        discretisation("ivh", range[0], MOST_HISTOGRAM_BINS, defaults.ivh()),
        tags("classes", List.of(FeatureClass.values()), FeatureClass::tag, defaults.classes()),
        tags(
            "aggregations",
            FeatureClass.GLCM.aggregations(),
            Aggregation::tag,
            defaults.aggregations()),
        fields.whole("max_box_voxels", 1, 1L << 30, defaults.maxBoxVoxels()),
        fields.whole("max_autocorrelation_points", 0, 1L << 30, defaults.maxAutocorrelationPoints()));
  }

  private List<Double> spacing(Settings.Interpolation interpolation) {
    boolean wanted = interpolation != Settings.Interpolation.NONE;
    if (fields.has("spacing_mm") != wanted) {
      throw wanted
          ? fields.refused("spacing_mm", "is missing", "interpolation needs one number or [x, y, z], mm")
          : fields.refused(
              "spacing_mm",
              "has no use without interpolation",
              "add \"interpolation\": \"linear\" or leave it out");
    }
    if (!wanted) {
      return List.of();
    }
    List<Double> given = fields.numbers("spacing_mm");
    List<Double> three = given.size() == 1 ? List.of(given.get(0), given.get(0), given.get(0)) : given;
    if (three.size() != 3 || three.stream().anyMatch(one -> one == null || one <= 0)) {
      throw fields.refused("spacing_mm", "is not one or three numbers above 0", "give mm along x, y, z");
    }
    return three;
  }

  private Double[] range() {
    if (!fields.has("resegment_range")) {
      return new Double[2];
    }
    List<Double> range = fields.numbers("resegment_range");
    boolean bounded = range.size() == 2 && (range.get(0) != null || range.get(1) != null);
    if (!bounded) {
      throw fields.refused(
          "resegment_range", "is not [low, high]", "give two numbers, null for one that has no bound");
    }
    if (range.get(0) != null && range.get(1) != null && !(range.get(0) < range.get(1))) {
      throw fields.refused("resegment_range", "has low not below high", "give the smaller number first");
    }
    return range.toArray(new Double[2]);
  }

  private Discretisation discretisation(String key, Double low, int mostBins, Discretisation otherwise) {
    if (!fields.has(key)) {
      return otherwise;
    }
    JsonFields inner = fields.object(key, Set.of("method", "bins", "width", "origin"));
    Discretisation.Method method =
        inner.choice("method", List.of(Discretisation.Method.values()), SettingsParser::tag, null);
    if (method == null) {
      throw inner.refused("method", "is missing", "give \"fbn\", \"fbs\" or \"none\"");
    }
    inner.allow(
        switch (method) {
          case FBN -> Set.of("method", "bins");
          case FBS -> Set.of("method", "width", "origin");
          case NONE -> Set.of("method");
        });
    return switch (method) {
      case FBN -> Discretisation.fixedBinNumber((int) inner.whole("bins", 2, mostBins, otherwise.bins()));
      case FBS -> Discretisation.fixedBinSize(width(inner), origin(inner, low));
      case NONE -> Discretisation.none();
    };
  }

  private static double width(JsonFields inner) {
    Double width = inner.number("width", null);
    if (width == null || width <= 0) {
      throw inner.refused("width", "is missing or not above 0", "give the width of a bin in intensity units");
    }
    return width;
  }

  /** IBSI 2.7: the lower bound of re-segmentation, or a number that is the same for all images. */
  private static double origin(JsonFields inner, Double low) {
    Double origin = inner.number("origin", low);
    if (origin == null) {
      throw inner.refused(
          "origin",
          "is missing",
          "give the lower edge of the first bin, or a low bound of resegment_range (a region's own minimum"
              + " would give regions different bins)");
    }
    if (low != null && !origin.equals(low)) {
      throw inner.refused(
          "origin", "is not the low bound of resegment_range", "leave it out, or give the same number twice");
    }
    return origin;
  }

  private <E extends Enum<E>> Set<E> tags(
      String key, List<E> known, Function<E, String> tag, Set<E> otherwise) {
    if (!fields.has(key)) {
      return otherwise;
    }
    Map<String, E> byTag = new java.util.LinkedHashMap<>();
    known.forEach(one -> byTag.put(tag.apply(one), one));
    Set<E> found = EnumSet.noneOf(known.get(0).getDeclaringClass());
    for (Object one : fields.list(key)) {
      E constant = one instanceof String ? byTag.get(one) : null;
      if (constant == null || !found.add(constant)) {
        String why = constant == null ? "names something unknown: " : "names something twice: ";
        throw fields.refused(key, why + one, "known are " + String.join(", ", byTag.keySet()));
      }
    }
    if (found.isEmpty()) {
      throw fields.refused(key, "is empty", "name at least one of " + String.join(", ", byTag.keySet()));
    }
    return found;
  }
}
