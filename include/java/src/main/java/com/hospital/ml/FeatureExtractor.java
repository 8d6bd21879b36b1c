package com.hospital.ml;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hive.ql.exec.Description;
import org.apache.hadoop.hive.ql.exec.MapredContext;
import org.apache.hadoop.hive.ql.exec.UDFArgumentException;
import org.apache.hadoop.hive.ql.exec.UDFArgumentLengthException;
import org.apache.hadoop.hive.ql.exec.UDFArgumentTypeException;
import org.apache.hadoop.hive.ql.metadata.HiveException;
import org.apache.hadoop.hive.ql.udf.UDFType;
import org.apache.hadoop.hive.ql.udf.generic.GenericUDF;
import org.apache.hadoop.hive.serde2.objectinspector.ObjectInspector;
import org.apache.hadoop.hive.serde2.objectinspector.ObjectInspectorFactory;
import org.apache.hadoop.hive.serde2.objectinspector.PrimitiveObjectInspector;
import org.apache.hadoop.hive.serde2.objectinspector.PrimitiveObjectInspector.PrimitiveCategory;
import org.apache.hadoop.hive.serde2.objectinspector.primitive.PrimitiveObjectInspectorFactory;
import org.apache.hadoop.hive.serde2.objectinspector.primitive.PrimitiveObjectInspectorUtils;

/**
 * {@code extract_features(image_path, mask_path [, settings])}: a struct of settings_hash, status, reason
 * and one double a feature, in the order of {@link FeatureTable}. A struct, because Hive, Spark and Drill
 * then see named, typed columns. Faults of the data give NULL with a {@link Reason}; faults of the storage
 * (an unreachable NameNode, no permission, a file that a committed row names but that is not there) fail
 * the query.
 *
 * <p>Call it through {@code LATERAL VIEW inline(array(extract_features(...)))}: a plain sub-query evaluates
 * it once a field. It is not deterministic in Hive's sense, since files can change, so it is never run at
 * compile time.
 */
@Description(
    name = "extract_features",
    value = "_FUNC_(image_path, mask_path [, settings]) - features of a region, IBSI definitions",
    extended =
        "Example:\n  > SELECT f.* FROM scans LATERAL VIEW inline(array(_FUNC_(image_path, mask_path))) f;\n"
            + "settings is a JSON object such as {\"min_voxels\": 27}.")
@UDFType(deterministic = false)
public class FeatureExtractor extends GenericUDF {
  private static final String USAGE =
      "extract_features(image_path string, mask_path string [, settings string])";

  private transient PrimitiveObjectInspector[] arguments;
  private transient Configuration configuration;
  private transient String stale;
  private transient Extraction extraction;
  private transient Settings settings;
  private transient String settingsText;

  /** Hive calls this in a task: files are then read with the task's own configuration and credentials. */
  @Override
  public void configure(MapredContext context) {
    configuration = context.getJobConf();
    stale = StaleJar.complaint(configuration.get(StaleJar.WANTED), StaleJar.loadedFrom());
  }

  @Override
  public ObjectInspector initialize(ObjectInspector[] inspectors) throws UDFArgumentException {
    if (inspectors.length < 2 || inspectors.length > 3) {
      throw new UDFArgumentLengthException(USAGE + " takes 2 or 3 arguments, not " + inspectors.length);
    }
    arguments = new PrimitiveObjectInspector[inspectors.length];
    for (int i = 0; i < inspectors.length; i++) {
      if (!isText(inspectors[i])) {
        throw new UDFArgumentTypeException(i, USAGE + ", not " + inspectors[i].getTypeName());
      }
      arguments[i] = (PrimitiveObjectInspector) inspectors[i];
    }
    extraction = null;
    return structInspector();
  }

  @Override
  public Object evaluate(DeferredObject[] row) throws HiveException {
    if (stale != null) {
      throw new HiveException("extract_features: " + stale);
    }
    use(row.length > 2 ? text(row, 2) : null);
    String image = text(row, 0);
    String mask = text(row, 1);
    FeatureValues values;
    try {
      values = extraction.measure(image, mask);
    } catch (IOException e) {
      throw new HiveException(
          "extract_features(" + image + ", " + mask + "): " + e.getMessage()
              + "; the storage failed, not the data: mend it and run the query again",
          e);
    }
    return structOf(values);
  }

  @Override
  public String getDisplayString(String[] children) {
    return getStandardDisplayString("extract_features", children);
  }

  /** Names of the struct's fields, in order. */
  static List<String> fieldNames() {
    List<String> names = new ArrayList<>(List.of("settings_hash", "status", "reason"));
    for (FeatureTable feature : FeatureTable.values()) {
      names.add(feature.column());
    }
    return names;
  }

  private static ObjectInspector structInspector() {
    List<ObjectInspector> types = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      types.add(PrimitiveObjectInspectorFactory.javaStringObjectInspector);
    }
    for (int i = 0; i < FeatureTable.values().length; i++) {
      types.add(PrimitiveObjectInspectorFactory.javaDoubleObjectInspector);
    }
    return ObjectInspectorFactory.getStandardStructObjectInspector(fieldNames(), types);
  }

  private Object structOf(FeatureValues values) {
    List<Object> struct = new ArrayList<>();
    struct.add(settings.hash());
    struct.add(values.status());
    struct.add(values.reason() == null ? null : values.reason().name());
    for (FeatureTable feature : FeatureTable.values()) {
      struct.add(values.get(feature));
    }
    return struct;
  }

  /** Makes the extraction for these settings, once, not once a row. */
  private void use(String text) throws HiveException {
    if (extraction != null && Objects.equals(text, settingsText)) {
      return;
    }
    try {
      settings = Settings.parse(text);
    } catch (IllegalArgumentException e) {
      throw new HiveException("extract_features: " + e.getMessage(), e);
    }
    Configuration conf = configuration != null ? configuration : new Configuration();
    extraction =
        new Extraction(
            settings,
            path -> {
              Path file = new Path(path);
              return file.getFileSystem(conf).open(file);
            });
    settingsText = text;
  }

  private String text(DeferredObject[] row, int index) throws HiveException {
    Object value = row[index].get();
    return value == null ? null : PrimitiveObjectInspectorUtils.getString(value, arguments[index]);
  }

  private static boolean isText(ObjectInspector inspector) {
    if (!(inspector instanceof PrimitiveObjectInspector primitive)) {
      return false;
    }
    PrimitiveCategory category = primitive.getPrimitiveCategory();
    return category == PrimitiveCategory.STRING
        || category == PrimitiveCategory.VARCHAR
        || category == PrimitiveCategory.VOID;
  }
}
