"""Operators: submit, defer, verify."""
