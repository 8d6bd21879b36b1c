"""What a site is set up with, and what its configuration asks for: runtime, tables, function settings."""
