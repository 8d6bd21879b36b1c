package com.hospital.ml.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hospital.ml.FeatureTable;
import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.Feature;
import com.hospital.ml.feature.FeatureClass;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String DEFAULT_TEXT =
      "{'aggregations':['3d_avg'],'classes':['shape','local','firstorder','ih','ivh','glcm','glrlm','glszm',"
          + "'gldzm','ngtdm','ngldm'],'discretisation':{'bins':32,'method':'fbn'},'interpolation':'none',"
          + "'ivh':{'bins':1000,'method':'fbn'},'max_autocorrelation_points':8388608,"
          + "'max_box_voxels':8388608,'min_voxels':2,'resegment_range':null,'resegment_sigma':null,"
          + "'round_intensities':false,'spacing_mm':null}";

  private static final String EVERY_KEY =
      "{'min_voxels': 27, 'interpolation': 'cubic', 'spacing_mm': [1, 1.5, 2.0], 'round_intensities': true,"
          + " 'resegment_range': [-1000, 400], 'resegment_sigma': 3,"
          + " 'discretisation': {'method': 'fbs', 'width': 25},"
          + " 'ivh': {'method': 'fbs', 'width': 2.5, 'origin': -1000}, 'classes': ['glcm', 'shape'],"
          + " 'aggregations': ['3d_mrg', '2d_avg'], 'max_box_voxels': 1000,"
          + " 'max_autocorrelation_points': 0}";

  @Test
  void noSettingsAreTheDefaults() {
    assertEquals(Settings.DEFAULT, Settings.parse(null));
    assertEquals(Settings.DEFAULT, parse(" { } "));
    assertEquals(DEFAULT_TEXT.replace('\'', '"'), Settings.DEFAULT.canonical());
  }

  @Test
  void everyKeyReachesItsSetting() {
    Settings expected =
        new Settings(
            27,
            Settings.Interpolation.CUBIC,
            List.of(1.0, 1.5, 2.0),
            true,
            -1000.0,
            400.0,
            3.0,
            Discretisation.fixedBinSize(25, -1000),
            Discretisation.fixedBinSize(2.5, -1000),
            EnumSet.of(FeatureClass.SHAPE, FeatureClass.GLCM),
            EnumSet.of(Aggregation.SLICE_AVERAGED, Aggregation.VOLUME_MERGED),
            1000,
            0);
    assertEquals(expected, parse(EVERY_KEY));
  }

  @Test
  void theCanonicalTextHasEveryKeySortedAndNumbersInOneSpelling() {
    String expected =
        "{'aggregations':['2d_avg','3d_mrg'],'classes':['shape','glcm'],"
            + "'discretisation':{'method':'fbs','origin':-1000,'width':25},'interpolation':'cubic',"
            + "'ivh':{'method':'fbs','origin':-1000,'width':2.5},'max_autocorrelation_points':0,"
            + "'max_box_voxels':1000,'min_voxels':27,'resegment_range':[-1000,400],'resegment_sigma':3,"
            + "'round_intensities':true,'spacing_mm':[1,1.5,2]}";
    assertEquals(expected.replace('\'', '"'), parse(EVERY_KEY).canonical());
  }

  @Test
  void theCanonicalTextIsParsedAsTheSameSettings() {
    Settings every = parse(EVERY_KEY);
    assertEquals(every, Settings.parse(every.canonical()));
    assertEquals(Settings.DEFAULT, Settings.parse(Settings.DEFAULT.canonical()));
    Settings open = parse("{'resegment_range': [null, 0.1], 'ivh': {'method': 'none'}}");
    assertEquals(open, Settings.parse(open.canonical()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'min_voxels' : 2.0} | {}",
        "{'classes': ['glcm', 'shape']} | {'classes': ['shape', 'glcm']}",
        "{'interpolation': 'linear', 'spacing_mm': 2} | {'interpolation':'linear','spacing_mm':[2,2.0,2e0]}",
        "{'discretisation': {'method': 'fbn'}} | {'discretisation': {'bins': 32.0, 'method': 'fbn'}}",
        "{'resegment_range': [-0.0, 25]} | {'resegment_range': [0, 25.0]}",
        "{'resegment_sigma': null} | {}",
      })
  void theHashDependsOnTheMeaningNotOnTheSpelling(String one, String other) {
    assertEquals(parse(one), parse(other));
    assertEquals(parse(one).hash(), parse(other).hash());
  }

  @Test
  void theHashDependsOnEverySetting() {
    String[] different = {
      "{}", "{'min_voxels': 3}", "{'interpolation': 'linear', 'spacing_mm': 2}",
      "{'interpolation': 'cubic', 'spacing_mm': 2}", "{'interpolation': 'linear', 'spacing_mm': [2, 2, 3]}",
      "{'round_intensities': true}", "{'resegment_range': [0, null]}", "{'resegment_range': [null, 0]}",
      "{'resegment_sigma': 3}", "{'discretisation': {'method': 'none'}}",
      "{'discretisation': {'method': 'fbn', 'bins': 64}}",
      "{'discretisation': {'method': 'fbs', 'width': 25, 'origin': 0}}",
      "{'discretisation': {'method': 'fbs', 'width': 25, 'origin': 1}}", "{'ivh': {'method': 'none'}}",
      "{'classes': ['shape']}", "{'aggregations': ['3d_mrg']}", "{'max_box_voxels': 1000}",
      "{'max_autocorrelation_points': 1000}"
    };
    Set<String> hashes = new HashSet<>();
    for (String text : different) {
      assertTrue(parse(text).hash().matches("[0-9a-f]{16}"), text);
      assertTrue(hashes.add(parse(text).hash()), text);
    }
  }

  @Test
  void theHashOfTheDefaultsChangesOnlyWithTheDefinitions() {
    assertEquals("3afb1efebb23178a", Settings.DEFAULT.hash());
  }

  @Test
  void theLowBoundOfReSegmentationIsTheOriginOfTheBins() {
    Settings settings =
        parse("{'resegment_range': [-500, null], 'discretisation': {'method': 'fbs', 'width': 25}}");
    assertEquals(Discretisation.fixedBinSize(25, -500), settings.discretisation());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "min_voxels=3", "[]", "3", "null", "{'min_voxels': 3,}", "{'min_voxels': 3", "{'min_voxels': 03}",
        "{'min_voxels': 3} {}", "{'min_voxels': 3} x", "{'min_voxels': 3, 'min_voxels': 3}",
        "{'resegment_sigma': NaN}", "{'resegment_sigma': Infinity}", "{/* three */'min_voxels': 3}",
        "{'discretisation': {'method': 'fbn', 'method': 'fbn'}}"
      })
  void whatIsNoStrictJsonObjectIsRefused(String text) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> parse(text));
    assertTrue(e.getMessage().matches("settings (are|have) .*; .*"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "min_voxel | {'min_voxel': 3}",
        "min_voxel | {'min_voxel': null}",
        "min_voxels | {'min_voxels': 1}",
        "min_voxels | {'min_voxels': 2.5}",
        "min_voxels | {'min_voxels': '3'}",
        "min_voxels | {'min_voxels': 1e99}",
        "interpolation | {'interpolation': 'LINEAR', 'spacing_mm': 1}",
        "interpolation | {'interpolation': true}",
        "spacing_mm | {'interpolation': 'linear'}",
        "spacing_mm | {'spacing_mm': 1}",
        "spacing_mm | {'interpolation': 'none', 'spacing_mm': 1}",
        "spacing_mm | {'interpolation': 'linear', 'spacing_mm': 0}",
        "spacing_mm | {'interpolation': 'linear', 'spacing_mm': [1, 1]}",
        "spacing_mm | {'interpolation': 'linear', 'spacing_mm': [1, 1, null]}",
        "spacing_mm | {'interpolation': 'linear', 'spacing_mm': [1, -1, 1]}",
        "spacing_mm | {'interpolation': 'linear', 'spacing_mm': '1'}",
        "spacing_mm | {'interpolation': 'linear', 'spacing_mm': 1e999}",
        "round_intensities | {'round_intensities': 1}",
        "resegment_range | {'resegment_range': [1]}",
        "resegment_range | {'resegment_range': [null, null]}",
        "resegment_range | {'resegment_range': [2, 1]}",
        "resegment_range | {'resegment_range': [1, 1]}",
        "resegment_range | {'resegment_range': ['a', 1]}",
        "resegment_sigma | {'resegment_sigma': 0}",
        "discretisation | {'discretisation': 'fbn'}",
        "discretisation.method | {'discretisation': {}}",
        "discretisation.method | {'discretisation': {'method': 'fbm'}}",
        "discretisation.bins | {'discretisation': {'method': 'fbn', 'bins': 1}}",
        "discretisation.bins | {'discretisation': {'method': 'fbn', 'bins': 1025}}",
        "discretisation.bins | {'discretisation': {'method': 'none', 'bins': 32}}",
        "discretisation.width | {'discretisation': {'method': 'fbn', 'width': 32}}",
        "discretisation.width | {'discretisation': {'method': 'fbs', 'origin': 0}}",
        "discretisation.width | {'discretisation': {'method': 'fbs', 'width': 0, 'origin': 0}}",
        "discretisation.origin | {'discretisation': {'method': 'fbs', 'width': 25}}",
        "discretisation.origin"
            + " | {'resegment_range': [null, 1], 'discretisation': {'method': 'fbs', 'width': 2}}",
        "discretisation.origin"
            + " | {'resegment_range': [0, 1], 'discretisation': {'method': 'fbs', 'width': 2, 'origin': 1}}",
        "discretisation.step | {'discretisation': {'method': 'fbn', 'step': 1}}",
        "ivh.origin | {'ivh': {'method': 'fbs', 'width': 25}}",
        "classes | {'classes': []}",
        "classes | {'classes': 'shape'}",
        "classes | {'classes': ['shapes']}",
        "classes | {'classes': [1]}",
        "classes | {'classes': ['shape', 'shape']}",
        "aggregations | {'aggregations': ['3d']}",
        "aggregations | {'aggregations': []}",
        "max_box_voxels | {'max_box_voxels': 0}",
        "max_autocorrelation_points | {'max_autocorrelation_points': -1}",
      })
  void aMistakeIsRefusedWithKeyReasonAndRemedy(String key, String text) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> parse(text));
    assertTrue(e.getMessage().startsWith("setting \"" + key + "\" "), e.getMessage());
    assertTrue(e.getMessage().matches(".+; .+"), e.getMessage());
  }

  @Test
  void aDiscretisationHasAShortName() {
    assertEquals("fbn32", Settings.DEFAULT.discretisation().tag());
    assertEquals("fbs25_from_-1000", Discretisation.fixedBinSize(25, -1000).tag());
    assertEquals("fbs0.5_from_0", Discretisation.fixedBinSize(0.5, 0).tag());
    assertEquals("none", Discretisation.none().tag());
  }

  @Test
  void featuresAreAskedForByClassAndAggregation() {
    Settings settings = parse("{'classes': ['shape', 'glszm', 'glcm'], 'aggregations': ['2d_mrg']}");
    Set<String> found = new HashSet<>();
    for (Feature feature : FeatureTable.all()) {
      if (settings.asksFor(feature)) {
        found.add(feature.featureClass().tag() + feature.aggregation().tag());
      }
    }
    assertEquals(Set.of("shape", "glszm2d", "glcm2d_mrg"), found);
  }

  private static Settings parse(String text) {
    return Settings.parse(text.replace('\'', '"'));
  }
}
