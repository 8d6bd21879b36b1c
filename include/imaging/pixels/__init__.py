"""Stored pixel values of one image: layout, native and compressed encodings, lookup tables (PS3.5 8)."""
