"""Stage 4: train one planned release on YARN."""
