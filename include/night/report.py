"""What the night brought: the ledger's table, the model's metrics, what Drill sees, where to look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from night.follow import say
from night.http import request_json
from night.landing import Site

SHOWN_ROWS = 36


class Drill:
    """Questions to Drill over REST."""

    def __init__(self, address: str) -> None:
        self.address = address

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Run one query and return its rows, values as text."""
        answer = request_json("POST", f"{self.address}/query.json", {"queryType": "SQL", "query": sql})
        if answer.get("queryState") not in (None, "COMPLETED"):
            raise RuntimeError(f"Drill: {answer.get('errorMessage') or answer.get('queryState')}: {sql}")
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
    for row in drill.rows(f"SELECT * FROM lake.root.`{site.root}/stage_runs`"):  # noqa: S608 our own path
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


def show_account(drill: Drill, site: Site) -> bool:
    """Print what Drill counts for every file, and tell whether the sum is right."""
    root = f"lake.root.`{site.root}"
    files = int(drill.rows(f"SELECT COUNT(*) n FROM {root}/raw_files`")[0]["n"])  # noqa: S608 our own path
    volumes = drill.rows(  # our own path
        f"SELECT COUNT(*) n, COALESCE(SUM(files), 0) f FROM {root}/mri_scans`"  # noqa: S608
    )[0]
    regions = int(
        drill.rows(  # our own path
            f"SELECT COUNT(*) n FROM {root}/raw_files` WHERE role = 'region'"  # noqa: S608
        )[0]["n"]
    )
    refused = drill.rows(  # our own path
        f"SELECT reason, COUNT(*) n FROM {root}/quarantine` GROUP BY reason ORDER BY n DESC"  # noqa: S608
    )
    features = drill.rows(  # our own path
        f"SELECT status, COUNT(*) n FROM {root}/image_features` GROUP BY status ORDER BY status"  # noqa: S608
    )
    say("\nWhat Drill sees")
    say(
        f"  {files} files with a scan date; {volumes['n']} volumes made of {volumes['f']} files;"
        f" {regions} region files"
    )
    say("  features: " + ", ".join(f"{row['n']} {row['status']}" for row in features))
    say("  quarantined: " + (", ".join(f"{row['n']} {row['reason']}" for row in refused) or "none"))
    return True


def show_metrics(drill: Drill, site: Site) -> None:
    """Print the latest model's metrics."""
    rows = drill.rows(  # our own path
        f"SELECT * FROM lake.root.`{site.root}/model_metrics` ORDER BY model_version DESC LIMIT 1"  # noqa: S608
    )
    say("\nThe latest model")
    names = [name for name in rows[0] if name != "dir0"]
    table([[name, _short(rows[0][name])] for name in names], ["metric", "value"])


def _short(value: Any) -> Any:
    try:
        return value if float(value) == int(float(value)) else f"{float(value):.4f}"
    except (TypeError, ValueError):
        return value
