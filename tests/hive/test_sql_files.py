"""Every SQL file renders, and its columns are those that Python and Java write. No cluster."""

from __future__ import annotations

import re
import shutil
import string
import subprocess
from pathlib import Path

import jinja2
import jinja2.meta
import pyarrow as pa
import pytest

from jobs.base import schemas
from nightscan.hooks.hive_script import split_statements
from nightscan.stages.site.feature_columns import TABLE as FEATURES
from tests.hive.conftest import INCLUDE, JAR, PARAMETERS, Render

JAVA = INCLUDE / "java/src/main/java/com/hospital/ml"
HIVE = sorted(path.name for path in (INCLUDE / "hive").glob("*.sql"))
DRILL = sorted(path.name for path in (INCLUDE / "drill").glob("*.sql"))
SQL = [*(("hive", name) for name in HIVE), *(("drill", name) for name in DRILL)]
HIVE_TYPES = {"string": "STRING", "int32": "INT", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN"}
NAMES: list[str] = PARAMETERS["features"]
TABLE = re.compile(
    r"CREATE EXTERNAL TABLE IF NOT EXISTS nightscan\.(\w+) \((.*?)^\)", re.DOTALL | re.MULTILINE
)
COLUMN = re.compile(r"^  `(\w+)` ([A-Z]+(?:<[A-Z, ]+>)?),?$", re.MULTILINE)


def hive_type(kind: pa.DataType) -> str:
    if pa.types.is_map(kind):
        return f"MAP<{hive_type(kind.key_type)}, {hive_type(kind.item_type)}>"
    return HIVE_TYPES[str(kind)]


def declared(script: str) -> dict[str, tuple[list[tuple[str, str]], list[str], str]]:
    """Columns, partition columns and location of each table that schema.sql creates."""
    tables = {}
    for statement in split_statements(script):
        found = TABLE.match(statement)
        if found:
            parts = re.search(r"PARTITIONED BY \((.*)\)", statement)
            location = re.search(r"LOCATION '(.*)'", statement)
            assert parts is not None
            assert location is not None
            names = re.findall(r"`(\w+)` STRING", parts[1])
            tables[found[1]] = (COLUMN.findall(found[2]), names, location[1])
    return tables


def columns_of(schema: pa.Schema) -> list[tuple[str, str]]:
    return [(field.name, hive_type(field.type)) for field in schema]


def test_there_are_sql_files_for_both_engines() -> None:
    assert {"schema.sql", "function.sql", "extract_features.sql", "evaluate.sql", "read_metrics.sql"} <= set(
        HIVE
    )
    assert set(DRILL) == {"check_files.sql", "check_labels.sql", "summary.sql", "quarantine.sql"}


@pytest.mark.parametrize(("engine", "name"), SQL)
def test_a_file_renders_without_leftovers(engine: str, name: str, render: Render) -> None:
    text = render(engine, name)
    assert "{{" not in text
    assert "{%" not in text
    assert "${" not in text
    assert set(text) <= set(string.printable)
    assert text.startswith("--"), "a file begins with what it is for"


@pytest.mark.parametrize(("engine", "name"), SQL)
def test_a_file_names_its_parameters_in_its_heading(engine: str, name: str) -> None:
    text = (INCLUDE / engine / name).read_text()
    used = jinja2.meta.find_undeclared_variables(jinja2.Environment(autoescape=False).parse(text))
    heading = text.split("\n\n")[0]
    promised = heading[heading.index("Parameters:") :]
    for parameter in used:
        assert re.search(rf"\b{parameter}\b", promised), f"{name}: {parameter} is not in the heading"


@pytest.mark.parametrize("name", DRILL)
def test_a_drill_file_is_one_statement(name: str, render: Render) -> None:
    assert len(split_statements(render("drill", name))) == 1
    assert not render("drill", name).rstrip().endswith(";")


def test_the_schema_is_the_contract_that_python_writes(render: Render) -> None:
    features = schemas.image_features(NAMES)
    build = pa.schema([field for field in features if field.name != "build"])
    wanted = {
        "raw_files": (columns_of(schemas.RAW_FILES), ["scan_date"], "/medical_data/raw_files"),
        "mri_scans": (columns_of(schemas.MRI_SCANS), ["scan_date"], "/medical_data/mri_scans"),
        "quarantine": (columns_of(schemas.QUARANTINE), ["scan_date"], "/medical_data/quarantine"),
        "quarantine_releases": (
            columns_of(schemas.QUARANTINE_RELEASES),
            ["scan_date"],
            "/medical_data/quarantine_releases",
        ),
        "image_features": (columns_of(features), ["scan_date"], "/medical_data/image_features"),
        "image_features_build": (
            columns_of(build),
            ["scan_date", "build"],
            "/medical_data/_build/image_features",
        ),
        "feature_tasks": (
            columns_of(schemas.FEATURE_TASKS),
            ["scan_date", "build"],
            "/medical_data/_build/feature_tasks",
        ),
        "ground_truth": (columns_of(schemas.GROUND_TRUTH), ["outcome"], "/medical_data/ground_truth"),
        "model_predictions": (
            columns_of(schemas.MODEL_PREDICTIONS),
            ["model_version"],
            "/medical_data/model_predictions",
        ),
        "model_metrics": (columns_of(schemas.MODEL_METRICS), ["metric_date"], "/medical_data/model_metrics"),
        "model_metrics_build": (
            columns_of(schemas.MODEL_METRICS),
            ["metric_date", "build"],
            "/medical_data/_build/model_metrics",
        ),
        "stage_runs": (columns_of(schemas.STAGE_RUNS), ["run_date"], "/medical_data/stage_runs"),
    }
    assert declared(render("hive", "schema.sql")) == wanted


def test_every_statement_of_the_schema_may_run_twice(render: Render) -> None:
    for statement in split_statements(render("hive", "schema.sql")):
        assert " IF NOT EXISTS " in statement.split("(")[0]


def test_features_are_inserted_in_the_order_of_the_table(render: Render) -> None:
    script = split_statements(render("hive", "extract_features.sql"))[-1]
    selected = re.search(r"SELECT(.*?)^FROM", script, re.DOTALL | re.MULTILINE)
    assert selected is not None
    order = [part.strip().rpartition(".")[2] for part in selected[1].split(",")]
    head = [field.name for field in schemas.FEATURES_HEAD]
    assert order == [*head[:7], "mask_hash", *head[8:], *NAMES]


def test_other_features_are_other_columns_of_table_and_query_alike(render: Render) -> None:
    few = ["firstorder_mean", "glcm_contrast_2d_avg"]
    tables = declared(render("hive", "schema.sql", features=few))
    head = len(schemas.FEATURES_HEAD)
    assert [name for name, _ in tables["image_features_build"][0][head:]] == few
    assert [name for name, _ in tables["image_features"][0][head:]] == [*few, "build"]
    query = render("hive", "extract_features.sql", features=few)
    assert re.findall(r"f\.(\w+)", query)[-2:] == few


def test_the_list_of_features_is_that_of_the_function(tmp_path: Path) -> None:
    if not (JAR.is_file() and shutil.which("java")):
        pytest.skip("no jar or no java here; the tests on the engines compare the struct itself")
    jar = shutil.copy(JAR, tmp_path)
    command = ["java", "-cp", str(jar), "com.hospital.ml.FeatureTable"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed == FEATURES.read_text(), f"{' '.join(command)} > {FEATURES}"


def test_the_stale_jar_check_may_be_left_out() -> None:
    text = (INCLUDE / "hive" / "extract_features.sql").read_text()
    given = {"database": "d", "scan_date": "2005-01-01", "build": "b", "tasks": 1}
    given |= {"features": ["firstorder_mean"], "settings": "'{}'"}
    strict = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    assert "SET nightscan.features.jar=;" in strict.from_string(text).render(given)
    named = strict.from_string(text).render({**given, "udf_jar": "hdfs:///apps/features-aa.jar"})
    assert "SET nightscan.features.jar=hdfs:///apps/features-aa.jar;" in named


def test_the_declared_class_and_its_test_exist(render: Render) -> None:
    classes = re.findall(r"AS '([\w.]+)'", render("hive", "function.sql"))
    assert classes == ["com.hospital.ml.FeatureExtractor"]
    assert (JAVA / "FeatureExtractor.java").is_file()
    assert (INCLUDE / "java/src/test/java/com/hospital/ml/FeatureExtractorTest.java").is_file()


def test_the_evaluation_covers_the_versions_of_its_date(render: Render) -> None:
    assert "LIKE '20261121%'" in render("hive", "evaluate.sql", metric_date="2026-11-21")


def test_the_file_check_covers_every_date_it_is_given(render: Render) -> None:
    dates = "IN ('scan_date=2005-01-01', 'scan_date=2005-02-16')"
    assert render("drill", "check_files.sql").count(dates) == 3
