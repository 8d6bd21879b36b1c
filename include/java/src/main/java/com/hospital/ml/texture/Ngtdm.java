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
 * Neighbourhood grey tone difference (IBSI 3.10) at Chebyshev distance 1. In the formulas n_i is the number
 * of voxels of level i that have a neighbour in the region, N their sum over i, p_i = n_i / N, s_i the sum
 * over them of |i - mean level of the neighbours|, and N_p the number of levels with n_i > 0; sums over i
 * and j run over those levels.
 */
public final class Ngtdm {
  public enum Measure implements Definition {
    COARSENESS("QCDE", Unit.PER_LEVEL, "1 / sum of p_i s_i; NULL when every s_i is 0"),
    CONTRAST(
        "65HE",
        Unit.LEVEL_CUBED,
        "sum of p_i p_j (i - j)^2 / (N_p (N_p - 1)) * sum of s_i / N; NULL when N_p is 1"),
    BUSYNESS("NQ30", Unit.NONE, "sum of p_i s_i / sum of |i p_i - j p_j|; NULL when all i p_i are equal"),
    COMPLEXITY("HDEZ", Unit.LEVEL_SQUARED, "sum of |i - j| (p_i s_i + p_j s_j) / (p_i + p_j) / N"),
    STRENGTH("1X9X", Unit.LEVEL, "sum of (p_i + p_j) (i - j)^2 / sum of s_i; NULL when every s_i is 0");

    private final Facts facts;

    Measure(String ibsiCode, Unit unit, String meaning) {
      facts = new Facts(ibsiCode, unit, meaning);
    }

    @Override
    public FeatureClass featureClass() {
      return FeatureClass.NGTDM;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private Ngtdm() {}

  /** Writes all features of the class in each wanted aggregation that the class has. */
  public static void measure(Levels levels, Set<Aggregation> wanted, FeatureValues out) {
    if (levels.areTooMany()) {
      Averages.refuse(Measure.values(), wanted, Reason.TOO_MANY_LEVELS, out);
      return;
    }
    Map<Aggregation, NeighbourDifferences> matrices = new EnumMap<>(Aggregation.class);
    Map<Aggregation, Averages> averages = new EnumMap<>(Aggregation.class);
    for (Aggregation aggregation : FeatureClass.NGTDM.aggregations()) {
      if (wanted.contains(aggregation)) {
        matrices.put(aggregation, new NeighbourDifferences(levels.count()));
        averages.put(aggregation, new Averages(Measure.values()));
      }
    }
    NeighbourSums sums = new NeighbourSums(levels);
    while (sums.nextSlice()) {
      for (Aggregation aggregation : matrices.keySet()) {
        NeighbourDifferences matrix = matrices.get(aggregation);
        matrix.count(levels, sums.slice(), aggregation.isInSpace() ? sums.cubes() : sums.squares());
        if (aggregation == Aggregation.SLICE) {
          take(matrix, averages.get(aggregation));
          matrix.clear();
        }
      }
    }
    for (Aggregation aggregation : matrices.keySet()) {
      if (aggregation != Aggregation.SLICE) {
        take(matrices.get(aggregation), averages.get(aggregation));
      }
      averages.get(aggregation).write(levels, aggregation, out);
    }
  }

  private static void take(NeighbourDifferences matrix, Averages into) {
    if (!matrix.isEmpty()) {
      into.add(matrix.features());
    }
  }
}
