package com.hospital.ml;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a caller may choose, as a flat JSON object such as {@code {"min_voxels": 27}}; unknown keys are
 * refused. The hash is stored beside the features, so that rows of different settings never pass for the
 * same.
 *
 * @param minVoxels a region of fewer voxels gives NULL with {@link Reason#TOO_FEW_VOXELS}; at least 2
 */
record Settings(int minVoxels) {
  static final Settings DEFAULT = new Settings(2);

  /** Changes when a feature's definition changes, so the hash does too. */
  private static final int DEFINITIONS = 1;

  private static final int HASH_BYTES = 8;
  private static final Pattern OBJECT = Pattern.compile("\\s*\\{\\s*(.*?)\\s*}\\s*", Pattern.DOTALL);
  private static final Pattern ENTRY = Pattern.compile("\"([a-z_0-9]+)\"\\s*:\\s*(-?[0-9]{1,9})");

  Settings {
    if (minVoxels < 2) {
      throw new IllegalArgumentException("min_voxels is " + minVoxels + "; it must be 2 or more");
    }
  }

  /** Parses; null gives the defaults. Throws {@link IllegalArgumentException} with what is wrong. */
  static Settings parse(String json) {
    if (json == null) {
      return DEFAULT;
    }
    Matcher object = OBJECT.matcher(json);
    if (!object.matches()) {
      throw new IllegalArgumentException("settings are no flat JSON object: " + json);
    }
    int minVoxels = DEFAULT.minVoxels;
    String body = object.group(1);
    for (String part : body.isEmpty() ? new String[0] : body.split(",", -1)) {
      Matcher entry = ENTRY.matcher(part.strip());
      if (!entry.matches() || !entry.group(1).equals("min_voxels")) {
        throw new IllegalArgumentException("unknown setting " + part.strip() + "; known: \"min_voxels\"");
      }
      minVoxels = Integer.parseInt(entry.group(2));
    }
    return new Settings(minVoxels);
  }

  /** All settings, defaults included, keys in order: the text that is hashed. */
  String canonical() {
    return "{\"definitions\": " + DEFINITIONS + ", \"min_voxels\": " + minVoxels + "}";
  }

  /** First 16 hexadecimal digits of the SHA-256 of {@link #canonical}. */
  String hash() {
    try {
      byte[] text = canonical().getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      StringBuilder hex = new StringBuilder();
      for (int i = 0; i < HASH_BYTES; i++) {
        hex.append(String.format("%02x", digest[i]));
      }
      return hex.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
