"""The results of the night: the ledger's table, the model's metrics, what Drill counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from night.errors import NightError
from night.follow import say
from night.http import request_json
from night.site import Site

SHOWN_ROWS = 48


class Drill:
    """Questions to Drill over REST."""

    def __init__(self, address: str) -> None:
        self.address = address

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Run one query and return its rows, values as text."""
        # the asynchronous page reader of Drill 1.22 fails at random on folders of small files
        options = {"store.parquet.reader.pagereader.async": False}
        body = {"queryType": "SQL", "query": sql, "options": options}
        answer = request_json("POST", f"{self.address}/query.json", body)
        if answer.get("queryState") != "COMPLETED":
            raise NightError(f"Drill: {answer.get('errorMessage') or answer.get('queryState')}: {sql}")
        return list(answer["rows"])


def table(rows: Sequence[Sequence[Any]], head: Sequence[str]) -> None:
    """Print rows in columns, numbers to the right."""
    texts = [[("" if cell is None else str(cell)) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(head), *texts]) for i in range(len(head))]
    right = [
        all(line[i].replace(".", "").isdigit() or not line[i] for line in texts) for i in range(len(head))
    ]
    for line in [list(head), ["-" * width for width in widths], *texts]:
        cells = (
            cell.rjust(width) if flag else cell.ljust(width)
            for cell, width, flag in zip(line, widths, right, strict=True)
        )
        say("  " + "  ".join(cells).rstrip())


def show_ledger(drill: Drill, site: Site) -> None:
    """Print the latest run of each stage for each scan date, then the sums, and whether they add up."""
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for row in drill.rows(f"SELECT * FROM lake.root.`{site.root}/stage_runs`"):
        key = (str(row["stage"]), row.get("scan_date_") or "")
        if key not in latest or row["started_at"] > latest[key]["started_at"]:
            latest[key] = row
    ordered = [latest[key] for key in sorted(latest, key=lambda key: (key[1] == "", key[1], key[0]))]
    if len(ordered) <= SHOWN_ROWS:
        say("\nStages")
        table([_line(row) for row in ordered], _HEAD)
    by_stage: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in ordered:
        by_stage[f"{row['stage']} {row['stage_name']}"].append(row)
    say("\nSums over all scan dates")
    table(
        [
            [
                stage,
                rows[0]["engine"],
                len({row["application_id"] for row in rows if row["application_id"]}),
                *(_total(rows, name) for name in ("files_in", "volumes_out", "regions_out", "quarantined")),
                f"{sum(float(row['seconds'] or 0) for row in rows):.0f}",
            ]
            for stage, rows in sorted(by_stage.items())
        ],
        ["stage", "engine", "applications", "in", "volumes", "regions", "quarantined", "seconds"],
    )


_HEAD = ["scan date", "stage", "engine", "application id", "in", "out", "quarantined", "seconds"]


def _line(row: dict[str, Any]) -> list[Any]:
    return [
        row.get("scan_date_") or (row.get("model_version") or ""),
        f"{row['stage']} {row['stage_name']}",
        row["engine"],
        row["application_id"] or "-",
        row["files_in"],
        row["volumes_out"],
        row["quarantined"],
        f"{float(row['seconds'] or 0):.0f}",
    ]


def _total(rows: Sequence[dict[str, Any]], name: str) -> int | str:
    known = [int(row[name]) for row in rows if row.get(name) not in (None, "", "null")]
    return sum(known) if known else ""


def show_account(drill: Drill, site: Site) -> None:
    """Print what Drill counts for every file.

    :raises NightError: when the counts do not add up
    """
    root = f"lake.root.`{site.root}"
    dated = "dir0 <> 'scan_date=undated'"
    counts = {
        name: int(drill.rows(sql)[0]["n"])
        for name, sql in {
            "files": f"SELECT COUNT(*) n FROM {root}/raw_files`",
            "contents": f"SELECT COUNT(DISTINCT sha256) n FROM {root}/raw_files`",
            "volumes": f"SELECT COUNT(*) n FROM {root}/mri_scans`",
            "in_volumes": f"SELECT COALESCE(SUM(`files`), 0) n FROM {root}/mri_scans`",
            "refused": f"SELECT COUNT(*) n FROM {root}/quarantine` WHERE {dated}",
            "undated": f"SELECT COUNT(*) n FROM {root}/quarantine` WHERE NOT ({dated})",
            "regions": f"SELECT COUNT(DISTINCT r.sha256) n FROM {root}/raw_files` r LEFT JOIN "
            f"{root}/quarantine` q ON q.sha256 = r.sha256 WHERE r.`role` = 'region' AND q.sha256 IS NULL",
        }.items()
    }
    reasons = drill.rows(f"SELECT reason, COUNT(*) n FROM {root}/quarantine` GROUP BY reason ORDER BY n DESC")
    features = drill.rows(
        f"SELECT CASE WHEN status = 'OK' THEN 'OK' ELSE reason END what, COUNT(*) n,"
        f" SUM(CASE WHEN status = 'OK' AND reason IS NOT NULL THEN 1 ELSE 0 END) incomplete"
        f" FROM {root}/image_features`"
        " GROUP BY CASE WHEN status = 'OK' THEN 'OK' ELSE reason END ORDER BY n DESC"
    )
    copies = counts["files"] - counts["contents"]
    say("\nWhat Drill sees")
    say(
        f"  {counts['files']} files with a scan date = {counts['in_volumes']} in {counts['volumes']} volumes"
        f" + {counts['regions']} regions + {counts['refused']} quarantined + {copies} further copies"
    )
    say(f"  {counts['undated']} files without a usable header or date, quarantined")
    say("  reasons: " + (", ".join(f"{row['n']} {row['reason']}" for row in reasons) or "none"))
    if reasons:
        say("  `make quarantine` says what each means, what to do, and which may be overruled")
    say("  features: " + ", ".join(_features(row) for row in features))
    if counts["contents"] != counts["in_volumes"] + counts["regions"] + counts["refused"]:
        raise NightError(
            "the files do not add up; `make run` again, or see the DAG model_release, task check"
        )


def _features(row: dict[str, Any]) -> str:
    incomplete = int(row["incomplete"] or 0)
    return f"{row['n']} {row['what']}" + (f" ({incomplete} with some features NULL)" if incomplete else "")


def show_metrics(drill: Drill, site: Site) -> None:
    """Print the latest model's metrics; nothing when no model was evaluated yet."""
    rows = drill.rows(
        f"SELECT * FROM lake.root.`{site.root}/model_metrics`"
        " WHERE slice = 'all' ORDER BY model_version DESC LIMIT 1"
    )
    if not rows:
        return
    say("\nThe latest model")
    names = [name for name in rows[0] if name != "dir0"]
    table([[name, _short(rows[0][name])] for name in names], ["metric", "value"])


def _short(value: Any) -> Any:
    try:
        return value if float(value) == int(float(value)) else f"{float(value):.4f}"
    except (TypeError, ValueError):
        return value
