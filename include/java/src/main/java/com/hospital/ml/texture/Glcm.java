package com.hospital.ml.texture;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.feature.Unit;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.reason.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Grey level co-occurrence (IBSI 3.6): symmetric matrices of neighbours at Chebyshev distance 1, equal
 * weights. In the formulas p is the normalised matrix, p_x its marginal distribution, mu the mean of p_x,
 * p_(i-j) and p_(i+j) the distributions of |i - j| and i + j; a sum runs over all elements.
 */
public final class Glcm {
  public enum Measure implements Definition {
    JOINT_MAXIMUM("GYBY", Unit.NONE, "largest p(i, j)"),
    JOINT_AVERAGE("60VM", Unit.LEVEL, "sum of i p(i, j)"),
    JOINT_VARIANCE("UR99", Unit.LEVEL_SQUARED, "sum of (i - mu)^2 p(i, j)"),
    JOINT_ENTROPY("TU9B", Unit.BIT, "-sum of p(i, j) log2 p(i, j)"),
    DIFFERENCE_AVERAGE("TF7R", Unit.LEVEL, "mean of |i - j|"),
    DIFFERENCE_VARIANCE("D3YU", Unit.LEVEL_SQUARED, "variance of |i - j|"),
    DIFFERENCE_ENTROPY("NTRS", Unit.BIT, "entropy of p_(i-j)"),
    SUM_AVERAGE("ZGXS", Unit.LEVEL, "mean of i + j"),
    SUM_VARIANCE("OEEB", Unit.LEVEL_SQUARED, "variance of i + j"),
    SUM_ENTROPY("P6QZ", Unit.BIT, "entropy of p_(i+j)"),
    ANGULAR_SECOND_MOMENT("8ZQL", Unit.NONE, "sum of p(i, j)^2"),
    CONTRAST("ACUI", Unit.LEVEL_SQUARED, "sum of (i - j)^2 p(i, j)"),
    DISSIMILARITY("8S9J", Unit.LEVEL, "sum of |i - j| p(i, j)"),
    INVERSE_DIFFERENCE("IB1Z", Unit.NONE, "sum of p(i, j) / (1 + |i - j|)"),
    NORMALISED_INVERSE_DIFFERENCE("NDRX", Unit.NONE, "sum of p(i, j) / (1 + |i - j| / N_g)"),
    INVERSE_DIFFERENCE_MOMENT("WF0Z", Unit.NONE, "sum of p(i, j) / (1 + (i - j)^2)"),
    NORMALISED_INVERSE_DIFFERENCE_MOMENT(
        "1QCO", Unit.NONE, "sum of p(i, j) / (1 + (i - j)^2 / N_g^2)"),
    INVERSE_VARIANCE("E8JP", Unit.PER_LEVEL_SQUARED, "sum of p(i, j) / (i - j)^2 where i is not j"),
    CORRELATION(
        "NI2N", Unit.NONE, "sum of (i - mu)(j - mu) p(i, j) / variance of p_x; NULL when flat"),
    AUTOCORRELATION("QWB0", Unit.LEVEL_SQUARED, "sum of i j p(i, j)"),
    CLUSTER_TENDENCY("DG8W", Unit.LEVEL_SQUARED, "sum of (i + j - 2 mu)^2 p(i, j)"),
    CLUSTER_SHADE("7NFM", Unit.LEVEL_CUBED, "sum of (i + j - 2 mu)^3 p(i, j)"),
    CLUSTER_PROMINENCE("AE86", Unit.LEVEL_FOURTH, "sum of (i + j - 2 mu)^4 p(i, j)"),
    FIRST_MEASURE_OF_INFORMATION_CORRELATION(
        "R8DG", Unit.NONE, "(HXY - HXY1) / HX, entropies in bits; NULL when flat"),
    SECOND_MEASURE_OF_INFORMATION_CORRELATION(
        "JN9H", Unit.NONE, "(1 - exp(-2 (HXY2 - HXY)))^1/2, entropies in bits");

    private final Facts facts;

    Measure(String ibsiCode, Unit unit, String meaning) {
      facts = new Facts(ibsiCode, unit, meaning);
    }

    @Override
    public FeatureClass featureClass() {
      return FeatureClass.GLCM;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private static final int IN_PLANE = 4;

  private final Levels levels;
  private final int[] directions;
  private final CooccurrenceFeatures features;
  private final Map<Aggregation, Averages> averages = new EnumMap<>(Aggregation.class);

  private Glcm(Levels levels, Set<Aggregation> wanted) {
    this.levels = levels;
    directions = Neighbours.directions(levels);
    features = new CooccurrenceFeatures(levels.count());
    for (Aggregation aggregation : FeatureClass.GLCM.aggregations()) {
      if (wanted.contains(aggregation)) {
        averages.put(aggregation, new Averages(Measure.values()));
      }
    }
  }

  /** Writes all features of the class in each wanted aggregation that the class has. */
  public static void measure(Levels levels, Set<Aggregation> wanted, FeatureValues out) {
    if (levels.areTooMany()) {
      Averages.refuse(Measure.values(), wanted, Reason.TOO_MANY_LEVELS, out);
      return;
    }
    Glcm glcm = new Glcm(levels, wanted);
    glcm.count();
    glcm.averages.forEach((aggregation, average) -> average.write(levels, aggregation, out));
  }

  /** Every pair of neighbours is counted once, whatever aggregations share it. */
  private void count() {
    boolean planes = isWanted(Aggregation.PLANAR_AVERAGED, Aggregation.PLANAR_MERGED);
    boolean volume = isWanted(Aggregation.VOLUME_AVERAGED, Aggregation.VOLUME_MERGED);
    CooccurrenceMatrix[] inPlane = null;
    if (planes || volume) {
      inPlane = new CooccurrenceMatrix[IN_PLANE];
      for (int d = 0; d < IN_PLANE; d++) {
        inPlane[d] = new CooccurrenceMatrix(levels.count());
      }
    }
    if (isWanted(Aggregation.SLICE_AVERAGED, Aggregation.SLICE_MERGED)) {
      countSlices(inPlane);
    } else if (inPlane != null) {
      for (int d = 0; d < IN_PLANE; d++) {
        inPlane[d].count(levels, directions[d], 1, levels.pz() - 1);
      }
    }
    if (inPlane != null) {
      countDirections(inPlane, volume);
    }
  }

  /** Takes each slice for itself, and adds it to the matrices of its directions unless these are null. */
  private void countSlices(CooccurrenceMatrix[] inPlane) {
    CooccurrenceMatrix matrix = new CooccurrenceMatrix(levels.count());
    CooccurrenceMatrix merged = new CooccurrenceMatrix(levels.count());
    for (int z = 1; z < levels.pz() - 1; z++) {
      merged.clear();
      for (int d = 0; d < IN_PLANE; d++) {
        matrix.clear();
        matrix.count(levels, directions[d], z, z + 1);
        take(matrix, Aggregation.SLICE_AVERAGED);
        merged.add(matrix);
        if (inPlane != null) {
          inPlane[d].add(matrix);
        }
      }
      take(merged, Aggregation.SLICE_MERGED);
    }
  }

  /** Takes the matrices of the directions within slices and, if wanted, of those across them. */
  private void countDirections(CooccurrenceMatrix[] inPlane, boolean volume) {
    CooccurrenceMatrix merged = new CooccurrenceMatrix(levels.count());
    for (CooccurrenceMatrix matrix : inPlane) {
      take(matrix, Aggregation.PLANAR_AVERAGED, Aggregation.VOLUME_AVERAGED);
      merged.add(matrix);
    }
    take(merged, Aggregation.PLANAR_MERGED);
    if (!volume) {
      return;
    }
    CooccurrenceMatrix matrix = new CooccurrenceMatrix(levels.count());
    for (int d = IN_PLANE; d < directions.length; d++) {
      matrix.clear();
      matrix.count(levels, directions[d], 1, levels.pz() - 1);
      take(matrix, Aggregation.VOLUME_AVERAGED);
      merged.add(matrix);
    }
    take(merged, Aggregation.VOLUME_MERGED);
  }

  private void take(CooccurrenceMatrix matrix, Aggregation... into) {
    double[] values = isWanted(into) ? features.of(matrix) : null;
    if (values == null) {
      return;
    }
    for (Aggregation aggregation : into) {
      if (averages.containsKey(aggregation)) {
        averages.get(aggregation).add(values);
      }
    }
  }

  private boolean isWanted(Aggregation... any) {
    for (Aggregation aggregation : any) {
      if (averages.containsKey(aggregation)) {
        return true;
      }
    }
    return false;
  }
}
