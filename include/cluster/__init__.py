"""The local cluster: real engines from public packages, on one machine, under one folder."""

from __future__ import annotations
