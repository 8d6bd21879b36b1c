-- What was refused and why: files and series, by scan date, level and reason.
-- Parameters: plugin, root (HDFS folder).

SELECT
  SUBSTR(dir0, 11) AS scan_date,
  `level`,
  reason,
  COUNT(*) AS `files`,
  COUNT(DISTINCT series_key) AS series
FROM {{ plugin }}.`root`.`{{ root }}/quarantine`
GROUP BY SUBSTR(dir0, 11), `level`, reason
ORDER BY scan_date, `files` DESC, reason
