"""A page for people: what a conversion gave, looked at without any other program."""

from __future__ import annotations

from imaging.report.page import write_report

__all__ = ["write_report"]
