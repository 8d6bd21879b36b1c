package com.hospital.ml.settings;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Feature;
import com.hospital.ml.feature.FeatureClass;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a caller may choose, as a JSON object (see {@link SettingsParser} for its keys). Canonical text and
 * hash are stored beside the features, so that rows of different settings never pass for the same.
 *
 * @param minVoxels a region of fewer voxels gives NULL with {@code Reason.TOO_FEW_VOXELS}; at least 2
 * @param spacingMm spacing of the grid that image and mask are interpolated to, three numbers; empty without
 *     interpolation
 * @param roundIntensities whether intensities are rounded to whole numbers after interpolation
 * @param resegmentLow least intensity of the intensity mask; null: no bound
 * @param resegmentHigh largest intensity of the intensity mask; null: no bound
 * @param resegmentSigma standard deviations beyond which an intensity is an outlier; null: none is
 * @param discretisation of the classes of grey levels
 * @param ivh discretisation of the intensity-volume histogram; none: steps of 1
 * @param classes what is measured
 * @param aggregations how matrices are aggregated; those with directions, which name the others too
 * @param maxBoxVoxels most voxels of a box around a region; more gives {@code Reason.REGION_TOO_LARGE}
 * @param maxAutocorrelationPoints most points of the padded transform that Moran's I and Geary's C take
 */
public record Settings(
    int minVoxels,
    Interpolation interpolation,
    List<Double> spacingMm,
    boolean roundIntensities,
    Double resegmentLow,
    Double resegmentHigh,
    Double resegmentSigma,
    Discretisation discretisation,
    Discretisation ivh,
    Set<FeatureClass> classes,
    Set<Aggregation> aggregations,
    long maxBoxVoxels,
    long maxAutocorrelationPoints) {

  public enum Interpolation {
    NONE,
    /** Trilinear. */
    LINEAR,
    /** Cubic B-splines that pass through the voxels. */
    CUBIC
  }

  public static final Settings DEFAULT =
      new Settings(
          /* minVoxels= */ 2,
          Interpolation.NONE,
          /* spacingMm= */ List.of(),
          /* roundIntensities= */ false,
          /* resegmentLow= */ null,
          /* resegmentHigh= */ null,
          /* resegmentSigma= */ null,
          /* discretisation= */ Discretisation.fixedBinNumber(32),
          /* ivh= */ Discretisation.fixedBinNumber(1000),
          EnumSet.allOf(FeatureClass.class),
          EnumSet.of(Aggregation.VOLUME_AVERAGED),
          /* maxBoxVoxels= */ 1L << 23,
          /* maxAutocorrelationPoints= */ 1L << 23);

  /** Changes when a feature's definition changes, so the hash does too. */
  private static final int DEFINITIONS = 2;

  private static final int HASH_BYTES = 8;

  public Settings {
    spacingMm = List.copyOf(spacingMm);
    classes = Collections.unmodifiableSet(EnumSet.copyOf(classes));
    aggregations = Collections.unmodifiableSet(EnumSet.copyOf(aggregations));
  }

  /**
   * The settings of a JSON object; of null, the defaults.
   *
   * @throws IllegalArgumentException with key, reason and remedy
   */
  public static Settings parse(String json) {
    return json == null ? DEFAULT : SettingsParser.parse(json);
  }

  /** {@link #spacingMm} as an array, mm. */
  public double[] spacing() {
    return spacingMm.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Whether a feature is asked for, by its class and its aggregation. */
  public boolean asksFor(Feature feature) {
    return classes.contains(feature.featureClass()) && wanted().contains(feature.aggregation());
  }

  /**
   * Every aggregation that is measured where a class has it: {@link #aggregations}, what classes without
   * directions make of them, and none, for classes without matrices.
   */
  public Set<Aggregation> wanted() {
    Set<Aggregation> wanted = EnumSet.of(Aggregation.NONE);
    for (Aggregation one : aggregations) {
      wanted.add(one);
      wanted.add(one.withoutDirections());
    }
    return wanted;
  }

  /**
   * All settings with their defaults as JSON, keys and numbers in one spelling: equal texts and only those
   * mean equal settings. It can be parsed again.
   */
  public String canonical() {
    return "{\"aggregations\":" + tags(aggregations.stream().map(Aggregation::tag).toList())
        + ",\"classes\":" + tags(classes.stream().map(FeatureClass::tag).toList())
        + ",\"discretisation\":" + text(discretisation)
        + ",\"interpolation\":\"" + SettingsParser.tag(interpolation) + "\""
        + ",\"ivh\":" + text(ivh)
        + ",\"max_autocorrelation_points\":" + maxAutocorrelationPoints
        + ",\"max_box_voxels\":" + maxBoxVoxels
        + ",\"min_voxels\":" + minVoxels
        + ",\"resegment_range\":" + range()
        + ",\"resegment_sigma\":" + plain(resegmentSigma)
        + ",\"round_intensities\":" + roundIntensities
        + ",\"spacing_mm\":" + spacingText()
        + "}";
  }

  /**
   * First 16 hexadecimal digits of the SHA-256 of {@link #canonical} and the number of the features'
   * definitions.
   */
  public String hash() {
    String text = "{\"definitions\":" + DEFINITIONS + ",\"settings\":" + canonical() + "}";
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A number in its one spelling: 25 and 25.0 are 25; null is null. */
  static String plain(Double value) {
    if (value == null) {
      return "null";
    }
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? Long.toString(Math.round(value)) : Double.toString(value);
  }

  private static String text(Discretisation one) {
    return switch (one.method()) {
      case FBN -> "{\"bins\":" + one.bins() + ",\"method\":\"fbn\"}";
      case FBS -> "{\"method\":\"fbs\",\"origin\":" + plain(one.origin())
          + ",\"width\":" + plain(one.width()) + "}";
      case NONE -> "{\"method\":\"none\"}";
    };
  }

  private String range() {
    return resegmentLow == null && resegmentHigh == null
        ? "null"
        : "[" + plain(resegmentLow) + "," + plain(resegmentHigh) + "]";
  }

  private String spacingText() {
    return spacingMm.isEmpty()
        ? "null"
        : spacingMm.stream().map(Settings::plain).collect(Collectors.joining(",", "[", "]"));
  }

  private static String tags(List<String> tags) {
    return tags.stream().map(tag -> "\"" + tag + "\"").collect(Collectors.joining(",", "[", "]"));
  }
}
