package com.hospital.ml.region;

import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.nifti.Box;
import com.hospital.ml.nifti.Grid;
import com.hospital.ml.nifti.NiftiReader;
import com.hospital.ml.reason.MeasureException;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.settings.Settings;
import java.io.IOException;

/**
 * From a mask and an image to a {@link Region}, in the order of the IBSI reference manual, chapter 2:
 * interpolation of both, rounding, re-segmentation. Only a window around the region is ever in memory.
 */
public final class ImageProcessing {
  /**
   * A voxel belongs to the region when its interpolated mask value is at least 0.5 (IBSI 2.4, E8H9); half a
   * millionth less, so that the rounding of weights such as 2/3 times 3/4 does not decide.
   */
  private static final double MASK_LEVEL = Roi.MASK_LEVEL - 5e-7;

  /** The intensities of {@code wanted}, a box of the new grid. */
  private interface Method {
    double[] interpolate(NiftiReader image, Resampling grids, Box wanted) throws IOException;
  }

  private final Settings settings;

  public ImageProcessing(Settings settings) {
    this.settings = settings;
  }

  /**
   * Reads {@code image} to its end and makes the region.
   *
   * @throws MeasureException when there is none: no voxel, too few, or a box larger than the settings allow
   * @throws IOException when the storage fails
   */
  public Region region(Roi roi, NiftiReader image) throws IOException {
    if (roi.voxels() == 0) {
      throw new MeasureException(Reason.EMPTY_MASK, "no voxel is set");
    }
    Region region =
        switch (settings.interpolation()) {
          case NONE -> original(roi, image);
          case LINEAR -> interpolated(roi, image, this::linear);
          case CUBIC -> interpolated(roi, image, this::cubic);
        };
    return Resegmentation.apply(region, settings);
  }

  private Region original(Roi roi, NiftiReader image) throws IOException {
    checkCount(roi.voxels());
    Grid grid = image.grid();
    Box padded = roi.box().grown(1, 1, 1).checked(settings.maxBoxVoxels());
    Box window = window(roi.box(), Box.of(grid), grid.spacing());
    double[] values = image.readWindow(window);
    return region(grid.spacing(), padded, roi.within(padded), (int) roi.voxels(), window, values);
  }

  private Region interpolated(Roi roi, NiftiReader image, Method method) throws IOException {
    double[] spacing = settings.spacing();
    Resampling grids = Resampling.of(image.grid(), spacing);
    Box reached = grids.reachedBy(roi.box()).checked(settings.maxBoxVoxels());
    byte[] mask = interpolateMask(roi, grids, reached);
    Box box = boundingBox(mask, reached);
    Box padded = box.grown(1, 1, 1).checked(settings.maxBoxVoxels());
    byte[] shape = new byte[Math.toIntExact(padded.voxels())];
    int count = 0;
    for (int z = 0; z < box.nz(); z++) {
      for (int y = 0; y < box.ny(); y++) {
        int from = ((box.z() + z - reached.z()) * reached.ny() + box.y() + y - reached.y()) * reached.nx();
        int into = ((z + 1) * padded.ny() + y + 1) * padded.nx() + 1;
        for (int x = 0; x < box.nx(); x++) {
          shape[into + x] = mask[from + box.x() - reached.x() + x];
          count += shape[into + x];
        }
      }
    }
    checkCount(count);
    Box window = window(box, grids.to(), spacing);
    return region(spacing, padded, shape, count, window, method.interpolate(image, grids, window));
  }

  /** The window of the image that is kept: the region's box and, for local intensity, spheres around it. */
  private Box window(Box box, Box image, double[] spacing) throws MeasureException {
    int[] margin = new int[3];
    if (settings.classes().contains(FeatureClass.LOCAL)) {
      for (int axis = 0; axis < 3; axis++) {
        margin[axis] = (int) Math.min(Math.ceil(Region.SPHERE_RADIUS / spacing[axis]), image.size(axis));
      }
    }
    return box.grown(margin).cutTo(image).checked(settings.maxBoxVoxels());
  }

  private byte[] interpolateMask(Roi roi, Resampling grids, Box reached) throws MeasureException {
    Box old = roi.box().grown(1, 1, 1).cutTo(grids.from()).checked(settings.maxBoxVoxels());
    byte[] inside = roi.within(old);
    int oldSize = old.nx() * old.ny();
    int size = reached.nx() * reached.ny();
    byte[] mask = new byte[Math.toIntExact(reached.voxels())];
    Taps[] taps = new Taps[3];
    for (int axis = 0; axis < 3; axis++) {
      taps[axis] = Taps.linear(grids, axis, reached, old);
    }
    new Interpolator(taps[0], taps[1], taps[2], old.nx(), old.ny())
        .run(
            (z, into) -> {
              for (int i = 0; i < oldSize; i++) {
                into[i] = inside[z * oldSize + i];
              }
            },
            (z, plane) -> {
              for (int i = 0; i < size; i++) {
                mask[z * size + i] = (byte) (plane[i] >= MASK_LEVEL ? 1 : 0);
              }
            });
    return mask;
  }

  /**
   * The box of the voxels that are set.
   *
   * @throws MeasureException when none is
   */
  private static Box boundingBox(byte[] mask, Box within) throws MeasureException {
    int[] low = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
    int[] high = {-1, -1, -1};
    int at = 0;
    for (int z = within.z(); z <= within.high(2); z++) {
      for (int y = within.y(); y <= within.high(1); y++) {
        for (int x = within.x(); x <= within.high(0); x++) {
          if (mask[at++] != 0) {
            low[0] = Math.min(low[0], x);
            low[1] = Math.min(low[1], y);
            low[2] = Math.min(low[2], z);
            high[0] = Math.max(high[0], x);
            high[1] = Math.max(high[1], y);
            high[2] = z;
          }
        }
      }
    }
    if (high[2] < 0) {
      throw new MeasureException(Reason.EMPTY_MASK, "no voxel is left by interpolation to spacing_mm");
    }
    return Box.between(low, high);
  }

  private double[] linear(NiftiReader image, Resampling grids, Box wanted) throws IOException {
    Box old = grids.neighbours(wanted, 1).cutTo(grids.from()).checked(settings.maxBoxVoxels());
    return Interpolator.linear(grids, image.readWindow(old), old, wanted);
  }

  private double[] cubic(NiftiReader image, Resampling grids, Box wanted) throws IOException {
    Box box = grids.neighbours(wanted, 2).checked(settings.maxBoxVoxels());
    Box wide = box.grown(Spline.MARGIN, Spline.MARGIN, Spline.MARGIN).checked(settings.maxBoxVoxels());
    Box old = wide.cutTo(grids.from());
    return Interpolator.cubic(grids, Spline.coefficients(image.readWindow(old), old, box), box, wanted);
  }

  private Region region(
      double[] spacing, Box padded, byte[] shape, int count, Box window, double[] values) {
    if (settings.roundIntensities()) {
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.rint(values[i]);
      }
    }
    int ox = padded.x() - window.x();
    int oy = padded.y() - window.y();
    int oz = padded.z() - window.z();
    double[] intensities = new double[count];
    int next = 0;
    for (int z = 1; z < padded.nz() - 1; z++) {
      for (int y = 1; y < padded.ny() - 1; y++) {
        int from = (z * padded.ny() + y) * padded.nx();
        int row = ((z + oz) * window.ny() + y + oy) * window.nx() + ox;
        for (int x = 1; x < padded.nx() - 1; x++) {
          if (shape[from + x] != 0) {
            intensities[next++] = values[row + x];
          }
        }
      }
    }
    Region.Window around = new Region.Window(values, window.nx(), window.ny(), window.nz(), ox, oy, oz);
    return new Region(
        padded.nx(), padded.ny(), padded.nz(), spacing, shape, count, shape, intensities, around);
  }

  private void checkCount(long voxels) throws MeasureException {
    if (voxels == 1) {
      throw new MeasureException(Reason.SINGLE_VOXEL, "one voxel is set");
    }
    if (voxels < settings.minVoxels()) {
      throw new MeasureException(
          Reason.TOO_FEW_VOXELS, voxels + " voxels, min_voxels is " + settings.minVoxels());
    }
  }
}
