"""Waiting for remote jobs in the triggerer: exactly one event each, deadline inside."""

from __future__ import annotations
