"""Operators: find the job or submit it, defer to a trigger, verify."""

from __future__ import annotations
