-- What Hive evaluated for one model version, not yet committed. Parameters: database, columns (of model_metrics),
-- metric_date, build, model_version.

SET hive.compute.query.using.stats=false;

SELECT {{ columns | join(", ") }}
FROM {{ database }}.model_metrics_build
WHERE metric_date = '{{ metric_date }}' AND build = '{{ build }}' AND model_version = '{{ model_version }}'
ORDER BY slice;
