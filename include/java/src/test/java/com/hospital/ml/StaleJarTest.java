package com.hospital.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.hadoop.hive.ql.exec.MapredContext;
import org.apache.hadoop.hive.ql.metadata.HiveException;
import org.apache.hadoop.hive.ql.udf.generic.GenericUDF.DeferredJavaObject;
import org.apache.hadoop.hive.ql.udf.generic.GenericUDF.DeferredObject;
import org.apache.hadoop.hive.serde2.objectinspector.ObjectInspector;
import org.apache.hadoop.hive.serde2.objectinspector.primitive.PrimitiveObjectInspectorFactory;
import org.apache.hadoop.mapred.JobConf;
import org.junit.jupiter.api.Test;

class StaleJarTest {

  @Test
  void theWantedJarIsNotStaleWhereverItLies() {
    assertNull(StaleJar.complaint("hdfs://h:8020/apps/features-aa.jar", "/data/container_1/features-aa.jar"));
  }

  @Test
  void anotherJarIsStaleAndTheRemedyIsNamed() {
    String complaint = StaleJar.complaint("hdfs://h:8020/apps/features-bb.jar", "/c/features-aa.jar");
    assertTrue(complaint.contains("features-aa.jar") && complaint.contains("features-bb.jar"), complaint);
    assertTrue(complaint.contains("restart HiveServer2"), complaint);
  }

  @Test
  void nothingIsCheckedWhenNoJarIsWantedOrKnown() {
    assertNull(StaleJar.complaint(null, "/c/features-aa.jar"));
    assertNull(StaleJar.complaint(" ", "/c/features-aa.jar"));
    assertNull(StaleJar.complaint("features-aa.jar", null));
    assertNotNull(StaleJar.loadedFrom());
  }

  @Test
  void theFunctionRefusesToRunFromAnotherJar() throws HiveException {
    ObjectInspector text = PrimitiveObjectInspectorFactory.javaStringObjectInspector;
    DeferredObject[] row = {new DeferredJavaObject(null), new DeferredJavaObject(null)};
    FeatureExtractor function = new FeatureExtractor();
    function.initialize(new ObjectInspector[] {text, text});
    JobConf conf = new JobConf(false);
    conf.set(StaleJar.WANTED, "hdfs:///apps/features-bb.jar");
    function.configure(MapredContextOf.conf(conf));
    HiveException e = assertThrows(HiveException.class, () -> function.evaluate(row));
    assertTrue(e.getMessage().contains("features-bb.jar"), e.getMessage());
    function.configure(MapredContextOf.conf(new JobConf(false)));
    assertEquals("NO_IMAGE", ((java.util.List<?>) function.evaluate(row)).get(3));
  }

  /** MapredContext has no public constructor, but a public way to get one. */
  private static final class MapredContextOf {
    static MapredContext conf(JobConf conf) {
      return MapredContext.init(true, conf);
    }
  }
}
