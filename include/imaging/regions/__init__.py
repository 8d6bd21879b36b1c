"""Regions of interest as masks on a volume's own grid, from RTSTRUCT and SEG objects."""
