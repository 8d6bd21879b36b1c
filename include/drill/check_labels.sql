-- No patient with features may be dropped in silence for want of a label, and none may have two. A pending
-- outcome is a row with a NULL label. Gives the rows that disagree: none is good.
-- Parameters: plugin, root (HDFS folder), outcome.

WITH labelled AS (
  SELECT patient_key, COUNT(*) AS label_rows
  FROM {{ plugin }}.`root`.`{{ root }}/ground_truth`
  WHERE dir0 = 'outcome={{ outcome }}'
  GROUP BY patient_key
),
measured AS (
  SELECT patient_key, COUNT(*) AS feature_rows
  FROM {{ plugin }}.`root`.`{{ root }}/image_features`
  GROUP BY patient_key
)
SELECT 'a patient with features has no row in ground_truth' AS problem, m.patient_key AS subject,
  m.feature_rows AS row_count
FROM measured m
LEFT JOIN labelled l ON l.patient_key = m.patient_key
WHERE l.patient_key IS NULL
UNION ALL
SELECT 'a patient has more than one row in ground_truth', patient_key, label_rows
FROM labelled
WHERE label_rows > 1
ORDER BY problem, subject
