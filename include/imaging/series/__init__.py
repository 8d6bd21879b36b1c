"""One series from its files to a volume, masks and records; or the reason why not."""
