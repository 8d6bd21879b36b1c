-- What there is, one row a scan date: files, volumes, regions, regions with features, files refused.
-- Parameters: plugin, root (HDFS folder).

SELECT
  scan_date,
  SUM(`files`) AS `files`,
  SUM(volumes) AS volumes,
  SUM(regions) AS regions,
  SUM(features) AS features,
  SUM(refused) AS refused
FROM (
  SELECT SUBSTR(dir0, 11) AS scan_date, COUNT(*) AS `files`, CAST(0 AS BIGINT) AS volumes,
    CAST(0 AS BIGINT) AS regions, CAST(0 AS BIGINT) AS features, CAST(0 AS BIGINT) AS refused
  FROM {{ plugin }}.`root`.`{{ root }}/raw_files`
  GROUP BY SUBSTR(dir0, 11)
  UNION ALL
  SELECT SUBSTR(dir0, 11), CAST(0 AS BIGINT), COUNT(*), CAST(0 AS BIGINT), CAST(0 AS BIGINT), CAST(0 AS BIGINT)
  FROM {{ plugin }}.`root`.`{{ root }}/mri_scans`
  GROUP BY SUBSTR(dir0, 11)
  UNION ALL
  SELECT SUBSTR(dir0, 11), CAST(0 AS BIGINT), CAST(0 AS BIGINT), COUNT(mask_path),
    SUM(CAST(CASE WHEN status = 'OK' THEN 1 ELSE 0 END AS BIGINT)), CAST(0 AS BIGINT)
  FROM {{ plugin }}.`root`.`{{ root }}/image_features`
  GROUP BY SUBSTR(dir0, 11)
  UNION ALL
  SELECT SUBSTR(dir0, 11), CAST(0 AS BIGINT), CAST(0 AS BIGINT), CAST(0 AS BIGINT), CAST(0 AS BIGINT), COUNT(*)
  FROM {{ plugin }}.`root`.`{{ root }}/quarantine`
  GROUP BY SUBSTR(dir0, 11)
) counted
GROUP BY scan_date
ORDER BY scan_date
