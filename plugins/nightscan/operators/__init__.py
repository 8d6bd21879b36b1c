"""Operators: look for the job, submit it, hand over to a trigger, verify."""

from __future__ import annotations
