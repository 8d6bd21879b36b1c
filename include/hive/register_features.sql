-- Makes the committed features of a scan date known to Hive, after stage 3. Parameters: database, scan_date.

ALTER TABLE {{ database }}.image_features ADD IF NOT EXISTS PARTITION (scan_date='{{ scan_date }}');
