-- Makes the ledger of a day known to Hive. Parameters: database, run_date.

ALTER TABLE {{ database }}.stage_runs ADD IF NOT EXISTS PARTITION (run_date='{{ run_date }}');
