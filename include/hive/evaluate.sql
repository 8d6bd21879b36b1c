-- Stage 5: how good are the models of a date, judged on patients held out of their training.
-- Parameters: database, metric_date, build, outcome, model_name.
--
-- A version is of the date its name begins with (20261121T103000-ab12cd34). The unit is the patient: the mean
-- score of their rows, positive when at least half of the rows were predicted positive. Pending labels (NULL)
-- do not count. A metric that is not defined, such as the sensitivity of a slice without positives, is NULL,
-- never 0.
--
-- AUC is the Mann-Whitney statistic over average ranks, so equal scores count one half; `auc` is over all
-- held-out patients at once, `auc_stddev` over the AUCs of the folds that have both classes.

SET hive.cbo.enable=true;
SET hive.optimize.skewjoin=true;
SET hive.skewjoin.key=100000;
-- files are swapped under Hive: neither row counts nor answers may come from statistics
SET hive.compute.query.using.stats=false;
SET hive.stats.autogather=false;

WITH judged AS (
  SELECT p.model_version, p.fold, p.patient_key, p.modality, p.score, p.predicted, g.label
  FROM {{ database }}.model_predictions p
  JOIN {{ database }}.ground_truth g ON g.patient_key = p.patient_key
  WHERE g.outcome = '{{ outcome }}'
    AND g.label IS NOT NULL
    AND p.fold >= 0
    AND p.model_version LIKE '{{ metric_date | replace("-", "") }}%'
),
patients AS (
  SELECT
    s.slice,
    j.model_version,
    j.fold,
    j.patient_key,
    MAX(j.label) AS label,
    AVG(j.score) AS score,
    CASE WHEN AVG(j.predicted) >= 0.5 THEN 1 ELSE 0 END AS predicted
  FROM judged j
  LATERAL VIEW explode(array('all', j.modality)) s AS slice
  WHERE s.slice IS NOT NULL
  GROUP BY s.slice, j.model_version, j.fold, j.patient_key
),
ranked AS (
  SELECT
    slice,
    model_version,
    fold,
    patient_key,
    label,
    score,
    predicted,
    RANK() OVER (PARTITION BY model_version, slice ORDER BY score)
      + (COUNT(*) OVER (PARTITION BY model_version, slice, score) - 1) / 2.0 AS rank_in_slice,
    RANK() OVER (PARTITION BY model_version, slice, fold ORDER BY score)
      + (COUNT(*) OVER (PARTITION BY model_version, slice, fold, score) - 1) / 2.0 AS rank_in_fold
  FROM patients
),
by_fold AS (
  SELECT
    slice,
    model_version,
    fold,
    AVG(CASE WHEN predicted = label THEN 1.0D ELSE 0.0D END) AS accuracy,
    CASE WHEN SUM(label) > 0 AND SUM(1 - label) > 0 THEN
      (SUM(label * CAST(rank_in_fold AS DOUBLE)) - SUM(label) * (SUM(label) + 1) / 2.0D)
        / (CAST(SUM(label) AS DOUBLE) * SUM(1 - label))
    END AS auc
  FROM ranked
  GROUP BY slice, model_version, fold
),
over_folds AS (
  SELECT
    slice,
    model_version,
    COUNT(*) AS folds,
    AVG(accuracy) AS accuracy_avg,
    CASE WHEN COUNT(*) > 1 THEN STDDEV_SAMP(accuracy) END AS accuracy_stddev,
    CASE WHEN COUNT(auc) > 1 THEN STDDEV_SAMP(auc) END AS auc_stddev
  FROM by_fold
  GROUP BY slice, model_version
),
over_patients AS (
  SELECT
    slice,
    model_version,
    COUNT(DISTINCT patient_key) AS patients,
    COUNT(DISTINCT CASE WHEN label = 1 THEN patient_key END) AS positives,
    AVG(CASE WHEN label = 1 THEN CAST(predicted AS DOUBLE) END) AS sensitivity,
    AVG(CASE WHEN label = 0 THEN CAST(1 - predicted AS DOUBLE) END) AS specificity,
    CASE WHEN SUM(label) > 0 AND SUM(1 - label) > 0 THEN
      (SUM(label * CAST(rank_in_slice AS DOUBLE)) - SUM(label) * (SUM(label) + 1) / 2.0D)
        / (CAST(SUM(label) AS DOUBLE) * SUM(1 - label))
    END AS auc,
    AVG((score - label) * (score - label)) AS brier
  FROM ranked
  GROUP BY slice, model_version
)
INSERT OVERWRITE TABLE {{ database }}.model_metrics_build
PARTITION (metric_date='{{ metric_date }}', build='{{ build }}')
SELECT
  '{{ model_name }}',
  o.model_version,
  o.slice,
  CAST(o.patients AS INT),
  CAST(o.positives AS INT),
  CAST(f.folds AS INT),
  f.accuracy_avg,
  f.accuracy_stddev,
  o.sensitivity,
  o.specificity,
  o.auc,
  f.auc_stddev,
  o.brier
FROM over_patients o
JOIN over_folds f ON f.model_version = o.model_version AND f.slice = o.slice;
