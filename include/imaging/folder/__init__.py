"""A folder of files as it lies on a disk, indexed and converted on one machine."""
