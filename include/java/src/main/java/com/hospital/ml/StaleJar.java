package com.hospital.ml;

import java.security.CodeSource;

/**
 * Finds a task that runs the code of an older jar. A warm Tez session keeps every jar that it has ever been
 * given on the class path of its tasks, so a function that was created again from a new jar may run the old
 * code in silence (seen with Hive 4.0.1 and Tez 0.10.4).
 */
final class StaleJar {
  /** Configuration key: the jar a query expects; only its file name counts. Unset: nothing is checked. */
  static final String WANTED = "nightscan.features.jar";

  private StaleJar() {}

  /** What is wrong and what to do, or null. Both arguments are paths or addresses and may be null. */
  static String complaint(String wanted, String loaded) {
    if (wanted == null || wanted.isBlank() || loaded == null) {
      return null;
    }
    String name = fileName(wanted);
    if (fileName(loaded).contains(name)) {
      return null;
    }
    return "this task runs " + fileName(loaded) + ", but the query wants " + name
        + ": the Tez session is older than the function; restart HiveServer2 and run the query again";
  }

  /** Where this class was loaded from; null when the class loader does not say. */
  static String loadedFrom() {
    CodeSource source = StaleJar.class.getProtectionDomain().getCodeSource();
    return source == null ? null : source.getLocation().getPath();
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
