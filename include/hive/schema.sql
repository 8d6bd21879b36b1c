-- The database and its tables. Harmless when they exist.
-- Parameters: database, root, features (columns of features.tsv that the site asks for, in its order).
-- External tables over Parquet: a partition is one file, which jobs replace by a rename; Hive owns no data.
-- Column names and types are those of jobs.base.schemas.

CREATE DATABASE IF NOT EXISTS {{ database }}
COMMENT 'nightscan: medical images and what was learned from them';

CREATE EXTERNAL TABLE IF NOT EXISTS {{ database }}.raw_files (
  `sha256` STRING,
  `bytes` BIGINT,
  `raw_path` STRING,
  `source_path` STRING,
  `sop_class` STRING,
  `modality` STRING,
  `role` STRING,
  `patient_key` STRING,
  `study_key` STRING,
  `series_key` STRING,
  `target_series_key` STRING
)
COMMENT 'one row a file that was ingested'
PARTITIONED BY (`scan_date` STRING)
STORED AS PARQUET
LOCATION '{{ root }}/raw_files';

CREATE EXTERNAL TABLE IF NOT EXISTS {{ database }}.mri_scans (
  `series_key` STRING,
  `patient_key` STRING,
  `study_key` STRING,
  `modality` STRING,
  `image_path` STRING,
  `image_sha256` STRING,
  `masks` MAP<STRING, STRING>,
  `mask_sha256` MAP<STRING, STRING>,
  `region_volume_ml` MAP<STRING, DOUBLE>,
  `columns_` INT,
  `rows_` INT,
  `slices` INT,
  `volumes` INT,
  `fourth_axis` STRING,
  `tilt_degrees` DOUBLE,
  `spacing_x` DOUBLE,
  `spacing_y` DOUBLE,
  `spacing_z` DOUBLE,
  `affine` STRING,
  `units` STRING,
  `dtype` STRING,
  `files` INT,
  `bytes` BIGINT,
  `files_digest` STRING,
  `manufacturer` STRING,
  `simulated` BOOLEAN,
  `geometry` STRING,
  `build` STRING
)
COMMENT 'one row a volume, any modality; the commit point of a scan date'
PARTITIONED BY (`scan_date` STRING)
STORED AS PARQUET
LOCATION '{{ root }}/mri_scans';

CREATE EXTERNAL TABLE IF NOT EXISTS {{ database }}.quarantine (
  `sha256` STRING,
  `raw_path` STRING,
  `source_path` STRING,
  `level` STRING,
  `reason` STRING,
  `evidence` STRING,
  `patient_key` STRING,
  `series_key` STRING,
  `build` STRING
)
COMMENT 'one row a file that was refused, with the reason'
PARTITIONED BY (`scan_date` STRING)
STORED AS PARQUET
LOCATION '{{ root }}/quarantine';

CREATE EXTERNAL TABLE IF NOT EXISTS {{ database }}.quarantine_releases (
  `number` INT,
  `action` STRING,
  `sha256` STRING,
  `series_key` STRING,
  `level` STRING,
  `reason` STRING,
  `evidence` STRING,
  `build` STRING,
  `why` STRING,
  `by_` STRING,
  `recorded_at` STRING,
  `run_id` STRING
)
COMMENT 'one row a file that a person released, or whose release was withdrawn; rows are only ever added'
PARTITIONED BY (`scan_date` STRING)
STORED AS PARQUET
LOCATION '{{ root }}/quarantine_releases';

CREATE EXTERNAL TABLE IF NOT EXISTS {{ database }}.image_features (
  `series_key` STRING,
  `patient_key` STRING,
  `modality` STRING,
  `region` STRING,
  `image_path` STRING,
  `mask_path` STRING,
  `image_sha256` STRING,
  `mask_sha256` STRING,
  `settings_hash` STRING,
  `settings` STRING,
  `status` STRING,
  `reason` STRING,
  `null_reasons` MAP<STRING, STRING>,
{%- for name in features %}
  `{{ name }}` DOUBLE,
{%- endfor %}
  `build` STRING
)
COMMENT 'one row a region; NULL features have a reason'
PARTITIONED BY (`scan_date` STRING)
STORED AS PARQUET
LOCATION '{{ root }}/image_features';

-- Which Tez task takes which series, by jobs.features.plan: a task is a key whose hash names its reducer.
CREATE EXTERNAL TABLE IF NOT EXISTS {{ database }}.feature_tasks (
  `series_key` STRING,
  `task_key` INT
)
COMMENT 'how the work of a build is spread over tasks'
PARTITIONED BY (`scan_date` STRING, `build` STRING)
STORED AS PARQUET
LOCATION '{{ root }}/_build/feature_tasks';

-- Hive writes here by position, so site_setup makes it anew when the columns have changed; a job then makes
-- one file of a build and swaps it into image_features.
CREATE EXTERNAL TABLE IF NOT EXISTS {{ database }}.image_features_build (
  `series_key` STRING,
  `patient_key` STRING,
  `modality` STRING,
  `region` STRING,
  `image_path` STRING,
  `mask_path` STRING,
  `image_sha256` STRING,
  `mask_sha256` STRING,
  `settings_hash` STRING,
  `settings` STRING,
  `status` STRING,
  `reason` STRING,
  `null_reasons` MAP<STRING, STRING>
{%- for name in features -%}
  ,
  `{{ name }}` DOUBLE
{%- endfor %}
)
COMMENT 'what Hive wrote last, not yet committed'
PARTITIONED BY (`scan_date` STRING, `build` STRING)
STORED AS PARQUET
LOCATION '{{ root }}/_build/image_features';

CREATE EXTERNAL TABLE IF NOT EXISTS {{ database }}.ground_truth (
  `patient_key` STRING,
  `label` INT,
  `source_sha256` STRING
)
COMMENT 'one row a patient; a NULL label is an outcome still pending'
PARTITIONED BY (`outcome` STRING)
STORED AS PARQUET
LOCATION '{{ root }}/ground_truth';

CREATE EXTERNAL TABLE IF NOT EXISTS {{ database }}.model_predictions (
  `patient_key` STRING,
  `series_key` STRING,
  `scan_date_` STRING,
  `modality` STRING,
  `region` STRING,
  `fold` INT,
  `score` DOUBLE,
  `predicted` INT
)
COMMENT 'scores of patients held out of training'
PARTITIONED BY (`model_version` STRING)
STORED AS PARQUET
LOCATION '{{ root }}/model_predictions';

CREATE EXTERNAL TABLE IF NOT EXISTS {{ database }}.model_metrics (
  `model_name` STRING,
  `model_version` STRING,
  `slice` STRING,
  `patients` INT,
  `positives` INT,
  `folds` INT,
  `accuracy_avg` DOUBLE,
  `accuracy_stddev` DOUBLE,
  `sensitivity` DOUBLE,
  `specificity` DOUBLE,
  `auc` DOUBLE,
  `auc_stddev` DOUBLE,
  `brier` DOUBLE
)
COMMENT 'how good a model version is, by slice'
PARTITIONED BY (`metric_date` STRING)
STORED AS PARQUET
LOCATION '{{ root }}/model_metrics';

-- Hive writes here; a job then commits it to model_metrics.
CREATE EXTERNAL TABLE IF NOT EXISTS {{ database }}.model_metrics_build (
  `model_name` STRING,
  `model_version` STRING,
  `slice` STRING,
  `patients` INT,
  `positives` INT,
  `folds` INT,
  `accuracy_avg` DOUBLE,
  `accuracy_stddev` DOUBLE,
  `sensitivity` DOUBLE,
  `specificity` DOUBLE,
  `auc` DOUBLE,
  `auc_stddev` DOUBLE,
  `brier` DOUBLE
)
COMMENT 'what Hive wrote last, not yet committed'
PARTITIONED BY (`metric_date` STRING, `build` STRING)
STORED AS PARQUET
LOCATION '{{ root }}/_build/model_metrics';

CREATE EXTERNAL TABLE IF NOT EXISTS {{ database }}.stage_runs (
  `dag_id` STRING,
  `run_id` STRING,
  `stage` INT,
  `stage_name` STRING,
  `scan_date_` STRING,
  `model_version` STRING,
  `engine` STRING,
  `application_id` STRING,
  `files_in` BIGINT,
  `volumes_out` BIGINT,
  `regions_out` BIGINT,
  `quarantined` BIGINT,
  `bytes_in` BIGINT,
  `seconds` DOUBLE,
  `started_at` STRING,
  `status` STRING,
  `note` STRING
)
COMMENT 'the ledger: one row a stage that ran'
PARTITIONED BY (`run_date` STRING)
STORED AS PARQUET
LOCATION '{{ root }}/stage_runs';
