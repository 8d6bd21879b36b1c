package com.hospital.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import com.hospital.ml.intensity.FirstOrder;
import com.hospital.ml.settings.Settings;
import com.hospital.ml.testing.Nifti;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractCommandTest {
  @TempDir Path folder;

  @Test
  void theReportHasSettingsStatusReasonsAndTheFeaturesAskedFor() throws IOException {
    String text = "{\"classes\": [\"firstorder\"]}";
    Map<String, Object> report = run(text, 1, 2, 3, 4, 5, 6, 7, 8);
    Settings settings = Settings.parse(text);
    Map<?, ?> features = (Map<?, ?>) report.remove("features");
    Map<String, Object> expected =
        Map.of(
            "settings", settings.canonical(),
            "settings_hash", settings.hash(),
            "discretisation", "fbn32",
            "status", "OK",
            "null_reasons", Map.of(),
            "voxels", 8);
    assertEquals(null, report.remove("reason"));
    assertEquals(expected, report);
    assertEquals(4.5, features.get("firstorder_mean"));
    assertEquals(FirstOrder.Measure.values().length, features.size());
  }

  @Test
  void whatIsUndefinedIsNullWithItsReason() throws IOException {
    Map<String, Object> report = run("{\"classes\": [\"firstorder\"]}", 3, 3, 3, 3, 3, 3, 3, 3);
    assertEquals("FLAT_REGION", report.get("reason"));
    assertEquals("FLAT_REGION", ((Map<?, ?>) report.get("null_reasons")).get("firstorder_skewness"));
    Map<?, ?> features = (Map<?, ?>) report.get("features");
    assertTrue(features.containsKey("firstorder_skewness"));
    assertEquals(null, features.get("firstorder_skewness"));
  }

  @Test
  void aRegionThatCannotBeMeasuredHasAReasonAndNoVoxels() throws IOException {
    Map<String, Object> report = run("{\"min_voxels\": 9}", 1, 2, 3, 4, 5, 6, 7, 8);
    assertEquals("TOO_FEW_VOXELS", report.get("reason"));
    assertEquals("NULL", report.get("status"));
    assertEquals(null, report.get("voxels"));
  }

  @Test
  void repeatsAreTimed() throws IOException {
    Map<String, Object> report = run("{\"classes\": [\"firstorder\"]}", 1, 2, 3, 4, 5, 6, 7, 8);
    assertFalse(report.containsKey("wall_ms"));
    Map<String, Object> timed = parse(command("{\"classes\": [\"firstorder\"]}", "--repeat", "3").run());
    for (String name : List.of("wall_ms", "cpu_ms", "measure_wall_ms", "measure_cpu_ms")) {
      List<?> times = (List<?>) timed.get(name);
      assertEquals(3, times.size(), name);
      assertTrue(times.stream().allMatch(ms -> (Double) ms >= 0), name);
    }
  }

  @Test
  void mistakesAreRefusedWithARemedy() throws IOException {
    assertRefused("0 paths", new String[] {});
    assertRefused("3 paths", "a", "b", "c");
    assertRefused("--setting is unknown", "a", "b", "--setting");
    assertRefused("--settings has no value", "a", "b", "--settings");
    assertRefused("--repeat is 0", "a", "b", "--repeat", "0");
    assertRefused("--repeat is many", "a", "b", "--repeat", "many");
    assertThrows(IllegalArgumentException.class, () -> command("{\"bins\": 3}").run());
    assertThrows(NoSuchFileException.class, () -> new ExtractCommand("gone.nii", "gone.nii").run());
  }

  private static void assertRefused(String why, String... args) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new ExtractCommand(args));
    assertTrue(e.getMessage().contains(why) && e.getMessage().contains("; "), e.getMessage());
  }

  private Map<String, Object> run(String settings, double... image) throws IOException {
    Nifti.of(2, 2, 2, image).writeTo(folder, "image.nii.gz");
    return parse(command(settings).run());
  }

  private ExtractCommand command(String settings, String... more) throws IOException {
    Path image = folder.resolve("image.nii.gz");
    Path mask = Nifti.of(2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1).writeTo(folder, "mask.nii.gz");
    Path file = Files.writeString(folder.resolve("settings.json"), settings);
    String[] first = {image.toString(), mask.toString(), "--settings", file.toString()};
    String[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return new ExtractCommand(all);
  }

  private static Map<String, Object> parse(String json) throws IOException {
    return JSON.std.mapFrom(json);
  }
}
