package com.hospital.ml.texture;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.levels.Levels;
import com.hospital.ml.reason.Reason;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Grey level run length (IBSI 3.7): runs of voxels of one level along 4 directions in the plane of a slice or
 * 13 in space. A percentage divides by the voxels of the matrices that were merged: a voxel counts once a
 * direction.
 */
public final class Glrlm {
  /** Every feature is a {@link SizeFeature} of runs. */
  public enum Measure implements Definition {
    SHORT_RUNS_EMPHASIS("22OV"),
    LONG_RUNS_EMPHASIS("W4KF"),
    LOW_GREY_LEVEL_RUN_EMPHASIS("V3SW"),
    HIGH_GREY_LEVEL_RUN_EMPHASIS("G3QZ"),
    SHORT_RUN_LOW_GREY_LEVEL_EMPHASIS("HTZT"),
    SHORT_RUN_HIGH_GREY_LEVEL_EMPHASIS("GD3A"),
    LONG_RUN_LOW_GREY_LEVEL_EMPHASIS("IVPO"),
    LONG_RUN_HIGH_GREY_LEVEL_EMPHASIS("3KUM"),
    GREY_LEVEL_NON_UNIFORMITY("R5YN"),
    NORMALISED_GREY_LEVEL_NON_UNIFORMITY("OVBL"),
    RUN_LENGTH_NON_UNIFORMITY("W92Y"),
    NORMALISED_RUN_LENGTH_NON_UNIFORMITY("IC23"),
    RUN_PERCENTAGE("9ZK5"),
    GREY_LEVEL_VARIANCE("8CE5"),
    RUN_LENGTH_VARIANCE("SXLW"),
    RUN_ENTROPY("HJ9O");

    private final Facts facts;

    /** Its place among the constants says which feature of {@link SizeFeature} it is. */
    Measure(String ibsiCode) {
      facts = SizeFeature.values()[ordinal()].facts(ibsiCode, "runs", "length");
    }

    @Override
    public FeatureClass featureClass() {
      return FeatureClass.GLRLM;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private final Levels levels;
  private final Map<Aggregation, Averages> averages = new EnumMap<>(Aggregation.class);

  private Glrlm(Levels levels, Set<Aggregation> wanted) {
    this.levels = levels;
    for (Aggregation aggregation : FeatureClass.GLRLM.aggregations()) {
      if (wanted.contains(aggregation)) {
        averages.put(aggregation, new Averages(Measure.values()));
      }
    }
  }

  /** Measures the aggregations wanted that the class has. */
  public static void measure(Levels levels, Set<Aggregation> wanted, FeatureValues out) {
    if (levels.areTooMany()) {
      Averages.refuse(Measure.values(), wanted, Reason.TOO_MANY_LEVELS, out);
      return;
    }
    Glrlm runs = new Glrlm(levels, wanted);
    if (!runs.averages.isEmpty()) {
      runs.count();
    }
    runs.averages.forEach((aggregation, average) -> average.write(levels, aggregation, out));
  }

  /** The matrix of a direction in the plane is the sum of its slices', so both come from one count. */
  private void count() {
    RunLengths runs = new RunLengths(levels);
    int[] steps = Neighbours.directions(levels);
    boolean inSpace = isWanted(Aggregation.VOLUME_AVERAGED, Aggregation.VOLUME_MERGED);
    SizeCounts[] whole = RunLengths.matrices(levels, inSpace ? steps.length : Neighbours.IN_PLANE);
    int counted = 0;
    if (isWanted(Aggregation.SLICE_AVERAGED, Aggregation.SLICE_MERGED)) {
      countSlices(runs, steps, whole);
      counted = Neighbours.IN_PLANE;
    }
    for (int d = counted; d < whole.length; d++) {
      runs.count(steps[d], whole[d]);
    }
    SizeCounts[] inPlane = Arrays.copyOf(whole, Neighbours.IN_PLANE);
    take(inPlane, Aggregation.PLANAR_AVERAGED, Aggregation.PLANAR_MERGED);
    take(whole, Aggregation.VOLUME_AVERAGED, Aggregation.VOLUME_MERGED);
  }

  private void countSlices(RunLengths runs, int[] steps, SizeCounts[] whole) {
    SizeCounts[] slice = RunLengths.matrices(levels, Neighbours.IN_PLANE);
    for (int z = 0; z < levels.pz(); z++) {
      for (int d = 0; d < slice.length; d++) {
        slice[d].clear();
        runs.countSlice(z, steps[d], slice[d]);
        whole[d].addAll(slice[d]);
      }
      take(slice, Aggregation.SLICE_AVERAGED, Aggregation.SLICE_MERGED);
    }
  }

  /** Takes the matrices of the directions of a slice or of the whole; without voxels they are none. */
  private void take(SizeCounts[] ofDirections, Aggregation averaged, Aggregation merged) {
    if (ofDirections[0].isEmpty()) {
      return;
    }
    if (averages.containsKey(averaged)) {
      for (SizeCounts one : ofDirections) {
        averages.get(averaged).add(SizeFormulas.of(one));
      }
    }
    if (averages.containsKey(merged)) {
      SizeCounts sum = RunLengths.matrices(levels, 1)[0];
      for (SizeCounts one : ofDirections) {
        sum.addAll(one);
      }
      averages.get(merged).add(SizeFormulas.of(sum));
    }
  }

  private boolean isWanted(Aggregation averaged, Aggregation merged) {
    return averages.containsKey(averaged) || averages.containsKey(merged);
  }
}
