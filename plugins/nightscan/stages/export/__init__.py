"""The de-identified export of one scan date."""
