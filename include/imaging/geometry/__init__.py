"""Place slices in the patient: prove a regular grid, sort a fourth axis, or refuse (PS3.3 C.7.6.2)."""
