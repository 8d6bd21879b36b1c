-- The committed metrics of one model version. Parameters: database, metric_date, model_version.
-- Files are swapped under Hive, so no answer may come from its statistics.

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
FROM {{ database }}.model_metrics
WHERE metric_date = '{{ metric_date }}' AND model_version = '{{ model_version }}'
ORDER BY slice;
