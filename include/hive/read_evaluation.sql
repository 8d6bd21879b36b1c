-- What Hive evaluated for one model version, not yet committed. Parameters: database, metric_date, build,
-- model_version.

SET hive.compute.query.using.stats=false;

SELECT
  model_name,
  model_version,
  slice,
  patients,
  positives,
  folds,
  accuracy_avg,
  accuracy_stddev,
  sensitivity,
  specificity,
  auc,
  auc_stddev,
  brier
FROM {{ database }}.model_metrics_build
WHERE metric_date = '{{ metric_date }}' AND build = '{{ build }}' AND model_version = '{{ model_version }}'
ORDER BY slice;
