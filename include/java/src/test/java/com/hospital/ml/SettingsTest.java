package com.hospital.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  @Test
  void noSettingsAreTheDefaults() {
    assertEquals(Settings.DEFAULT, Settings.parse(null));
    assertEquals(Settings.DEFAULT, Settings.parse(" { } "));
  }

  @Test
  void theHashDependsOnTheMeaningNotOnTheSpelling() {
    assertEquals(new Settings(2).hash(), Settings.parse("{ \"min_voxels\" : 2 }").hash());
    assertNotEquals(Settings.DEFAULT.hash(), Settings.parse("{\"min_voxels\": 27}").hash());
    assertTrue(Settings.DEFAULT.hash().matches("[0-9a-f]{16}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "min_voxels=3", "{\"min_voxel\": 3}", "{\"min_voxels\": 1}", "{\"min_voxels\": 1.5}",
        "{\"min_voxels\": 3,}", "[]"
      })
  void whatIsNotUnderstoodIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Settings.parse(text));
  }
}
