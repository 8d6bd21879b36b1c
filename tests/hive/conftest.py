"""Rendering of SQL files, and a scratch database on the real engines for tests marked `cluster`."""

from __future__ import annotations

import gzip
import hashlib
import importlib
import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import pyarrow as pa
import pytest

from cluster.ports import all_ports
from jobs.base.schemas import table
from jobs.base.store import Store, open_store
from lake.hive import creation
from lake.model import MODEL_METRICS
from nightscan.config import load_config
from nightscan.hooks.statements import split_statements
from nightscan.stages.site.feature_columns import feature_columns
from nightscan.stages.site.feature_settings import settings_sql, settings_texts

INCLUDE = Path(__file__).parents[2] / "include"
JAR = INCLUDE / "java" / "target" / "nightscan-features.jar"
Render = Callable[..., str]
Row = dict[str, Any]

SITE = load_config({})

# what an operator hands to a template, by name
PARAMETERS: Mapping[str, Any] = {
    "database": "nightscan",
    "root": "/medical_data",
    "scan_date": "2005-01-01",
    "scan_dates": ["2005-01-01", "2005-02-16"],
    "build": "0123456789abcdef",
    "udf_jar": "hdfs:///apps/nightscan/features-0123456789abcdef.jar",
    "tasks": 4,
    "features": feature_columns(SITE.features),
    "settings": settings_sql(settings_texts(SITE.features), "scan.modality"),
    "outcome": "lung_metastasis",
    "model_version": "20261121T103000-ab12cd34",
    "model_name": "metastasis",
    "metric_date": "2026-11-21",
    "columns": MODEL_METRICS.names(),
    "run_date": "2026-11-21",
    "plugin": "lake",
}


def render_sql(engine: str, name: str, **parameters: Any) -> str:
    """Render one SQL file; a parameter that is neither given nor in PARAMETERS is an error."""
    text = (INCLUDE / engine / name).read_text()
    return (
        jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
        .from_string(text)
        .render({**PARAMETERS, **parameters})
    )


@pytest.fixture(scope="session")
def render() -> Render:
    return render_sql


def nifti_bytes(values: np.ndarray[Any, Any], affine: np.ndarray[Any, Any] | None = None) -> bytes:
    """A gzipped NIfTI-1 file as the preprocessing writes it; values are (i, j, k), affine RAS+ mm."""
    # its stubs are partial
    nibabel: Any = importlib.import_module("nibabel")
    image = nibabel.Nifti1Image(values, np.eye(4) if affine is None else affine)
    return gzip.compress(image.to_bytes(), mtime=0)


@pytest.fixture(scope="session")
def nifti() -> Callable[..., bytes]:
    return nifti_bytes


@pytest.fixture(scope="session")
def jar() -> Path:
    """The built function."""
    assert JAR.is_file(), f"no {JAR}: build it with `mvn -B package` in include/java"
    return JAR


@dataclass
class Lake:
    """A scratch database and folder; `params` go into every template."""

    store: Store
    database: str
    root: str
    cursor: Any
    udf_jar: str

    @property
    def params(self) -> dict[str, Any]:
        return {"database": self.database, "root": self.root, "udf_jar": self.udf_jar}

    def create(self) -> None:
        """Make database and tables."""
        for statement in creation(self.database, self.root, PARAMETERS["features"]):
            self.sql(statement)

    def script(self, name: str, **parameters: Any) -> list[Row]:
        """Run the statements of a Hive script; the rows of the last one that gives any."""
        rows: list[Row] = []
        for statement in split_statements(render_sql("hive", name, **{**self.params, **parameters})):
            rows = self.sql(statement) or rows
        return rows

    def sql(self, statement: str) -> list[Row]:
        self.cursor.execute(statement)
        if not self.cursor.description:
            return []
        names = [column[0].rpartition(".")[2] for column in self.cursor.description]
        return [dict(zip(names, row, strict=True)) for row in self.cursor.fetchall()]

    def put(self, path: str, rows: list[Row], schema: pa.Schema) -> None:
        """Write one Parquet file below the root; columns that a row lacks are NULL."""
        full = [{name: row.get(name) for name in schema.names} for row in rows]
        self.store.swap_table(f"{self.root}/{path}", table(full, schema))


@pytest.fixture(scope="module")
def lake(jar: Path) -> Iterator[Lake]:
    """Tables and function in a scratch database; all of it is dropped afterwards."""
    from pyhive import hive

    ports = all_ports()
    os.environ.setdefault("HADOOP_USER_NAME", "root")
    name = f"nightscan_test_{uuid.uuid4().hex[:8]}"
    store = open_store(f"hdfs://localhost:{ports['namenode']}")
    connection = hive.Connection(host="localhost", port=ports["hiveserver2"], auth="NONE", username="root")
    root, code = f"/tmp/{name}", jar.read_bytes()
    # named after its content, as it is shipped: a warm Tez session knows jars by name
    path = f"{root}/features-{hashlib.sha256(code).hexdigest()[:16]}.jar"
    udf_jar = f"hdfs://localhost:{ports['namenode']}{path}"
    scratch = Lake(store, name, root, connection.cursor(), udf_jar)
    store.write(path, code)
    try:
        scratch.create()
        scratch.script("function.sql")
        yield scratch
    finally:
        scratch.sql(f"DROP FUNCTION IF EXISTS {name}.extract_features")
        scratch.sql(f"DROP DATABASE IF EXISTS {name} CASCADE")
        connection.close()
        store.delete(scratch.root)


@pytest.fixture(scope="session")
def drill() -> Callable[[str], list[Row]]:
    """Run one Drill query; a query that fails raises with Drill's own message."""
    import requests

    address = f"http://localhost:{all_ports()['drill']}/query.json"

    def query(sql: str) -> list[Row]:
        body = {"queryType": "SQL", "query": sql}
        answer = requests.post(address, json=body, timeout=120).json()
        assert answer["queryState"] == "COMPLETED", answer.get("errorMessage")
        rows: list[Row] = answer["rows"]
        return rows

    return query
