"""De-identification by the profiles of DICOM PS3.15 Annex E: bytes of a file in, bytes or a reason out."""
