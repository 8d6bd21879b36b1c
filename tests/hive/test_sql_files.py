"""Every SQL file renders, and its columns are those that Python and Java write. No cluster."""

from __future__ import annotations

import re
import shutil
import string
import subprocess
from pathlib import Path

import jinja2
import jinja2.meta
import pytest

from lake.features import HEAD, image_features, image_features_build
from lake.model import MODEL_METRICS_BUILD
from nightscan.hooks.statements import split_statements
from nightscan.stages.site.feature_columns import TABLE as FEATURES
from tests.hive.conftest import INCLUDE, JAR, PARAMETERS, Render

JAVA = INCLUDE / "java/src/main/java/com/hospital/ml"
HIVE = sorted(path.name for path in (INCLUDE / "hive").glob("*.sql"))
DRILL = sorted(path.name for path in (INCLUDE / "drill").glob("*.sql"))
SQL = [*(("hive", name) for name in HIVE), *(("drill", name) for name in DRILL)]
NAMES: list[str] = PARAMETERS["features"]


def test_there_are_sql_files_for_both_engines() -> None:
    assert {"function.sql", "extract_features.sql", "evaluate.sql", "read_evaluation.sql"} <= set(HIVE)
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


def test_features_are_inserted_in_the_order_of_the_table(render: Render) -> None:
    script = split_statements(render("hive", "extract_features.sql"))[-1]
    selected = re.search(r"SELECT(.*?)^FROM", script, re.DOTALL | re.MULTILINE)
    assert selected is not None
    order = [part.strip().rpartition(".")[2] for part in selected[1].split(",")]
    wanted = image_features_build(NAMES).names()
    assert order == [name.replace("mask_sha256", "mask_hash") for name in wanted]


def test_metrics_are_inserted_in_the_order_of_the_table(render: Render) -> None:
    script = split_statements(render("hive", "evaluate.sql"))[-1]
    selected = script.rpartition("SELECT")[2].partition("FROM")[0]
    order = [re.sub(r".*\.(\w+).*", r"\1", part.strip()) for part in selected.split(",")]
    assert order == ["'metastasis'", *MODEL_METRICS_BUILD.names()[1:]]


def test_other_features_are_other_columns_of_table_and_query_alike(render: Render) -> None:
    few = ["firstorder_mean", "glcm_contrast_2d_avg"]
    assert image_features_build(few).names()[len(HEAD) :] == few
    assert image_features(few).names()[len(HEAD) :] == [*few, "build"]
    query = render("hive", "extract_features.sql", features=few)
    assert re.findall(r"f\.(\w+)", query)[-2:] == few


def test_the_list_of_features_is_that_of_the_function(tmp_path: Path) -> None:
    if not (JAR.is_file() and shutil.which("java")):
        pytest.skip("no jar or no java here; the tests on the engines compare the struct itself")
    jar = shutil.copy(JAR, tmp_path)
    command = ["java", "-cp", str(jar), "com.hospital.ml.FeatureTable"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed == FEATURES.read_text(), "run `make features-page`"


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
