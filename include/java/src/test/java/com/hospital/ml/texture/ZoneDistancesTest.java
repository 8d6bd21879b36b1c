package com.hospital.ml.texture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.hospital.ml.levels.Levels;
import com.hospital.ml.testing.LevelBoxes;
import org.junit.jupiter.api.Test;

class ZoneDistancesTest {
  @Test
  void distancesAreTheShortestCityBlockWayOut() {
    for (int seed = 1; seed <= 20; seed++) {
      Levels levels = LevelBoxes.random(9, 8, 7, seed, 9);
      assertArrayEquals(shortestWays(levels, false), ZoneDistances.of(levels, false));
      assertArrayEquals(shortestWays(levels, true), ZoneDistances.of(levels, true));
    }
  }

  private static char[] shortestWays(Levels levels, boolean inPlane) {
    char[] found = new char[levels.shape().length];
    int plane = levels.px() * levels.py();
    for (int p = 0; p < found.length; p++) {
      int shortest = Integer.MAX_VALUE;
      for (int q = 0; q < found.length; q++) {
        int dz = Math.abs(p / plane - q / plane);
        if (levels.shape()[q] == 0 && (dz == 0 || !inPlane)) {
          int dy = Math.abs(p % plane / levels.px() - q % plane / levels.px());
          int dx = Math.abs(p % levels.px() - q % levels.px());
          shortest = Math.min(shortest, dx + dy + dz);
        }
      }
      found[p] = (char) shortest;
    }
    return found;
  }
}
