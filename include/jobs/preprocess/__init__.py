"""Stage 2: plan, convert and commit the volumes of a scan date."""
