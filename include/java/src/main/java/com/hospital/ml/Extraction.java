package com.hospital.ml;

import com.hospital.ml.feature.Aggregation;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.nifti.NiftiReader;
import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.region.ImageProcessing;
import com.hospital.ml.region.Region;
import com.hospital.ml.region.Roi;
import com.hospital.ml.settings.Settings;
import java.io.IOException;
import java.io.InputStream;

/** From two files to feature values: the one path that Hive, Spark and the command line share. */
final class Extraction {
  /** Opens a file by its path; what it throws is a fault of the storage. */
  interface Opener {
    InputStream open(String path) throws IOException;
  }

  /** Measures one class; a seam for tests. */
  interface OneClass {
    void measure(FeatureClass one, RegionData of, FeatureValues out);
  }

  private final Settings settings;
  private final Opener opener;
  private final OneClass measure;

  Extraction(Settings settings, Opener opener) {
    this(settings, opener, (one, of, out) -> FeatureTable.of(one).measurer().measure(of, out));
  }

  /** {@code measure} takes the place of the classes of features. */
  Extraction(Settings settings, Opener opener, OneClass measure) {
    this.settings = settings;
    this.opener = opener;
    this.measure = measure;
  }

  Settings settings() {
    return settings;
  }

  /**
   * Measures the region {@code maskPath} of {@code imagePath}. What is wrong with the data comes back as a
   * {@link Reason}.
   *
   * @throws IOException when the storage fails, a missing file included
   */
  FeatureValues measure(String imagePath, String maskPath) throws IOException {
    if (imagePath == null) {
      return FeatureValues.none(Reason.NO_IMAGE);
    }
    if (maskPath == null) {
      return FeatureValues.none(Reason.NO_MASK);
    }
    try {
      return measure(region(imagePath, maskPath));
    } catch (MeasureException e) {
      return FeatureValues.none(e.reason());
    }
  }

  /**
   * Reads both files to their ends and processes the image.
   *
   * @throws MeasureException when there is no region
   * @throws IOException when the storage fails
   */
  Region region(String imagePath, String maskPath) throws IOException {
    Roi roi;
    try (NiftiReader mask = new NiftiReader(maskPath, opener.open(maskPath))) {
      roi = Roi.read(mask);
    }
    try (NiftiReader image = new NiftiReader(imagePath, opener.open(imagePath))) {
      if (!roi.grid().matches(image.grid())) {
        throw new MeasureException(Reason.GRID_MISMATCH, roi.grid() + " and " + image.grid());
      }
      if (!image.grid().isOrthogonal()) {
        throw new MeasureException(Reason.NON_ORTHOGONAL_GRID, image.grid().toString());
      }
      return new ImageProcessing(settings).region(roi, image);
    }
  }

  /**
   * Measures the classes that the settings ask for. Intensities that are not finite, or fewer than two of
   * them, leave only shape.
   */
  FeatureValues measure(Region region) {
    RegionData data = new RegionData(region, settings);
    FeatureValues out = new FeatureValues();
    for (FeatureClass one : settings.classes()) {
      Reason why = data.fault(one);
      if (why == null) {
        measure.measure(one, data, out);
        continue;
      }
      for (Aggregation aggregation : one.aggregations()) {
        if (data.wanted().contains(aggregation)) {
          out.setUndefined(FeatureTable.of(one).definitions(), aggregation, why);
        }
      }
    }
    return out;
  }
}
