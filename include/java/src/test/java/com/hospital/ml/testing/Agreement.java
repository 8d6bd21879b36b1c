package com.hospital.ml.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.Feature;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.settings.Discretisation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares features with the consensus on the digital phantom, and with numbers that another tool gave. */
public final class Agreement {
  private Agreement() {}

  /**
   * Every feature of a class agrees with the consensus, and every row of the class is a feature.
   *
   * @param prefix beginning of the class's tags, for example {@code rlm_}
   * @param stems middles of the tags in the order of the class's features
   */
  public static void assertWithConsensus(
      Definition[] ofClass, String prefix, String[] stems, FeatureValues values)
      throws IOException {
    Map<String, Phantom.Consensus> consensus = Phantom.consensus();
    Set<String> unused = new TreeSet<>(consensus.keySet());
    unused.removeIf(tag -> !tag.startsWith(prefix));
    List<String> failures = new ArrayList<>();
    for (Feature feature : features(ofClass)) {
      String tag = prefix + stems[feature.definition().ordinal()] + "_" + suffix(feature.aggregation());
      Double value = values.get(feature);
      if (!unused.remove(tag) || !consensus.get(tag).agrees(value)) {
        failures.add(feature.column() + " = " + value + ", not " + consensus.get(tag));
      }
    }
    assertEquals(List.of(), failures);
    assertEquals(Set.of(), unused, "rows of the consensus without a feature");
  }

  /** All features of a class for one aggregation, in order, to twelve digits. */
  public static void assertValues(
      Definition[] ofClass, Aggregation aggregation, FeatureValues values, double... expected) {
    assertEquals(ofClass.length, expected.length);
    for (Definition definition : ofClass) {
      double value = expected[definition.ordinal()];
      double tolerance = 1e-12 * Math.abs(value);
      assertEquals(
          value, values.get(definition, aggregation), tolerance, definition + " " + aggregation);
    }
  }

  /** All features of a class for one aggregation are NULL for one reason. */
  public static void assertAllNull(
      Definition[] ofClass, Aggregation aggregation, FeatureValues values, Reason reason) {
    Map<String, String> reasons = values.nullReasons();
    for (Definition definition : ofClass) {
      assertEquals(reason.name(), reasons.get(new Feature(definition, aggregation).column()));
    }
  }

  /** Every feature of a class has a value in every aggregation, and none is NULL. */
  public static void assertComplete(Definition[] ofClass, FeatureValues values) {
    assertEquals(Map.of(), values.nullReasons());
    for (Feature feature : features(ofClass)) {
      assertNotNull(values.get(feature), feature.column());
    }
  }

  /** The aggregations of a class of which at least one feature has a value. */
  public static Set<Aggregation> measured(Definition[] ofClass, FeatureValues values) {
    Set<Aggregation> found = new TreeSet<>();
    for (Feature feature : features(ofClass)) {
      if (values.get(feature) != null) {
        found.add(feature.aggregation());
      }
    }
    return found;
  }

  /** Every feature of a class, in the order of the table. */
  public static List<Feature> features(Definition[] ofClass) {
    List<Feature> all = new ArrayList<>();
    for (Aggregation aggregation : ofClass[0].featureClass().aggregations()) {
      for (Definition definition : ofClass) {
        all.add(new Feature(definition, aggregation));
      }
    }
    return all;
  }

  /** Levels of a box with one more level than a matrix may have. */
  public static Levels tooManyLevels() {
    short[] values = new short[3 * 3 * 3];
    byte[] shape = new byte[values.length];
    values[13] = (short) (Discretisation.MOST_LEVELS + 1);
    shape[13] = 1;
    return LevelBoxes.levels(values, 3, 3, 3, shape);
  }

  private static String suffix(Aggregation aggregation) {
    String tag = aggregation.tag().replace("mrg", "comb");
    return tag.replace("25d", "2_5D").replace("2d", "2D").replace("3d", "3D");
  }

  /**
   * Fails unless every feature of {@code measures} and every consensus tag with the prefix has exactly one
   * partner in {@code byTag}, and all values agree.
   */
  public static void check(
      String prefix, Map<String, ? extends Definition> byTag, Definition[] measures, FeatureValues found)
      throws IOException {
    Map<String, Phantom.Consensus> consensus = Phantom.consensus();
    Set<String> tags = new HashSet<>(consensus.keySet());
    tags.removeIf(tag -> !tag.startsWith(prefix));
    assertEquals(tags, byTag.keySet());
    assertEquals(Set.of(measures), new HashSet<>(byTag.values()));
    assertEquals(measures.length, byTag.size());
    Map<String, String> wrong = new TreeMap<>();
    byTag.forEach(
        (tag, measure) -> {
          if (!consensus.get(tag).agrees(found.get(measure))) {
            wrong.put(tag, found.get(measure) + " is not " + consensus.get(tag));
          }
        });
    assertEquals(Map.of(), wrong);
  }
}
