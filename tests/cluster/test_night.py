"""All seven stages through Airflow's scheduler on the real engines; these tests look at one night."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(1800)]

SCAN_DATES = [f"2025-03-{day:02}" for day in (3, 6, 10, 13, 17, 20, 24, 27)]
FIRST, SECOND = SCAN_DATES[:2]


@pytest.fixture(scope="module")
def settled(night):
    """Set-up, two scan dates one by one, then the backfill of all eight; the runs by name."""
    runs = {"setup": night.run("site_setup")}
    runs["first"], runs["release of first"] = followed_by_releases(
        night, lambda: [night.run("scan_intake", partition_key=FIRST)]
    )
    runs["second"], runs["release of second"] = followed_by_releases(
        night, lambda: [night.run("scan_intake", conf={"scan_date": SECOND})]
    )
    runs["partitions"] = {day: night.partition(day) for day in (FIRST, SECOND)}
    runs["backfill"], runs["releases"] = followed_by_releases(night, lambda: backfill(night))
    return runs


def backfill(night):
    known = {run.run_id for run in night.airflow.runs("scan_intake")}
    night.airflow.backfill("scan_intake", SCAN_DATES[0], SCAN_DATES[-1], 4, reprocess="completed")
    return night.wait("scan_intake", lambda run: run.run_id not in known)


def followed_by_releases(night, start):
    """Return what `start` returns and the runs of model_release that came of it."""
    before = {run.run_id for run in night.airflow.runs("model_release")}
    runs = start()
    return runs, night.wait("model_release", lambda run: run.run_id not in before)


def test_the_set_up_is_green(settled):
    assert settled["setup"].state == "success"


def test_a_scan_date_by_partition_key_and_one_by_the_form_run_stages_1_to_3(night, settled):
    expected = dict.fromkeys(["landing", "1_ingest", "2_preprocess", "3_features", "announce"], "success")
    assert night.states(settled["first"][0]) == expected
    assert night.states(settled["second"][0]) == expected


def test_a_single_date_gives_one_release_which_waits_for_more_patients(night, settled):
    for name in ("release of first", "release of second"):
        assert len(settled[name]) == 1
        assert set(night.states(settled[name][0]).values()) == {"skipped"}


def test_a_backfill_covers_its_eight_dates_and_no_day_without_scans(settled):
    assert sorted((run.partition, run.state) for run in settled["backfill"]) == [
        (day, "success") for day in SCAN_DATES
    ]


def test_a_backfill_gives_one_release_with_all_four_stages(night, settled):
    assert len(settled["releases"]) == 1
    assert night.states(settled["releases"][0]) == dict.fromkeys(
        ["plan", "check", "4_train", "5_evaluate", "6_deploy", "7_metrics"], "success"
    )


def test_a_re_run_gives_identical_partitions(night, settled):
    """The backfill took in the two dates again: every file of them has the checksum it had."""
    for day, before in settled["partitions"].items():
        assert len(before) > 20
        assert night.partition(day) == before


def test_every_file_is_in_a_volume_a_region_or_the_quarantine(night, settled):
    raw = night.lake("SELECT COUNT(DISTINCT sha256) n FROM {raw_files}")[0]["n"]
    volumes = night.lake("SELECT SUM(`files`) n FROM {mri_scans}")[0]["n"]
    refused = night.lake("SELECT COUNT(*) n FROM {quarantine} WHERE dir0 <> 'scan_date=undated'")[0]["n"]
    regions = night.lake(
        "SELECT COUNT(DISTINCT r.sha256) n FROM {raw_files} r "
        "LEFT JOIN {quarantine} q ON q.sha256 = r.sha256 "
        "WHERE r.`role` = 'region' AND q.sha256 IS NULL"
    )[0]["n"]
    assert int(raw) == int(volumes) + int(refused) + int(regions)
    assert int(volumes) >= 47 * 24


@pytest.mark.parametrize("table", ["raw_files", "mri_scans", "image_features"])
def test_drill_and_hive_count_the_same(night, settled, table):
    name = f"{night.site.database}.{table}"
    by_hive = night.hive(f"SELECT scan_date, COUNT(*) FROM {name} GROUP BY scan_date")
    by_drill = night.lake(f"SELECT SUBSTR(dir0, 11) d, COUNT(*) n FROM {{{table}}} GROUP BY dir0")
    assert dict(by_hive) == {row["d"]: int(row["n"]) for row in by_drill}
    assert len(by_hive) == len(SCAN_DATES)


def test_each_engine_ran_in_its_queue(night, settled):
    """The ledger's application ids lead to applications that YARN knows, in the queue of their engine."""
    apps = night.get("resourcemanager_http", "/ws/v1/cluster/apps?limit=1000")["apps"]["app"]
    queue_of = {app["id"]: app["queue"].removeprefix("root.") for app in apps}
    rows = night.lake(
        "SELECT DISTINCT engine, application_id FROM {stage_runs} WHERE CHAR_LENGTH(application_id) > 0"
    )
    queues = {(row["engine"], queue_of[row["application_id"]]) for row in rows}
    assert queues == {
        ("DistCp", "default"),
        ("Hadoop Streaming", "default"),
        ("Hive on Tez", "default"),
        ("Spark via Livy", "ml_training"),
    }


def test_no_patient_is_in_two_folds(night, settled):
    rows = night.lake(
        "SELECT patient_key, COUNT(DISTINCT fold) folds, COUNT(*) n FROM {model_predictions} "
        "GROUP BY dir0, patient_key"
    )
    assert {(int(row["folds"]), int(row["n"])) for row in rows} == {(1, 1)}


def test_the_deployed_model_leads_back_to_the_hash_of_a_file(night, settled):
    version = night_text(night, f"{night.site.root}/models/{night.site.model}/CURRENT").strip()
    metrics = night.lake("SELECT * FROM {model_metrics} WHERE slice = 'all'")
    assert version in {row["model_version"] for row in metrics}
    folder = f"{night.site.root}/models/{night.site.model}/{version}"
    files = night.files(folder)
    assert any(path.endswith("MANIFEST.json") for path in files)
    text = night_text(night, f"{folder}/training_manifest.json")
    series = night.lake("SELECT image_sha256 FROM {mri_scans} LIMIT 1")[0]["image_sha256"]
    assert series in text


def night_text(night, path):
    import urllib.request

    url = f"http://localhost:{night.ports['namenode_http']}/webhdfs/v1{path}?op=OPEN"
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read().decode()


def test_a_scan_date_without_data_fails_and_names_the_nearest(night, settled):
    run = night.run("scan_intake", conf={"scan_date": "2025-03-04"})
    assert run.state == "failed"
    assert night.states(run)["landing"] == "failed"
    log = night.log(run, "landing")
    assert "no file of scan date 2025-03-04" in log
    assert FIRST in log


def test_a_run_without_any_date_fails_and_says_how_to_give_one(night, settled):
    run = night.run("scan_intake")
    assert run.state == "failed"
    assert "this run has no scan date: trigger it with" in night.log(run, "landing")


def test_a_release_by_hand_with_a_missing_labels_file_is_a_clear_failure(night, settled):
    labels = night.site.labels
    hidden = labels.with_suffix(".hidden")
    labels.rename(hidden)
    try:
        run = night.run("model_release")
    finally:
        hidden.rename(labels)
    assert run.state == "failed"
    assert str(labels) in night.log(run, "plan")


def test_nothing_half_written_is_left_visible(night, settled):
    """Every visible file of the tables is one complete Parquet file a partition."""
    for table in ("raw_files", "mri_scans", "quarantine", "image_features", "model_metrics"):
        files = night.files(f"{night.site.root}/{table}")
        assert files
        assert len({path.rsplit("/", 1)[0] for path in files}) == len(files)
        assert {path.rsplit(".", 1)[-1] for path in files} == {"parquet"}
