-- The permanent function extract_features.
-- Parameters: database, udf_jar (an hdfs:// address that is never reused: the jar's name carries its hash).
-- Run it when the jar changes, not before every query: between the two statements there is no function.

DROP FUNCTION IF EXISTS {{ database }}.extract_features;
CREATE FUNCTION {{ database }}.extract_features
AS 'com.hospital.ml.FeatureExtractor'
USING JAR '{{ udf_jar }}';
