package com.hospital.ml.texture;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.reason.Reason;
import java.util.Set;

/**
 * Neighbouring grey level dependence (IBSI 3.11), Chebyshev distance 1 and coarseness 0: each voxel of the
 * region with its neighbours of the same level, 8 in its slice or 26 in space.
 */
public final class Ngldm {
  /** Every feature is a {@link SizeFeature} of voxels by 1 + neighbours of the same level. */
  public enum Measure implements Definition {
    LOW_DEPENDENCE_EMPHASIS("SODN"),
    HIGH_DEPENDENCE_EMPHASIS("IMOQ"),
    LOW_GREY_LEVEL_COUNT_EMPHASIS("TL9H"),
    HIGH_GREY_LEVEL_COUNT_EMPHASIS("OAE7"),
    LOW_DEPENDENCE_LOW_GREY_LEVEL_EMPHASIS("EQ3F"),
    LOW_DEPENDENCE_HIGH_GREY_LEVEL_EMPHASIS("JA6D"),
    HIGH_DEPENDENCE_LOW_GREY_LEVEL_EMPHASIS("NBZI"),
    HIGH_DEPENDENCE_HIGH_GREY_LEVEL_EMPHASIS("9QMG"),
    GREY_LEVEL_NON_UNIFORMITY("FP8K"),
    NORMALISED_GREY_LEVEL_NON_UNIFORMITY("5SPA"),
    DEPENDENCE_COUNT_NON_UNIFORMITY("Z87G"),
    NORMALISED_DEPENDENCE_COUNT_NON_UNIFORMITY("OKJI"),
    DEPENDENCE_COUNT_PERCENTAGE("6XV8"),
    GREY_LEVEL_VARIANCE("1PFV"),
    DEPENDENCE_COUNT_VARIANCE("DNX2"),
    DEPENDENCE_COUNT_ENTROPY("FCBV"),
    DEPENDENCE_COUNT_ENERGY("CAS9");

    private final Facts facts;

    /** Its place among the constants says which feature of {@link SizeFeature} it is. */
    Measure(String ibsiCode) {
      facts = SizeFeature.values()[ordinal()].facts(ibsiCode, "voxels", "dependence count");
    }

    @Override
    public FeatureClass featureClass() {
      return FeatureClass.NGLDM;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  /** Dependences of a voxel with 26 neighbours, itself included. */
  private static final int MOST = 27;

  private Ngldm() {}

  /** Measures the aggregations wanted that the class has: 2d, 25d, 3d. */
  public static void measure(Levels levels, Set<Aggregation> wanted, FeatureValues out) {
    if (levels.areTooMany()) {
      Averages.refuse(Measure.values(), wanted, Reason.TOO_MANY_LEVELS, out);
      return;
    }
    if (wanted.contains(Aggregation.SLICE) || wanted.contains(Aggregation.PLANAR)) {
      SizeMatrices slices = counts(levels);
      int[] neighbours = Neighbours.all(levels, true);
      for (int z = 0; z < levels.pz(); z++) {
        count(levels, z, neighbours, slices.current());
        slices.endCurrent();
      }
      if (wanted.contains(Aggregation.SLICE)) {
        slices.averaged().write(levels, Aggregation.SLICE, out);
      }
      if (wanted.contains(Aggregation.PLANAR)) {
        slices.merged().write(levels, Aggregation.PLANAR, out);
      }
    }
    if (wanted.contains(Aggregation.VOLUME)) {
      SizeMatrices volume = counts(levels);
      int[] neighbours = Neighbours.all(levels, false);
      for (int z = 0; z < levels.pz(); z++) {
        count(levels, z, neighbours, volume.current());
      }
      volume.endCurrent();
      volume.averaged().write(levels, Aggregation.VOLUME, out);
    }
  }

  /** Counts the voxels of slice z by level and by 1 + neighbours of the same level. */
  private static void count(Levels levels, int z, int[] neighbours, SizeCounts into) {
    short[] values = levels.values();
    int voxels = 0;
    for (int p = levels.at(0, 0, z), end = levels.at(0, 0, z + 1); p < end; p++) {
      short level = values[p];
      if (level != 0) {
        int size = 1;
        for (int step : neighbours) {
          // 1 where the levels are equal, without a branch: in a texture it could not be predicted
          size += (values[p + step] ^ level) - 1 >>> 31;
        }
        into.add(level, size);
        voxels++;
      }
    }
    into.addVoxels(voxels);
  }

  private static SizeMatrices counts(Levels levels) {
    return new SizeMatrices(Measure.values(), levels.count(), MOST);
  }
}
