"""Read DICOM elements by PS3.5 alone, without pydicom; decline whatever is odd."""
