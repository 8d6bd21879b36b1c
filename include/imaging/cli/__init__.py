"""The command line `python -m imaging`."""
