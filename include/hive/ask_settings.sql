-- What the function makes of settings: their hash and their canonical text, or its refusal in the error. It
-- reads no file and needs no container. Parameters: database, settings (a quoted literal).

SELECT
  {{ database }}.extract_features(CAST(NULL AS STRING), CAST(NULL AS STRING), {{ settings }}).settings_hash
    AS settings_hash,
  {{ database }}.extract_features(CAST(NULL AS STRING), CAST(NULL AS STRING), {{ settings }}).settings
    AS settings;
