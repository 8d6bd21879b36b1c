"""Every figure in the documentation comes from a program of this folder, which prints it."""
