-- Makes the held-out predictions of a model version known to Hive, after stage 4.
-- Parameters: database, model_version.

ALTER TABLE {{ database }}.model_predictions
ADD IF NOT EXISTS PARTITION (model_version='{{ model_version }}');
