package com.hospital.ml;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.Feature;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.intensity.FirstOrder;
import com.hospital.ml.intensity.IntensityHistogram;
import com.hospital.ml.intensity.IntensityVolumeHistogram;
import com.hospital.ml.intensity.LocalIntensity;
import com.hospital.ml.shape.Shape;
import com.hospital.ml.texture.Glcm;
import com.hospital.ml.texture.Gldzm;
import com.hospital.ml.texture.Glrlm;
import com.hospital.ml.texture.Glszm;
import com.hospital.ml.texture.Ngldm;
import com.hospital.ml.texture.Ngtdm;
import java.util.ArrayList;
import java.util.List;

/**
 * The one list of features, and what binds a class to the code that measures it. Its order is that of the
 * struct's fields; its names, codes and units feed the tables, the tests and the documentation. {@code java
 * -cp nightscan-features.jar com.hospital.ml.FeatureTable} prints it, tab separated.
 */
public final class FeatureTable {
  /** What a class measures of a region and writes to {@code out}. */
  interface Measurer {
    void measure(RegionData of, FeatureValues out);
  }

  /**
   * A class.
   *
   * @param definitions its features, in order: the constants of the enum {@code Measure} beside its code
   * @param measurer writes all of them, in each aggregation that is wanted and that the class has
   */
  record Entry(Definition[] definitions, Measurer measurer) {}

  private static final List<Feature> ALL = new ArrayList<>();

  static {
    for (FeatureClass one : FeatureClass.values()) {
      for (Aggregation aggregation : one.aggregations()) {
        for (Definition definition : of(one).definitions()) {
          ALL.add(new Feature(definition, aggregation));
        }
      }
    }
  }

  private FeatureTable() {}

  /** Every feature, in order. */
  public static List<Feature> all() {
    return List.copyOf(ALL);
  }

  /** The features of a class, and how they are measured. */
  static Entry of(FeatureClass one) {
    return switch (one) {
      case SHAPE ->
          new Entry(Shape.Measure.values(), (of, out) -> Shape.measure(of.region(), of.settings(), out));
      case LOCAL ->
          new Entry(LocalIntensity.Measure.values(), (of, out) -> LocalIntensity.measure(of.region(), out));
      case FIRSTORDER ->
          new Entry(FirstOrder.Measure.values(), (of, out) -> FirstOrder.measure(of.sorted(), out));
      case IH ->
          new Entry(
              IntensityHistogram.Measure.values(), (of, out) -> IntensityHistogram.measure(of.levels(), out));
      case IVH ->
          new Entry(
              IntensityVolumeHistogram.Measure.values(),
              (of, out) -> IntensityVolumeHistogram.measure(of.sorted(), of.settings(), out));
      case GLCM ->
          new Entry(Glcm.Measure.values(), (of, out) -> Glcm.measure(of.levels(), of.wanted(), out));
      case GLRLM ->
          new Entry(Glrlm.Measure.values(), (of, out) -> Glrlm.measure(of.levels(), of.wanted(), out));
      case GLSZM ->
          new Entry(Glszm.Measure.values(), (of, out) -> Glszm.measure(of.zones(), of.wanted(), out));
      case GLDZM ->
          new Entry(Gldzm.Measure.values(), (of, out) -> Gldzm.measure(of.zones(), of.wanted(), out));
      case NGTDM ->
          new Entry(Ngtdm.Measure.values(), (of, out) -> Ngtdm.measure(of.levels(), of.wanted(), out));
      case NGLDM ->
          new Entry(Ngldm.Measure.values(), (of, out) -> Ngldm.measure(of.levels(), of.wanted(), out));
    };
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
