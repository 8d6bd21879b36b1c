-- Makes what was overruled of a scan date known to Hive. Harmless when they are. Parameters: database, scan_date.

ALTER TABLE {{ database }}.quarantine_releases ADD IF NOT EXISTS PARTITION (scan_date='{{ scan_date }}');
