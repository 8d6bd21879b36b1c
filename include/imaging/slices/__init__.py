"""Slices out of files: classic images, frames of enhanced ones, tiles of mosaics; what their values mean."""
