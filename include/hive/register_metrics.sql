-- Makes the committed metrics of a date known to Hive, after stage 7. Parameters: database, metric_date.

ALTER TABLE {{ database }}.model_metrics ADD IF NOT EXISTS PARTITION (metric_date='{{ metric_date }}');
