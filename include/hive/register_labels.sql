-- Makes the labels of an outcome known to Hive. Parameters: database, outcome.

ALTER TABLE {{ database }}.ground_truth ADD IF NOT EXISTS PARTITION (outcome='{{ outcome }}');
