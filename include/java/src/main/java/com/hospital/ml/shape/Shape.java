package com.hospital.ml.shape;

import com.hospital.ml.autocorrelation.SpatialAutocorrelation;
import com.hospital.ml.feature.Definition;
import com.hospital.ml.feature.FeatureClass;
import com.hospital.ml.feature.FeatureValues;
import com.hospital.ml.feature.Unit;
import com.hospital.ml.reason.Reason;
import com.hospital.ml.region.Region;
import com.hospital.ml.settings.Settings;
import java.util.List;

/** Morphological features (IBSI 3.1) of a region of at least two voxels. */
public final class Shape {
  public enum Measure implements Definition {
    VOLUME_MESH("RNU0", Unit.MM3, "volume V inside the marching-cubes mesh at level 0.5"),
    VOLUME_VOXEL("YEKZ", Unit.MM3, "number of voxels times the volume of one"),
    SURFACE_AREA("C0JK", Unit.MM2, "area A of the mesh"),
    SURFACE_VOLUME_RATIO("2PR5", Unit.PER_MM, "A / V"),
    COMPACTNESS_1("SKGS", Unit.NONE, "V / (pi^1/2 A^3/2)"),
    COMPACTNESS_2("BQWJ", Unit.NONE, "36 pi V^2 / A^3"),
    SPHERICAL_DISPROPORTION("KRCK", Unit.NONE, "A / (36 pi V^2)^1/3"),
    SPHERICITY("QCFX", Unit.NONE, "(36 pi V^2)^1/3 / A"),
    ASPHERICITY("25C7", Unit.NONE, "(A^3 / (36 pi V^2))^1/3 - 1"),
    CENTRE_OF_MASS_SHIFT("KLMA", Unit.MM, "from the centre of the morphological mask to that of intensity"),
    MAX_DIAMETER_3D("L0JK", Unit.MM, "largest distance between two vertices of the mesh"),
    MAJOR_AXIS_LENGTH("TDIC", Unit.MM, "4 sqrt(largest eigenvalue of the covariance of voxels, N - 1)"),
    MINOR_AXIS_LENGTH("P9VJ", Unit.MM, "4 sqrt(second eigenvalue)"),
    LEAST_AXIS_LENGTH("7J51", Unit.MM, "4 sqrt(smallest eigenvalue)"),
    ELONGATION("Q3CK", Unit.NONE, "sqrt(second over largest eigenvalue)"),
    FLATNESS("N17B", Unit.NONE, "sqrt(smallest over largest eigenvalue)"),
    VOLUME_DENSITY_AABB("PBX1", Unit.NONE, "V over the volume of the box around the mesh along the axes"),
    AREA_DENSITY_AABB("R59B", Unit.NONE, "A over the area of that box"),
    VOLUME_DENSITY_AEE("6BDE", Unit.NONE, "V over the volume of the ellipsoid of these axes; NULL if flat"),
    AREA_DENSITY_AEE("RDD2", Unit.NONE, "A over the area of that ellipsoid (degree 20); NULL for a line"),
    VOLUME_DENSITY_CONVEX_HULL("R3ER", Unit.NONE, "V over the volume of the mesh's convex hull"),
    AREA_DENSITY_CONVEX_HULL("7T7F", Unit.NONE, "A over the area of the mesh's convex hull"),
    INTEGRATED_INTENSITY("99N0", Unit.INTENSITY_MM3, "V times the mean intensity"),
    MORANS_I("N365", Unit.NONE, "autocorrelation weighted by 1 / distance, of all pairs; NULL when flat"),
    GEARYS_C("NPT7", Unit.NONE, "squared differences weighted by 1 / distance, of all pairs; NULL when flat");

    private final Facts facts;

    Measure(String ibsiCode, Unit unit, String meaning) {
      facts = new Facts(ibsiCode, unit, meaning);
    }

    @Override
    public FeatureClass featureClass() {
      return FeatureClass.SHAPE;
    }

    @Override
    public Facts facts() {
      return facts;
    }
  }

  private static final List<Measure> OF_INTENSITY =
      List.of(
          Measure.CENTRE_OF_MASS_SHIFT, Measure.INTEGRATED_INTENSITY, Measure.MORANS_I, Measure.GEARYS_C);

  private Shape() {}

  /**
   * Writes all features of the class. Those of intensity are NULL when the intensity mask has fewer than two
   * voxels or an intensity that is not finite; the others stay.
   */
  public static void measure(Region region, Settings settings, FeatureValues out) {
    double[] spacing = region.spacing();
    Mesh mesh = new Mesh(region.shape(), region.px(), region.py(), region.pz());
    double area = mesh.area(spacing);
    double volume = mesh.volume() * region.voxelVolume();
    PrincipalAxes axes = new PrincipalAxes(region);
    out.set(Measure.VOLUME_VOXEL, region.shapeVoxels() * region.voxelVolume());
    surface(area, volume, out);
    boundingBox(region, area, volume, out);
    ellipsoid(Ellipsoid.ofVariances(axes.variances(spacing)), area, volume, out);
    convexHull(region, area, volume, out);
    Reason fault = region.intensityFault();
    if (fault != null) {
      OF_INTENSITY.forEach(measure -> out.setUndefined(measure, fault));
      return;
    }
    intensity(region, axes, volume, out);
    autocorrelation(region, settings.maxAutocorrelationPoints(), out);
  }

  private static void surface(double area, double volume, FeatureValues out) {
    double sphere = Math.cbrt(36 * Math.PI * volume * volume);
    out.set(Measure.VOLUME_MESH, volume);
    out.set(Measure.SURFACE_AREA, area);
    out.setRatio(Measure.SURFACE_VOLUME_RATIO, area, volume);
    out.setRatio(Measure.COMPACTNESS_1, volume, Math.sqrt(Math.PI) * Math.pow(area, 1.5));
    out.setRatio(Measure.COMPACTNESS_2, 36 * Math.PI * volume * volume, area * area * area);
    out.setRatio(Measure.SPHERICAL_DISPROPORTION, area, sphere);
    out.setRatio(Measure.SPHERICITY, sphere, area);
    out.setRatio(Measure.ASPHERICITY, area - sphere, sphere);
  }

  /** The mesh ends half a voxel beyond the outermost voxels' centres. */
  private static void boundingBox(Region region, double area, double volume, FeatureValues out) {
    double x = (region.px() - 2) * region.spacing()[0];
    double y = (region.py() - 2) * region.spacing()[1];
    double z = (region.pz() - 2) * region.spacing()[2];
    out.setRatio(Measure.VOLUME_DENSITY_AABB, volume, x * y * z);
    out.setRatio(Measure.AREA_DENSITY_AABB, area, 2 * (x * y + y * z + z * x));
  }

  private static void ellipsoid(Ellipsoid ellipsoid, double area, double volume, FeatureValues out) {
    out.set(Measure.MAJOR_AXIS_LENGTH, 2 * ellipsoid.a());
    out.set(Measure.MINOR_AXIS_LENGTH, 2 * ellipsoid.b());
    out.set(Measure.LEAST_AXIS_LENGTH, 2 * ellipsoid.c());
    out.setRatio(Measure.ELONGATION, ellipsoid.b(), ellipsoid.a());
    out.setRatio(Measure.FLATNESS, ellipsoid.c(), ellipsoid.a());
    out.setRatio(Measure.VOLUME_DENSITY_AEE, volume, ellipsoid.volume());
    out.setRatio(Measure.AREA_DENSITY_AEE, area, ellipsoid.area());
  }

  private static void convexHull(Region region, double area, double volume, FeatureValues out) {
    long[] points = SurfacePoints.of(region.shape(), region.px(), region.py(), region.pz());
    ConvexHull hull = new ConvexHull(points);
    out.setRatio(Measure.VOLUME_DENSITY_CONVEX_HULL, volume, hull.volume() * region.voxelVolume());
    out.setRatio(Measure.AREA_DENSITY_CONVEX_HULL, area, hull.area(region.spacing()));
    out.set(Measure.MAX_DIAMETER_3D, Diameter.of(hull.corners(), region.spacing()));
  }

  private static void intensity(Region region, PrincipalAxes axes, double volume, FeatureValues out) {
    double weight = 0;
    double[] moment = new double[3];
    double[] centre = {axes.centre(0), axes.centre(1), axes.centre(2)};
    int next = 0;
    for (int z = 1; z < region.pz() - 1; z++) {
      for (int y = 1; y < region.py() - 1; y++) {
        double ofRow = 0;
        int row = region.at(0, y, z);
        for (int x = 1; x < region.px() - 1; x++) {
          if (region.inside()[row + x] != 0) {
            double w = region.intensities()[next++];
            ofRow += w;
            moment[0] += w * (x - centre[0]);
          }
        }
        weight += ofRow;
        moment[1] += ofRow * (y - centre[1]);
        moment[2] += ofRow * (z - centre[2]);
      }
    }
    double squared = 0;
    for (int axis = 0; axis < 3; axis++) {
      double mm = moment[axis] * region.spacing()[axis];
      squared += mm * mm;
    }
    out.setRatio(Measure.CENTRE_OF_MASS_SHIFT, Math.sqrt(squared), Math.abs(weight));
    out.set(Measure.INTEGRATED_INTENSITY, volume * (weight / region.intensities().length));
  }

  private static void autocorrelation(Region region, long mostPoints, FeatureValues out) {
    Reason fault = SpatialAutocorrelation.fault(region, mostPoints);
    if (fault != null) {
      out.setUndefined(Measure.MORANS_I, fault);
      out.setUndefined(Measure.GEARYS_C, fault);
      return;
    }
    SpatialAutocorrelation found = SpatialAutocorrelation.of(region);
    out.set(Measure.MORANS_I, found.moransI());
    out.set(Measure.GEARYS_C, found.gearysC());
  }
}
