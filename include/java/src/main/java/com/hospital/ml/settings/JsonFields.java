package com.hospital.ml.settings;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The fields of one JSON object, with types checked: what is unknown, written twice or of another type is
 * refused with an {@link IllegalArgumentException} that names key, reason and remedy.
 */
final class JsonFields {
  private static final JsonFactory STRICT =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String prefix;
  private final Map<String, Object> values = new HashMap<>();

  /** {@code prefix} stands before a key in messages. A field that is null counts as left out. */
  private JsonFields(String prefix, Map<?, ?> object, Set<String> known) {
    this.prefix = prefix;
    object.forEach(
        (key, value) -> {
          if (value != null) {
            values.put((String) key, value);
          } else if (!known.contains(key)) {
            throw unknown((String) key, known);
          }
        });
    allow(known);
  }

  /**
   * The fields of a text that is one JSON object.
   *
   * @throws IllegalArgumentException when it is none, or has a field that is not {@code known}
   */
  static JsonFields parse(String json, Set<String> known) {
    Object parsed;
    try (JsonParser parser = STRICT.createParser(json)) {
      parsed = JSON.std.anyFrom(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException(
            "settings have text after the JSON object, " + at(parser) + "; remove it");
      }
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("");
      throw new IllegalArgumentException(
          "settings are no JSON: " + why + "; give an object such as {\"min_voxels\": 27}", e);
    }
    if (!(parsed instanceof Map<?, ?> object)) {
      throw new IllegalArgumentException(
          "settings are no JSON object; give one such as {\"min_voxels\": 27}");
    }
    return new JsonFields("", object, known);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** Refuses fields other than these. */
  void allow(Set<String> known) {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw unknown(key, known);
      }
    }
  }

  JsonFields object(String key, Set<String> known) {
    if (!(values.get(key) instanceof Map<?, ?> inner)) {
      throw refused(key, "is no JSON object", "give one such as {\"method\": \"fbn\", \"bins\": 32}");
    }
    return new JsonFields(prefix + key + ".", inner, known);
  }

  List<?> list(String key) {
    if (!(values.get(key) instanceof List<?> list)) {
      throw refused(key, "is no list", "put it in brackets, [ ]");
    }
    return list;
  }

  /** One number, or a list of numbers and nulls. */
  List<Double> numbers(String key) {
    List<?> given = values.get(key) instanceof Number one ? List.of(one) : list(key);
    List<Double> found = new ArrayList<>();
    for (Object one : given) {
      found.add(one == null ? null : finite(key, one));
    }
    return found;
  }

  Double number(String key, Double otherwise) {
    return has(key) ? finite(key, values.get(key)) : otherwise;
  }

  /** A whole number, which may be written as 27.0. */
  long whole(String key, long least, long most, long otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    double value = finite(key, values.get(key));
    if (value != Math.rint(value) || value < least || value > most) {
      String remedy = "give a whole number from " + least + " to " + most;
      throw refused(key, "is " + values.get(key), remedy);
    }
    return (long) value;
  }

  boolean flag(String key, boolean otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    if (!(values.get(key) instanceof Boolean flag)) {
      throw refused(key, "is neither true nor false", "give one of them, without quotes");
    }
    return flag;
  }

  <E> E choice(String key, List<E> known, Function<E, String> tag, E otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    for (E one : known) {
      if (tag.apply(one).equals(values.get(key))) {
        return one;
      }
    }
    String tags = String.join(", ", known.stream().map(tag).toList());
    throw refused(key, "is " + values.get(key), "give one of " + tags);
  }

  IllegalArgumentException refused(String key, String reason, String remedy) {
    return new IllegalArgumentException("setting \"" + prefix + key + "\" " + reason + "; " + remedy);
  }

  private Double finite(String key, Object value) {
    if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
      throw refused(key, "is no finite number: " + value, "give one such as 2.5, without quotes");
    }
    // -0.0 and 0.0 mean the same
    return number.doubleValue() + 0.0;
  }

  private IllegalArgumentException unknown(String key, Set<String> known) {
    return refused(key, "is unknown here", "known are " + String.join(", ", new TreeSet<>(known)));
  }

  private static String at(JsonParser parser) {
    return "column " + parser.currentTokenLocation().getColumnNr();
  }
}
