-- Every file is accounted for: files ingested = files in volumes + region files linked to a volume + files refused.
-- Parameters: plugin, root (HDFS folder), scan_dates (a list). Gives the rows that disagree: none is good.

WITH raw_files AS (
  SELECT SUBSTR(dir0, 11) AS scan_date, sha256, `role`, series_key, target_series_key
  FROM {{ plugin }}.`root`.`{{ root }}/raw_files`
  WHERE SUBSTR(dir0, 11) IN ('{{ scan_dates | join("', '") }}')
),
scans AS (
  SELECT SUBSTR(dir0, 11) AS scan_date, series_key, files
  FROM {{ plugin }}.`root`.`{{ root }}/mri_scans`
  WHERE SUBSTR(dir0, 11) IN ('{{ scan_dates | join("', '") }}')
),
refused AS (
  SELECT SUBSTR(dir0, 11) AS scan_date, sha256
  FROM {{ plugin }}.`root`.`{{ root }}/quarantine`
  WHERE SUBSTR(dir0, 11) IN ('{{ scan_dates | join("', '") }}')
),
judged AS (
  SELECT
    r.scan_date,
    r.sha256,
    r.series_key,
    CASE
      WHEN q.sha256 IS NOT NULL THEN 'refused'
      WHEN r.`role` = 'region' AND t.series_key IS NOT NULL THEN 'region'
      WHEN r.`role` = 'image' AND s.series_key IS NOT NULL THEN 'volume'
      ELSE 'lost'
    END AS place
  FROM raw_files r
  LEFT JOIN refused q ON q.scan_date = r.scan_date AND q.sha256 = r.sha256
  LEFT JOIN scans s ON s.scan_date = r.scan_date AND s.series_key = r.series_key
  LEFT JOIN scans t ON t.scan_date = r.scan_date AND t.series_key = r.target_series_key
),
sums AS (
  SELECT scan_date, SUM(ingested) AS ingested, SUM(accounted) AS accounted
  FROM (
    SELECT scan_date, COUNT(*) AS ingested, CAST(0 AS BIGINT) AS accounted FROM raw_files GROUP BY scan_date
    UNION ALL
    SELECT scan_date, CAST(0 AS BIGINT), COUNT(*) FROM refused GROUP BY scan_date
    UNION ALL
    SELECT scan_date, CAST(0 AS BIGINT), SUM(CAST(files AS BIGINT)) FROM scans GROUP BY scan_date
    UNION ALL
    SELECT scan_date, CAST(0 AS BIGINT), COUNT(*) FROM judged WHERE place = 'region' GROUP BY scan_date
  ) parts
  GROUP BY scan_date
)
SELECT scan_date, 'files of the date do not add up' AS problem, scan_date AS subject,
  ingested AS expected, accounted AS found
FROM sums
WHERE ingested <> accounted
UNION ALL
SELECT scan_date, 'a file is in no volume, no region and not refused', sha256, CAST(1 AS BIGINT), CAST(0 AS BIGINT)
FROM judged
WHERE place = 'lost'
UNION ALL
SELECT s.scan_date, 'a volume does not hold the files of its series', s.series_key,
  COALESCE(v.files, CAST(0 AS BIGINT)), CAST(s.files AS BIGINT)
FROM scans s
LEFT JOIN (
  SELECT scan_date, series_key, COUNT(*) AS files FROM judged WHERE place = 'volume' GROUP BY scan_date, series_key
) v ON v.scan_date = s.scan_date AND v.series_key = s.series_key
WHERE COALESCE(v.files, CAST(0 AS BIGINT)) <> CAST(s.files AS BIGINT)
ORDER BY scan_date, problem, subject
