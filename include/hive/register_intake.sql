-- Makes the committed partitions of a scan date known to Hive, after stages 1 and 2. Harmless when they are.
-- Parameters: database, scan_date.

ALTER TABLE {{ database }}.raw_files ADD IF NOT EXISTS PARTITION (scan_date='{{ scan_date }}');
ALTER TABLE {{ database }}.mri_scans ADD IF NOT EXISTS PARTITION (scan_date='{{ scan_date }}');
ALTER TABLE {{ database }}.quarantine ADD IF NOT EXISTS PARTITION (scan_date='{{ scan_date }}');
