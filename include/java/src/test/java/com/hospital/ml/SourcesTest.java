package com.hospital.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the compiler does not hold: packages depend one way, and no switch over an enum forgets one. */
class SourcesTest {
  /** From the top down: a package may name those of lower layers only. The first is the root, ml. */
  private static final List<Set<String>> LAYERS =
      List.of(
          Set.of("ml"),
          Set.of("intensity", "shape", "texture"),
          Set.of("autocorrelation", "levels"),
          Set.of("region"),
          Set.of("nifti", "settings"),
          Set.of("feature", "storage"),
          Set.of("reason"));

  /** A class by its full name, as an import (a static one or of all classes too) or within the text. */
  private static final Pattern NAMED = Pattern.compile("\\bcom\\.hospital\\.(ml)(?:\\.([a-z]+))?\\.[A-Z*]");

  /** A switch that compiles without all constants of an enum: a statement, or one with a default. */
  private static final Pattern LAX_SWITCH = Pattern.compile("[;{})]\\s*switch\\b|\\bdefault\\s*(?:->|:)");

  /** Switches over text and over a number. */
  private static final Set<String> NOT_OVER_ENUMS = Set.of("ExtractCommand.java", "FourierTransform.java");

  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*");

  private static final Path ROOT = Path.of("src/main/java/com/hospital/ml");

  @Test
  void everyPackageHasALayer() throws IOException {
    Set<String> found = new TreeSet<>();
    for (Path source : sources()) {
      found.add(packageOf(source));
    }
    Set<String> listed = new TreeSet<>();
    LAYERS.forEach(listed::addAll);
    assertEquals(listed, found);
  }

  @Test
  void packagesNameThoseOfLowerLayersOnly() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Path source : sources()) {
      for (String upward : upward(packageOf(source), Files.readString(source))) {
        wrong.add(source + " names " + upward);
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void aNameOfAHigherLayerOrOfANeighbourIsFound() {
    assertEquals(Set.of("region"), upward("settings", "import com.hospital.ml.region.Region;"));
    assertEquals(Set.of("ml"), upward("texture", "import com.hospital.ml.FeatureTable;"));
    assertEquals(Set.of("shape"), upward("texture", "import static com.hospital.ml.shape.Shape.Measure.*;"));
    assertEquals(Set.of("nifti"), upward("settings", "void read(com.hospital.ml.nifti.Box box) {}"));
    assertEquals(Set.of("settings"), upward("nifti", "import com.hospital.ml.settings.*;"));
    assertEquals(Set.of(), upward("region", "import com.hospital.ml.region.Roi;"));
    assertEquals(Set.of(), upward("region", "import com.hospital.ml.nifti.Box;"));
  }

  @Test
  void everyPackageSaysInOneLineWhatItOwns() throws IOException {
    for (Set<String> layer : LAYERS) {
      for (String one : layer) {
        String name = one.equals("ml") ? "" : "." + one;
        Path info = ROOT.resolve(name.replace(".", "")).resolve("package-info.java");
        String text = Files.readString(info);
        assertTrue(text.matches("/\\*\\* [^\n]+\\. \\*/\npackage com.hospital.ml" + name + ";\n"), text);
      }
    }
  }

  @Test
  void aSwitchOverAnEnumDoesNotCompileWithoutAllItsConstants() throws IOException {
    Set<String> lax = new TreeSet<>();
    for (Path source : sources()) {
      if (LAX_SWITCH.matcher(COMMENT.matcher(Files.readString(source)).replaceAll("")).find()) {
        lax.add(source.getFileName().toString());
      }
    }
    assertEquals(NOT_OVER_ENUMS, lax);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(path -> path.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static String packageOf(Path source) {
    return source.getParent().getFileName().toString();
  }

  /** The packages named in a source of {@code from} that do not lie in a layer below. */
  private static Set<String> upward(String from, String source) {
    Set<String> upward = new TreeSet<>();
    for (Matcher named = NAMED.matcher(source); named.find(); ) {
      String to = named.group(2) == null ? named.group(1) : named.group(2);
      if (!to.equals(from) && layer(to) <= layer(from)) {
        upward.add(to);
      }
    }
    return upward;
  }

  /** A package of no layer is above all. */
  private static int layer(String one) {
    for (int i = 0; i < LAYERS.size(); i++) {
      if (LAYERS.get(i).contains(one)) {
        return i;
      }
    }
    return -1;
  }
}
