-- What there is, one row a scan date: files, volumes, regions, regions with features, files refused.
-- Parameters: plugin, root (HDFS folder).

SELECT
  SUBSTR(folder, 11) AS scan_date,
  SUM(file_row) AS `files`,
  SUM(volume) AS volumes,
  SUM(region) AS regions,
  SUM(measured) AS features,
  SUM(refusal) AS refused
FROM (
  SELECT dir0 AS folder, 1 AS file_row, 0 AS volume, 0 AS region, 0 AS measured, 0 AS refusal
  FROM {{ plugin }}.`root`.`{{ root }}/raw_files`
  UNION ALL
  SELECT dir0, 0, 1, 0, 0, 0
  FROM {{ plugin }}.`root`.`{{ root }}/mri_scans`
  UNION ALL
  SELECT dir0, 0, 0,
    CASE WHEN mask_path IS NULL THEN 0 ELSE 1 END, CASE WHEN status = 'OK' THEN 1 ELSE 0 END, 0
  FROM {{ plugin }}.`root`.`{{ root }}/image_features`
  UNION ALL
  SELECT dir0, 0, 0, 0, 0, 1
  FROM {{ plugin }}.`root`.`{{ root }}/quarantine`
) counted
GROUP BY folder
ORDER BY scan_date
