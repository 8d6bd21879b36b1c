"""The Hive function in Spark SQL, where nobody calls `configure`: the same values as on the command line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from cluster.layout import find_layout
from imaging.output.nifti import nifti_gz_bytes
from radiomics_check.engine import BUILT_JAR, engine_command

pytestmark = pytest.mark.slow

PROGRAM = """
import json, sys
from pyspark.sql import SparkSession
jar, warehouse, image, mask = sys.argv[1:]
spark = (
    SparkSession.builder.master("local[1]").enableHiveSupport()
    .config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
    .config("spark.sql.warehouse.dir", warehouse)
    .config("javax.jdo.option.ConnectionURL", f"jdbc:derby:memory:{warehouse};create=true")
    .getOrCreate()
)
spark.sql(
    f"CREATE TEMPORARY FUNCTION extract_features AS 'com.hospital.ml.FeatureExtractor' USING JAR '{jar}'"
)
scans = spark.createDataFrame([(image, mask), (image, None)], "image string, mask string")
scans.createOrReplaceTempView("scans")
call = "extract_features(image, mask, '" + '{"min_voxels": 27}' + "')"
rows = spark.sql(f"SELECT f.* FROM scans LATERAL VIEW inline(array({call})) f")
print(json.dumps([row.asDict() for row in rows.collect()]))
"""


def test_spark_sql_gives_what_the_command_line_gives(tmp_path: Path) -> None:
    python = find_layout().home / "venv" / "spark" / "bin" / "python"
    if not python.exists():
        pytest.skip(f"no Spark at {python}; `make install` installs it")
    voxels = np.arange(6 * 6 * 6, dtype=np.int16).reshape(6, 6, 6) % 17
    inside = np.zeros((6, 6, 6), np.uint8)
    inside[1:5, 1:5, 1:5] = 1
    image, mask = tmp_path / "image.nii.gz", tmp_path / "mask.nii.gz"
    image.write_bytes(nifti_gz_bytes(voxels, np.eye(4)))
    mask.write_bytes(nifti_gz_bytes(inside, np.eye(4)))
    settings = tmp_path / "settings.json"
    settings.write_text('{"min_voxels": 27}')

    command = engine_command(BUILT_JAR, [str(image), str(mask), "--settings", str(settings)])
    alone = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    program = [str(python), "-c", PROGRAM, str(BUILT_JAR), str(tmp_path / "warehouse"), str(image), str(mask)]
    done = subprocess.run(program, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    measured, without_mask = json.loads(done.stdout.splitlines()[-1])

    assert measured["settings_hash"] == alone["settings_hash"]
    assert measured["status"] == alone["status"] == "OK"
    assert {name: measured[name] for name in alone["features"]} == alone["features"]
    assert (without_mask["status"], without_mask["reason"]) == ("NULL", "NO_MASK")
