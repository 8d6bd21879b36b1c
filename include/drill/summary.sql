-- What there is, one row a scan date: files, volumes, regions, regions with features, files refused.
-- Parameters: plugin, root (HDFS folder).

SELECT
  SUBSTR(part, 11) AS scan_date,
  SUM(CASE WHEN kind = 'file' THEN 1 ELSE 0 END) AS `files`,
  SUM(CASE WHEN kind = 'volume' THEN 1 ELSE 0 END) AS volumes,
  SUM(CASE WHEN kind = 'region' OR kind = 'measured' THEN 1 ELSE 0 END) AS regions,
  SUM(CASE WHEN kind = 'measured' THEN 1 ELSE 0 END) AS features,
  SUM(CASE WHEN kind = 'refused' THEN 1 ELSE 0 END) AS refused
FROM (
  SELECT dir0 AS part, 'file' AS kind FROM {{ plugin }}.`root`.`{{ root }}/raw_files`
  UNION ALL
  SELECT dir0, 'volume' FROM {{ plugin }}.`root`.`{{ root }}/mri_scans`
  UNION ALL
  SELECT dir0,
    CASE WHEN mask_path IS NULL THEN 'no region' WHEN status = 'OK' THEN 'measured' ELSE 'region' END
  FROM {{ plugin }}.`root`.`{{ root }}/image_features`
  UNION ALL
  SELECT dir0, 'refused' FROM {{ plugin }}.`root`.`{{ root }}/quarantine`
) counted
GROUP BY part
ORDER BY scan_date
