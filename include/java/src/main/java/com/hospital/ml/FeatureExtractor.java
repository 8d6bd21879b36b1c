package com.hospital.ml;

import com.hospital.ml.feature.Feature;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * {@code extract_features(image_path, mask_path [, settings])}: a struct of settings_hash, settings, status,
 * reason, null_reasons and one double a feature, in the order of {@link FeatureTable}. A struct, because
 * Hive, Spark and Drill then see named, typed columns. Faults of the data give NULL with a {@code Reason};
 * faults of the storage (an unreachable NameNode, no permission, a file that a committed row names but that
 * is not there) and of the settings fail the query. With NULL paths the struct still says what the settings
 * mean and hash to.
 *
 * <p>Hive: call it through {@code LATERAL VIEW inline(array(extract_features(...)))}: a plain sub-query
 * evaluates it once a field. It is not deterministic in Hive's sense, since files can change, so it is never
 * run at compile time.
 *
 * <p>Spark SQL with Hive support takes the same class ({@code CREATE TEMPORARY FUNCTION extract_features AS
 * 'com.hospital.ml.FeatureExtractor' USING JAR '...'}). Spark never calls {@link #configure}: files are then
 * read with {@code new Configuration()}, that is with the core-site.xml and hdfs-site.xml on the executor's
 * class path, and with the executor's credentials.
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

  /** The struct's fields before those of the features. */
  private static final List<String> HEAD =
      List.of("settings_hash", "settings", "status", "reason", "null_reasons");

  /** Settings that differ by row are few (one a modality); they are parsed once each. */
  private static final int CACHED = 64;

  private transient PrimitiveObjectInspector[] arguments;
  private transient Configuration configuration;
  private transient String stale;
  private final transient Map<String, Extraction> extractions = new HashMap<>();

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
    return structInspector();
  }

  @Override
  public Object evaluate(DeferredObject[] row) throws HiveException {
    if (stale != null) {
      throw new HiveException("extract_features: " + stale);
    }
    Extraction extraction = extraction(row.length > 2 ? text(row, 2) : null);
    String image = text(row, 0);
    String mask = text(row, 1);
    try {
      return structOf(extraction.settings(), extraction.measure(image, mask));
    } catch (IOException e) {
      throw new HiveException(
          "extract_features(" + image + ", " + mask + "): " + e.getMessage()
              + "; the storage failed, not the data: repair it and run the query again",
          e);
    }
  }

  @Override
  public String getDisplayString(String[] children) {
    return getStandardDisplayString("extract_features", children);
  }

  /** Names of the struct's fields, in order. */
  static List<String> fieldNames() {
    List<String> names = new ArrayList<>(HEAD);
    for (Feature feature : FeatureTable.all()) {
      names.add(feature.column());
    }
    return names;
  }

  private static ObjectInspector structInspector() {
    ObjectInspector text = PrimitiveObjectInspectorFactory.javaStringObjectInspector;
    List<ObjectInspector> types = new ArrayList<>(Collections.nCopies(HEAD.size() - 1, text));
    types.add(ObjectInspectorFactory.getStandardMapObjectInspector(text, text));
    for (int i = 0; i < FeatureTable.all().size(); i++) {
      types.add(PrimitiveObjectInspectorFactory.javaDoubleObjectInspector);
    }
    return ObjectInspectorFactory.getStandardStructObjectInspector(fieldNames(), types);
  }

  private static Object structOf(Settings settings, FeatureValues values) {
    Map<String, String> reasons = values.nullReasons();
    boolean oneReason = values.reason() != null && reasons.isEmpty();
    List<Object> struct = new ArrayList<>();
    struct.add(settings.hash());
    struct.add(settings.canonical());
    struct.add(values.status());
    struct.add(values.reason() == null ? null : values.reason().name());
    struct.add(oneReason ? null : reasons);
    for (Feature feature : FeatureTable.all()) {
      struct.add(values.get(feature));
    }
    return struct;
  }

  /** The extraction for a settings text, made when it is first seen. */
  private Extraction extraction(String settings) throws HiveException {
    Extraction known = extractions.get(settings);
    if (known == null) {
      known = new Extraction(parse(settings), this::open);
      if (extractions.size() >= CACHED) {
        extractions.clear();
      }
      extractions.put(settings, known);
    }
    return known;
  }

  private static Settings parse(String text) throws HiveException {
    try {
      return Settings.parse(text);
    } catch (IllegalArgumentException e) {
      throw new HiveException("extract_features: " + e.getMessage(), e);
    }
  }

  private InputStream open(String path) throws IOException {
    if (configuration == null) {
      configuration = new Configuration();
    }
    Path file = new Path(path);
    return file.getFileSystem(configuration).open(file);
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
