"""Open one DICOM file and take plain values out of it: strictly where possible, else by pydicom."""
