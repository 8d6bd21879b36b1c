"""Stage 1: plan the copy of a scan date and commit its raw images."""
