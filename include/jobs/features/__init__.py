"""Stage 3: spread series over tasks and commit the features of a scan date."""
