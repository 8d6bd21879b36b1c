-- Stage 3: the features of every region of a scan date, into the partition of one build.
-- Parameters: database, scan_date, build, udf_jar (as given to function.sql; without it nothing is checked),
-- tasks (number of reducers that jobs.features.plan planned for), features (columns of image_features_build,
-- in its order), settings (SQL expression of the function's settings, of scan.modality).
--
-- The function reads files, so it must run on reducers, whose number we choose; one map task would get the
-- whole Parquet file. LATERAL VIEW inline(array(...)) evaluates it once a row, not once a column. OUTER keeps
-- series without a region: they give one row with the reason NO_MASK.
-- Series are spread over tasks by their work. A series that is not in the plan goes with those of key 0.

-- the function refuses to run from an older jar, which a warm Tez session would use in silence
SET nightscan.features.jar={{ udf_jar | default('') }};
SET mapreduce.job.reduces={{ tasks }};
SET hive.tez.auto.reducer.parallelism=false;
SET hive.merge.tezfiles=false;
-- else Hive drops the SORT BY of a sub-query
SET hive.remove.orderby.in.subquery=false;
-- no query reads the statistics of a build
SET hive.stats.autogather=false;

ALTER TABLE {{ database }}.feature_tasks
ADD IF NOT EXISTS PARTITION (scan_date='{{ scan_date }}', build='{{ build }}');

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
  f.settings,
  f.status,
  f.reason,
  f.null_reasons
{%- for name in features -%}
  ,
  f.{{ name }}
{%- endfor %}
FROM (
  SELECT
    scan.series_key,
    scan.patient_key,
    scan.modality,
    m.region,
    scan.image_path,
    m.mask_path,
    scan.image_sha256,
    scan.mask_sha256[m.region] AS mask_hash,
    {{ settings }} AS settings,
    scan.task_key
  FROM (
    SELECT s.*, COALESCE(t.task_key, 0) AS task_key
    FROM {{ database }}.mri_scans s
    LEFT JOIN (
      SELECT series_key, task_key
      FROM {{ database }}.feature_tasks
      WHERE scan_date = '{{ scan_date }}' AND build = '{{ build }}'
    ) t ON t.series_key = s.series_key
    WHERE s.scan_date = '{{ scan_date }}'
  ) scan
  LATERAL VIEW OUTER explode(scan.masks) m AS region, mask_path
  -- the regions of a series one after the other
  DISTRIBUTE BY task_key SORT BY series_key, region
) v
LATERAL VIEW inline(array({{ database }}.extract_features(v.image_path, v.mask_path, v.settings))) f;
