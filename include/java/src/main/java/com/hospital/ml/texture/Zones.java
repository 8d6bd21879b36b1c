package com.hospital.ml.texture;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.levels.Levels;
import java.util.EnumMap;
import java.util.Map;

/**
 * The zones of a region: voxels of one grey level that are connected, through 26 neighbours in space or 8 in
 * a slice (IBSI 3.8). {@link Glszm} and {@link Gldzm} count the same zones, so one search serves both.
 */
public final class Zones {
  /** Larger zones are rare: each takes as many voxels. */
  private static final int TABLED_SIZE = 255;

  private final Levels levels;
  private final Map<Aggregation, Averages> sizes = new EnumMap<>(Aggregation.class);
  private final Map<Aggregation, Averages> distances = new EnumMap<>(Aggregation.class);

  /** Nothing is searched before it is asked for. */
  public Zones(Levels levels) {
    this.levels = levels;
  }

  Levels levels() {
    return levels;
  }

  /** Features of the matrices of level and size (voxels). */
  Averages sizes(Aggregation aggregation) {
    search(aggregation);
    return sizes.get(aggregation);
  }

  /** Features of the matrices of level and distance (voxels, see {@link ZoneDistances}). */
  Averages distances(Aggregation aggregation) {
    search(aggregation);
    return distances.get(aggregation);
  }

  private void search(Aggregation aggregation) {
    if (sizes.containsKey(aggregation)) {
      return;
    }
    boolean inPlane = !aggregation.isInSpace();
    SizeMatrices bySize = new SizeMatrices(Glszm.Measure.values(), levels.count(), TABLED_SIZE);
    SizeMatrices byDistance = new SizeMatrices(Gldzm.Measure.values(), levels.count(), Integer.MAX_VALUE);
    ZoneFill fill = new ZoneFill(levels, inPlane);
    for (int z = 0; z < levels.pz(); z++) {
      countSlice(z, fill, bySize.current(), byDistance.current());
      if (inPlane || z == levels.pz() - 1) {
        bySize.endCurrent();
        byDistance.endCurrent();
      }
    }
    sizes.put(inPlane ? Aggregation.SLICE : Aggregation.VOLUME, bySize.averaged());
    distances.put(inPlane ? Aggregation.SLICE : Aggregation.VOLUME, byDistance.averaged());
    if (inPlane) {
      sizes.put(Aggregation.PLANAR, bySize.merged());
      distances.put(Aggregation.PLANAR, byDistance.merged());
    }
  }

  /** Counts the zones whose first voxel lies in slice z. */
  private void countSlice(int z, ZoneFill fill, SizeCounts bySize, SizeCounts byDistance) {
    for (int p = levels.at(0, 0, z), end = levels.at(0, 0, z + 1); p < end; p++) {
      if (fill.isLeft(p)) {
        fill.fill(p);
        bySize.add(levels.values()[p], fill.size());
        bySize.addVoxels(fill.size());
        byDistance.add(levels.values()[p], fill.distance());
        byDistance.addVoxels(fill.size());
      }
    }
  }
}
