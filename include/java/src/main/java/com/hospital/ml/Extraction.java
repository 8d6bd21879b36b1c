package com.hospital.ml;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** From two files to feature values: the one path that Hive, Spark and the command line share. */
final class Extraction {
  /** Opens a file by its path; what it throws is a fault of the storage. */
  interface Opener {
    InputStream open(String path) throws IOException;
  }

  private final Settings settings;
  private final Opener opener;

  Extraction(Settings settings, Opener opener) {
    this.settings = settings;
    this.opener = opener;
  }

  /**
   * Measures the region {@code maskPath} of {@code imagePath}. What is wrong with the data comes back as a
   * {@link Reason}; an {@link IOException} means that the storage failed, a missing file included.
   */
  FeatureValues measure(String imagePath, String maskPath) throws IOException {
    if (imagePath == null) {
      return FeatureValues.none(Reason.NO_IMAGE);
    }
    if (maskPath == null) {
      return FeatureValues.none(Reason.NO_MASK);
    }
    try {
      return measureFiles(imagePath, maskPath);
    } catch (MeasureException e) {
      return FeatureValues.none(e.reason());
    }
  }

  private FeatureValues measureFiles(String imagePath, String maskPath) throws IOException {
    Roi roi;
    try (NiftiReader mask = new NiftiReader(maskPath, opener.open(maskPath))) {
      roi = Roi.read(mask);
    }
    double[] intensities;
    try (NiftiReader image = new NiftiReader(imagePath, opener.open(imagePath))) {
      if (!roi.grid().matches(image.grid())) {
        throw new MeasureException(Reason.GRID_MISMATCH, roi.grid() + " and " + image.grid());
      }
      if (!image.grid().isOrthogonal()) {
        throw new MeasureException(Reason.NON_ORTHOGONAL_GRID, image.grid().toString());
      }
      checkSize(roi);
      intensities = roi.intensities(image);
    }
    FeatureValues out = new FeatureValues();
    Shape.measure(roi, out);
    if (!allFinite(intensities)) {
      out.setUndefined(FeatureTable.ofClass("firstorder"), Reason.NOT_FINITE);
      out.setUndefined(FeatureTable.SHAPE_CENTRE_OF_MASS_SHIFT, Reason.NOT_FINITE);
      return out;
    }
    Shape.measureCentreOfMassShift(roi, intensities, out);
    Arrays.sort(intensities);
    FirstOrder.measure(intensities, out);
    return out;
  }

  private void checkSize(Roi roi) throws MeasureException {
    if (roi.voxels() == 0) {
      throw new MeasureException(Reason.EMPTY_MASK, "no voxel is set");
    }
    if (roi.voxels() == 1) {
      throw new MeasureException(Reason.SINGLE_VOXEL, "one voxel is set");
    }
    if (roi.voxels() < settings.minVoxels()) {
      throw new MeasureException(Reason.TOO_FEW_VOXELS, roi + " against " + settings);
    }
  }

  private static boolean allFinite(double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
