"""The index of the landing zone: one row a file, and which scan dates are due."""
