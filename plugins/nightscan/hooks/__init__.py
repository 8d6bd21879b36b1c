"""Clients of the engines. Loaded on first use, so that parsing a DAG imports no client library (PEP 562)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nightscan.hooks.drill import DrillHook as DrillHook
    from nightscan.hooks.hadoop import HadoopCli as HadoopCli
    from nightscan.hooks.hdfs import HdfsHook as HdfsHook
    from nightscan.hooks.hive import HiveQueryHook as HiveQueryHook
    from nightscan.hooks.livy import LivyBatchHook as LivyBatchHook
    from nightscan.hooks.mlflow import MlflowHook as MlflowHook
    from nightscan.hooks.yarn import YarnHook as YarnHook

_WHERE = {
    "DrillHook": "drill",
    "HadoopCli": "hadoop",
    "HdfsHook": "hdfs",
    "HiveQueryHook": "hive",
    "LivyBatchHook": "livy",
    "MlflowHook": "mlflow",
    "YarnHook": "yarn",
}


def __getattr__(name: str) -> Any:
    """Import the module that holds hook `name` when it is first used; return the hook."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"nightscan.hooks.{_WHERE[name]}"), name)
