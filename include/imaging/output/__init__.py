"""Files that a conversion writes and reads again: NIfTI, gzip, the output folder."""
