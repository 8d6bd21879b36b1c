-- Every file is accounted for exactly once: it is in a volume, or a region linked to a volume, or refused;
-- and each volume holds as many files as were ingested for its series. So files ingested = files in volumes +
-- region files + files refused. A file is a content: copies of it that landed under other names are further
-- rows of raw_files with its hash, and are accounted for with it. Gives the rows that disagree: none is good.
-- Parameters: plugin, root (HDFS folder), scan_dates (a list).

WITH scans AS (
  SELECT dir0 AS folder, series_key, `files` AS held
  FROM {{ plugin }}.`root`.`{{ root }}/mri_scans`
  WHERE dir0 IN ('scan_date={{ scan_dates | join("', 'scan_date=") }}')
),
by_file AS (
  SELECT
    folder,
    sha256,
    MAX(kind) AS kind,
    MAX(owner) AS owner,
    SUM(ingested) AS ingested,
    SUM(refused) AS refused
  FROM (
    SELECT DISTINCT dir0 AS folder, sha256, `role` AS kind,
      CAST(1 AS BIGINT) AS ingested, CAST(0 AS BIGINT) AS refused,
      CASE WHEN `role` = 'region' THEN target_series_key ELSE series_key END AS owner
    FROM {{ plugin }}.`root`.`{{ root }}/raw_files`
    WHERE dir0 IN ('scan_date={{ scan_dates | join("', 'scan_date=") }}')
    UNION ALL
    SELECT dir0, sha256, CAST(NULL AS VARCHAR), CAST(0 AS BIGINT), CAST(1 AS BIGINT), CAST(NULL AS VARCHAR)
    FROM {{ plugin }}.`root`.`{{ root }}/quarantine`
    WHERE dir0 IN ('scan_date={{ scan_dates | join("', 'scan_date=") }}')
  ) both_tables
  GROUP BY folder, sha256
),
placed AS (
  SELECT f.folder, f.sha256, f.kind, f.owner, f.ingested, f.refused,
    CASE WHEN f.refused = 0 AND f.kind = 'image' AND s.series_key IS NOT NULL THEN 1 ELSE 0 END AS in_volume,
    CASE WHEN f.kind = 'region' AND s.series_key IS NOT NULL THEN 1 ELSE 0 END AS linked
  FROM by_file f
  LEFT JOIN scans s ON s.folder = f.folder AND s.series_key = f.owner
)
SELECT SUBSTR(folder, 11) AS scan_date, problem, subject, SUM(expected) AS expected, SUM(found) AS found
FROM (
  SELECT folder,
    CASE WHEN in_volume = 1 THEN 'a volume does not hold the files of its series'
      ELSE 'a file is not accounted for exactly once' END AS problem,
    CASE WHEN in_volume = 1 THEN owner ELSE sha256 END AS subject,
    ingested AS expected,
    CASE WHEN in_volume = 1 THEN CAST(0 AS BIGINT) WHEN refused > 0 THEN refused
      ELSE CAST(linked AS BIGINT) END AS found
  FROM placed
  UNION ALL
  SELECT folder, 'a volume does not hold the files of its series', series_key, CAST(0 AS BIGINT),
    CAST(held AS BIGINT)
  FROM scans
) counted
GROUP BY folder, problem, subject
HAVING SUM(expected) <> SUM(found)
ORDER BY scan_date, problem, subject
