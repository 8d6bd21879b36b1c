"""Check a converted volume again with code that shares nothing with the writer."""
