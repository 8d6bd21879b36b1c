package com.hospital.ml;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The one list of features. Its order is that of the struct's fields and of the columns of
 * {@code image_features}; its names, codes and units feed the SQL tests and the documentation.
 * {@code java -cp nightscan-features.jar com.hospital.ml.FeatureTable} prints it, tab separated.
 */
public enum FeatureTable {
  FIRSTORDER_MEAN("Q4LE", Unit.INTENSITY, "mean intensity"),
  FIRSTORDER_VARIANCE("ECT3", Unit.INTENSITY_SQUARED, "variance, divided by N"),
  FIRSTORDER_SKEWNESS("KE2A", Unit.NONE, "skewness; NULL when flat"),
  FIRSTORDER_KURTOSIS("IPH6", Unit.NONE, "kurtosis minus 3 (excess); NULL when flat"),
  FIRSTORDER_MEDIAN("Y12H", Unit.INTENSITY, "median"),
  FIRSTORDER_MINIMUM("1GSF", Unit.INTENSITY, "minimum"),
  FIRSTORDER_P10("QG58", Unit.INTENSITY, "10th percentile, linear between order statistics"),
  FIRSTORDER_P90("8DWT", Unit.INTENSITY, "90th percentile, linear between order statistics"),
  FIRSTORDER_MAXIMUM("84IY", Unit.INTENSITY, "maximum"),
  FIRSTORDER_IQR("SALO", Unit.INTENSITY, "75th minus 25th percentile"),
  FIRSTORDER_RANGE("2OJQ", Unit.INTENSITY, "maximum minus minimum"),
  FIRSTORDER_MAD("4FUA", Unit.INTENSITY, "mean absolute deviation from the mean"),
  FIRSTORDER_RMAD("1128", Unit.INTENSITY, "the same, of intensities from the 10th to the 90th percentile"),
  FIRSTORDER_MEDAD("N72L", Unit.INTENSITY, "mean absolute deviation from the median"),
  FIRSTORDER_COV("7TET", Unit.NONE, "standard deviation over mean; NULL when the mean is 0"),
  FIRSTORDER_QCOD("9S40", Unit.NONE, "(p75 - p25) / (p75 + p25); NULL when the sum is 0"),
  FIRSTORDER_ENERGY("N8CA", Unit.INTENSITY_SQUARED, "sum of squares"),
  FIRSTORDER_RMS("5ZWQ", Unit.INTENSITY, "root mean square"),
  FIRSTORDER_ENTROPY_FBN32("TLU2", Unit.BIT, "entropy of 32 equal bins from minimum to maximum"),
  FIRSTORDER_UNIFORMITY_FBN32("BJ5W", Unit.NONE, "sum of squared probabilities of those bins"),
  SHAPE_VOLUME_MESH("RNU0", Unit.MM3, "volume inside the marching-cubes mesh at level 0.5"),
  SHAPE_VOLUME_VOXEL("YEKZ", Unit.MM3, "number of voxels times the volume of one"),
  SHAPE_SURFACE_AREA("C0JK", Unit.MM2, "area of the mesh"),
  SHAPE_SURFACE_VOLUME_RATIO("2PR5", Unit.PER_MM, "area over volume of the mesh"),
  SHAPE_COMPACTNESS_1("SKGS", Unit.NONE, "V / (pi^1/2 A^3/2)"),
  SHAPE_COMPACTNESS_2("BQWJ", Unit.NONE, "36 pi V^2 / A^3"),
  SHAPE_SPHERICAL_DISPROPORTION("KRCK", Unit.NONE, "A / (36 pi V^2)^1/3"),
  SHAPE_SPHERICITY("QCFX", Unit.NONE, "(36 pi V^2)^1/3 / A"),
  SHAPE_ASPHERICITY("25C7", Unit.NONE, "(A^3 / (36 pi V^2))^1/3 - 1"),
  SHAPE_CENTRE_OF_MASS_SHIFT("KLMA", Unit.MM, "from the centre of the voxels to their weighted centre"),
  SHAPE_MAX_DIAMETER_3D("L0JK", Unit.MM, "largest distance between two vertices of the mesh"),
  SHAPE_MAJOR_AXIS_LENGTH("TDIC", Unit.MM, "4 sqrt(largest eigenvalue of the covariance of voxels, N - 1)"),
  SHAPE_MINOR_AXIS_LENGTH("P9VJ", Unit.MM, "4 sqrt(second eigenvalue)"),
  SHAPE_LEAST_AXIS_LENGTH("7J51", Unit.MM, "4 sqrt(smallest eigenvalue)"),
  SHAPE_ELONGATION("Q3CK", Unit.NONE, "sqrt(second over largest eigenvalue)"),
  SHAPE_FLATNESS("N17B", Unit.NONE, "sqrt(smallest over largest eigenvalue)");

  /**
   * Units; {@code INTENSITY} is the image's own (HU, SUV, ...), the column {@code units} of {@code
   * mri_scans}.
   */
  enum Unit {
    NONE("1"),
    INTENSITY("intensity"),
    INTENSITY_SQUARED("intensity^2"),
    BIT("bit"),
    MM("mm"),
    MM2("mm^2"),
    MM3("mm^3"),
    PER_MM("1/mm");

    private final String symbol;

    Unit(String symbol) {
      this.symbol = symbol;
    }
  }

  private final String ibsiCode;
  private final Unit unit;
  private final String definition;

  FeatureTable(String ibsiCode, Unit unit, String definition) {
    this.ibsiCode = ibsiCode;
    this.unit = unit;
    this.definition = definition;
  }

  /** The name of the column and of the struct's field. */
  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@code firstorder} or {@code shape}: the part of the name before the first underscore. */
  public String featureClass() {
    return column().substring(0, column().indexOf('_'));
  }

  /** The four-letter code of the IBSI reference manual. */
  public String ibsiCode() {
    return ibsiCode;
  }

  public String unit() {
    return unit.symbol;
  }

  public String definition() {
    return definition;
  }

  /** The features of one class, in order. */
  static List<FeatureTable> ofClass(String featureClass) {
    List<FeatureTable> found = new ArrayList<>();
    for (FeatureTable feature : values()) {
      if (feature.featureClass().equals(featureClass)) {
        found.add(feature);
      }
    }
    return found;
  }

  /** Prints the table: column, class, IBSI code, unit, definition; a header line first. */
  public static void main(String[] args) {
    System.out.println("column\tclass\tibsi_code\tunit\tdefinition");
    for (FeatureTable f : values()) {
      System.out.println(
          String.join("\t", f.column(), f.featureClass(), f.ibsiCode, f.unit(), f.definition));
    }
  }
}
