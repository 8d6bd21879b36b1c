package com.hospital.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hospital.ml.feature.Feature;
import com.hospital.ml.settings.Settings;
import com.hospital.ml.testing.Nifti;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.hive.ql.exec.UDFArgumentException;
import org.apache.hadoop.hive.ql.metadata.HiveException;
import org.apache.hadoop.hive.ql.udf.UDFType;
import org.apache.hadoop.hive.ql.udf.generic.GenericUDF.DeferredJavaObject;
import org.apache.hadoop.hive.ql.udf.generic.GenericUDF.DeferredObject;
import org.apache.hadoop.hive.serde2.objectinspector.ObjectInspector;
import org.apache.hadoop.hive.serde2.objectinspector.StructField;
import org.apache.hadoop.hive.serde2.objectinspector.StructObjectInspector;
import org.apache.hadoop.hive.serde2.objectinspector.primitive.PrimitiveObjectInspectorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureExtractorTest {
  private static final ObjectInspector TEXT = PrimitiveObjectInspectorFactory.javaStringObjectInspector;
  private static final ObjectInspector NUMBER = PrimitiveObjectInspectorFactory.javaDoubleObjectInspector;

  private static final String FIRSTORDER = "{\"classes\": [\"firstorder\"]}";

  @TempDir Path folder;

  @Test
  void theStructSaysSettingsStatusReasonsAndHasOneDoubleAFeature() throws UDFArgumentException {
    StructObjectInspector struct =
        (StructObjectInspector) new FeatureExtractor().initialize(new ObjectInspector[] {TEXT, TEXT});
    List<? extends StructField> fields = struct.getAllStructFieldRefs();
    assertEquals(5 + FeatureTable.all().size(), fields.size());
    String[] head = {
      "settings_hash string", "settings string", "status string", "reason string",
      "null_reasons map<string,string>"
    };
    for (int i = 0; i < fields.size(); i++) {
      StructField field = fields.get(i);
      String expected = i < head.length ? head[i] : FeatureTable.all().get(i - 5).column() + " double";
      assertEquals(expected, field.getFieldName() + " " + field.getFieldObjectInspector().getTypeName());
    }
  }

  @Test
  void aRegionGivesItsFeatures() throws IOException, HiveException {
    List<?> row = evaluate(image("image.nii.gz"), mask("mask.nii.gz"), FIRSTORDER);
    Settings settings = Settings.parse(FIRSTORDER);
    assertEquals(
        Arrays.asList(settings.hash(), settings.canonical(), "OK", null, Map.of()), row.subList(0, 5));
    assertEquals(4.5, row.get(FeatureExtractor.fieldNames().indexOf("firstorder_mean")));
  }

  @Test
  void aFeatureThatIsNullHasItsReasonInTheMap() throws IOException, HiveException {
    String flat = Nifti.of(2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3).writeTo(folder, "flat.nii").toString();
    List<?> row = evaluate(flat, mask("mask.nii"), FIRSTORDER);
    assertEquals(List.of("OK", "FLAT_REGION"), row.subList(2, 4));
    assertEquals(
        Map.of("firstorder_skewness", "FLAT_REGION", "firstorder_kurtosis", "FLAT_REGION"), row.get(4));
  }

  @Test
  void nullPathsGiveARowWithAReasonAndTheSettings() throws IOException, HiveException {
    assertEquals(List.of("NULL", "NO_IMAGE"), evaluate(null, mask("mask.nii")).subList(2, 4));
    List<?> row = evaluate(image("image.nii"), null);
    assertEquals(List.of("NULL", "NO_MASK"), row.subList(2, 4));
    assertTrue(row.subList(4, row.size()).stream().allMatch(Objects::isNull));
    assertEquals(Settings.parse(FIRSTORDER).hash(), evaluate(null, null, FIRSTORDER).get(0));
    assertEquals(Settings.DEFAULT.canonical(), evaluate(null, null, null).get(1));
  }

  @Test
  void settingsMayDifferByRow() throws HiveException {
    FeatureExtractor function = new FeatureExtractor();
    function.initialize(new ObjectInspector[] {TEXT, TEXT, TEXT});
    for (int i = 0; i < 300; i++) {
      String settings = i % 3 == 0 ? null : "{\"min_voxels\": " + (2 + i % 100) + "}";
      List<?> row = (List<?>) function.evaluate(row(null, null, settings));
      assertEquals(Settings.parse(settings).hash(), row.get(0));
    }
  }

  @Test
  void settingsReachTheExtractionAndTheHash() throws IOException, HiveException {
    List<?> row = evaluate(image("image.nii"), mask("mask.nii"), "{\"min_voxels\": 9}");
    assertEquals("TOO_FEW_VOXELS", row.get(3));
    assertEquals(Settings.parse("{\"min_voxels\": 9}").hash(), row.get(0));
  }

  @Test
  void settingsThatAreNotUnderstoodFailTheQuery() throws IOException {
    String image = image("image.nii");
    HiveException e = assertThrows(HiveException.class, () -> evaluate(image, image, "{\"bins\": 9}"));
    assertTrue(e.getMessage().contains("bins"), e.getMessage());
  }

  @Test
  void aFileThatIsNotThereFailsTheQueryAndSaysWhichRow() throws IOException {
    String image = image("image.nii");
    String gone = folder.resolve("gone.nii").toString();
    HiveException e = assertThrows(HiveException.class, () -> evaluate(image, gone));
    assertTrue(e.getMessage().contains(gone) && e.getMessage().contains("storage"), e.getMessage());
  }

  @Test
  void wrongArgumentsAreRefusedWhenTheQueryIsCompiled() {
    FeatureExtractor function = new FeatureExtractor();
    assertThrows(UDFArgumentException.class, () -> function.initialize(new ObjectInspector[] {TEXT}));
    ObjectInspector[] four = {TEXT, TEXT, TEXT, TEXT};
    assertThrows(UDFArgumentException.class, () -> function.initialize(four));
    ObjectInspector[] number = {TEXT, NUMBER};
    UDFArgumentException e = assertThrows(UDFArgumentException.class, () -> function.initialize(number));
    assertTrue(e.getMessage().contains("double"), e.getMessage());
  }

  @Test
  void hiveMayNotRunItWhenItCompiles() {
    assertFalse(FeatureExtractor.class.getAnnotation(UDFType.class).deterministic());
  }

  @Test
  void columnNamesAreLowerCaseAndUniqueAndEveryFeatureHasACode() {
    List<String> names = FeatureExtractor.fieldNames();
    assertEquals(names.size(), names.stream().distinct().count());
    for (Feature feature : FeatureTable.all()) {
      assertTrue(feature.column().matches("[a-z]+_[a-z0-9_]+"), feature.column());
      assertTrue(feature.definition().facts().ibsiCode().matches("[0-9A-Z]{4}"), feature.column());
      assertFalse(feature.definition().facts().meaning().isBlank(), feature.column());
    }
  }

  private List<?> evaluate(String... arguments) throws HiveException {
    FeatureExtractor function = new FeatureExtractor();
    ObjectInspector[] inspectors = new ObjectInspector[arguments.length];
    Arrays.fill(inspectors, TEXT);
    function.initialize(inspectors);
    return (List<?>) function.evaluate(row(arguments));
  }

  private static DeferredObject[] row(String... arguments) {
    return Arrays.stream(arguments).map(DeferredJavaObject::new).toArray(DeferredObject[]::new);
  }

  private String image(String name) throws IOException {
    return Nifti.of(2, 2, 2, 1, 2, 3, 4, 5, 6, 7, 8).writeTo(folder, name).toString();
  }

  private String mask(String name) throws IOException {
    Path path = Nifti.of(2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1).writeTo(folder, name);
    assertTrue(Files.exists(path));
    return path.toString();
  }
}
