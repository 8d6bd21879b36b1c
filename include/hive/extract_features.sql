-- Stage 3: the features of every region of a scan date, into the partition of one build.
-- Parameters: database, scan_date, build, udf_jar (as given to function.sql; without it nothing is checked),
-- tasks (number of reducers; series are spread over them by their key).
--
-- The function reads files, so it must run on reducers, whose number we choose; one map task would get the
-- whole Parquet file. LATERAL VIEW inline(array(...)) evaluates it once a row, not once a column. OUTER keeps
-- series without a region: they give one row with the reason NO_MASK.

-- the function refuses to run from an older jar, which a warm Tez session would use in silence
SET nightscan.features.jar={{ udf_jar | default('') }};
SET mapreduce.job.reduces={{ tasks }};
SET hive.tez.auto.reducer.parallelism=false;
SET hive.merge.tezfiles=false;
-- statistics of a build nobody queries
SET hive.stats.autogather=false;

INSERT OVERWRITE TABLE {{ database }}.image_features_build
PARTITION (scan_date='{{ scan_date }}', build='{{ build }}')
SELECT
  v.series_key,
  v.patient_key,
  v.modality,
  v.region,
  v.image_path,
  v.mask_path,
  v.image_sha256,
  v.mask_hash,
  f.settings_hash,
  f.status,
  f.reason,
  f.firstorder_mean,
  f.firstorder_variance,
  f.firstorder_skewness,
  f.firstorder_kurtosis,
  f.firstorder_median,
  f.firstorder_minimum,
  f.firstorder_p10,
  f.firstorder_p90,
  f.firstorder_maximum,
  f.firstorder_iqr,
  f.firstorder_range,
  f.firstorder_mad,
  f.firstorder_rmad,
  f.firstorder_medad,
  f.firstorder_cov,
  f.firstorder_qcod,
  f.firstorder_energy,
  f.firstorder_rms,
  f.firstorder_entropy_fbn32,
  f.firstorder_uniformity_fbn32,
  f.shape_volume_mesh,
  f.shape_volume_voxel,
  f.shape_surface_area,
  f.shape_surface_volume_ratio,
  f.shape_compactness_1,
  f.shape_compactness_2,
  f.shape_spherical_disproportion,
  f.shape_sphericity,
  f.shape_asphericity,
  f.shape_centre_of_mass_shift,
  f.shape_max_diameter_3d,
  f.shape_major_axis_length,
  f.shape_minor_axis_length,
  f.shape_least_axis_length,
  f.shape_elongation,
  f.shape_flatness
FROM (
  SELECT
    scan.series_key,
    scan.patient_key,
    scan.modality,
    m.region,
    scan.image_path,
    m.mask_path,
    scan.image_sha256,
    scan.mask_sha256[m.region] AS mask_hash
  FROM {{ database }}.mri_scans scan
  LATERAL VIEW OUTER explode(scan.masks) m AS region, mask_path
  WHERE scan.scan_date = '{{ scan_date }}'
  DISTRIBUTE BY scan.series_key
) v
LATERAL VIEW inline(array({{ database }}.extract_features(v.image_path, v.mask_path))) f;
