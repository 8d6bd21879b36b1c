package com.hospital.ml;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The one list of features. Its order is that of the struct's fields; its names, codes and units feed the
 * tables, the tests and the documentation. {@code java -cp nightscan-features.jar
 * com.hospital.ml.FeatureTable} prints it, tab separated.
 */
public final class FeatureTable {
  private static final List<Feature> ALL = new ArrayList<>();
  private static final Map<FeatureClass, Map<Aggregation, Integer>> FIRST = new EnumMap<>(FeatureClass.class);

  static {
    for (FeatureClass one : FeatureClass.values()) {
      Map<Aggregation, Integer> first = new EnumMap<>(Aggregation.class);
      for (Aggregation aggregation : one.aggregations()) {
        first.put(aggregation, ALL.size());
        for (Definition definition : one.measures()) {
          ALL.add(new Feature(ALL.size(), definition, aggregation));
        }
      }
      FIRST.put(one, first);
    }
  }

  private FeatureTable() {}

  /** Every feature, in order. */
  static List<Feature> all() {
    return List.copyOf(ALL);
  }

  /** Number of features. */
  static int size() {
    return ALL.size();
  }

  /** Throws {@link NullPointerException} when the class of {@code definition} is not aggregated so. */
  static Feature of(Definition definition, Aggregation aggregation) {
    return ALL.get(FIRST.get(definition.featureClass()).get(aggregation) + definition.ordinal());
  }

  static Feature of(Definition definition) {
    return of(definition, Aggregation.NONE);
  }

  /** Prints the table: column, class, aggregation, IBSI codes, unit, definition; a header line first. */
  public static void main(String[] args) {
    System.out.println("column\tclass\taggregation\tibsi_code\tibsi_aggregation\tsection\tunit\tdefinition");
    for (Feature f : ALL) {
      System.out.println(
          String.join(
              "\t",
              f.column(),
              f.featureClass().tag(),
              f.aggregation().tag(),
              f.definition().facts().ibsiCode(),
              f.aggregation().ibsiCode(),
              f.featureClass().section(),
              f.definition().facts().unit().symbol(),
              f.definition().facts().meaning()));
    }
  }
}
