"""Refusals that a person overrules."""
