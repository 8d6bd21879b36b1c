package com.hospital.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  @TempDir Path folder;

  @Test
  void theStructHasHashStatusReasonAndOneDoubleAFeature() throws UDFArgumentException {
    StructObjectInspector struct =
        (StructObjectInspector) new FeatureExtractor().initialize(new ObjectInspector[] {TEXT, TEXT});
    List<? extends StructField> fields = struct.getAllStructFieldRefs();
    assertEquals(3 + FeatureTable.values().length, fields.size());
    for (int i = 0; i < fields.size(); i++) {
      assertEquals(FeatureExtractor.fieldNames().get(i), fields.get(i).getFieldName());
      String type = fields.get(i).getFieldObjectInspector().getTypeName();
      assertEquals(i < 3 ? "string" : "double", type);
    }
  }

  @Test
  void aRegionGivesItsFeatures() throws IOException, HiveException {
    List<?> row = evaluate(image("image.nii.gz"), mask("mask.nii.gz"));
    assertEquals(Settings.DEFAULT.hash(), row.get(0));
    assertEquals("OK", row.get(1));
    assertNull(row.get(2));
    assertEquals(4.5, row.get(3 + FeatureTable.FIRSTORDER_MEAN.ordinal()));
  }

  @Test
  void nullPathsGiveARowWithAReason() throws IOException, HiveException {
    assertEquals(List.of("NULL", "NO_IMAGE"), evaluate(null, mask("mask.nii")).subList(1, 3));
    List<?> row = evaluate(image("image.nii"), null);
    assertEquals(List.of("NULL", "NO_MASK"), row.subList(1, 3));
    assertTrue(row.subList(3, row.size()).stream().allMatch(java.util.Objects::isNull));
  }

  @Test
  void settingsReachTheExtractionAndTheHash() throws IOException, HiveException {
    List<?> row = evaluate(image("image.nii"), mask("mask.nii"), "{\"min_voxels\": 9}");
    assertEquals("TOO_FEW_VOXELS", row.get(2));
    assertEquals(new Settings(9).hash(), row.get(0));
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
    for (FeatureTable feature : FeatureTable.values()) {
      assertTrue(feature.column().matches("(firstorder|shape)_[a-z0-9_]+"), feature.column());
      assertTrue(feature.ibsiCode().matches("[0-9A-Z]{4}"), feature.column());
      assertFalse(feature.definition().isBlank() || feature.unit().isBlank(), feature.column());
    }
  }

  @Test
  void theCommandLinePrintsNullForWhatIsUndefined() {
    String json = ExtractCommand.json(Settings.DEFAULT, FeatureValues.none(Reason.EMPTY_MASK));
    assertTrue(json.contains("\"reason\": \"EMPTY_MASK\""), json);
    assertTrue(json.contains("\"firstorder_mean\": null,"), json);
  }

  private List<?> evaluate(String... arguments) throws HiveException {
    FeatureExtractor function = new FeatureExtractor();
    ObjectInspector[] inspectors = new ObjectInspector[arguments.length];
    DeferredObject[] row = new DeferredObject[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      inspectors[i] = TEXT;
      row[i] = new DeferredJavaObject(arguments[i]);
    }
    function.initialize(inspectors);
    return (List<?>) function.evaluate(row);
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
