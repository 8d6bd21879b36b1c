"""Plan the conversion of one scan date: one manifest line a series, in tasks that end together.

Refuses a scan date that has no raw files.

The build id depends on the overruled refusals too: overruling one makes a new build, withdrawing that the old
one again. The entry of such a file has "released": the reasons that a person overruled for it.

Image files are grouped by series, each with the region files that were drawn on it. Files of other kinds
and regions without their image are refused here (refused.json beside the manifest, for commit_preprocess).
A file's entry has "voxels" where the index knows its matrix. Empty lines fill up tasks with fewer series.
With no series at all there are 0 tasks: skip the streaming job, the commit still accounts for every file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from imaging.reasons import Reason
from imaging.records import FileOutcome, Refusal, Role
from imaging.series.outcomes import record_of
from imaging.series.plan import Series, Usable, make_plan
from jobs.base.balance import balance, cost
from jobs.base.errors import JobInputError
from jobs.base.keys import build_id, sha256
from jobs.base.protocol import end, run
from jobs.base.raw_files import contents, entry
from jobs.base.store import Store, open_store
from jobs.index.schema import INDEX, Row
from jobs.quarantine.record import overruled_reasons
from lake.places import Places
from messages.preprocess import PlanPreprocess, PreprocessPlanned


def plan_preprocess(
    store: Store, root: str, scan_date: str, *, code: str, settings: Any = None, target_bytes: int
) -> dict[str, Any]:
    """Write manifest.txt and refused.json of the build; return the fields of PreprocessPlanned.

    :raises JobInputError: the scan date has no raw files.
    """
    places = Places(root)
    raw = contents(store, places, scan_date)
    if not raw and not store.exists(places.raw_files(scan_date)):
        raise JobInputError(f"scan date {scan_date} has no raw files", "run stage 1 (ingest) for it first")
    overruled = overruled_reasons(store, places, scan_date)
    build = build_id(raw, code, _digest(settings), _digest(overruled))
    index = store.read_table_or_empty(places.index(), INDEX)
    intake = make_plan(_facts(raw.values(), index))
    series = {key: _line(group) for key, group in intake.series.items()}
    refused = [_refused(row, refusal) for row, refusal in intake.refused]
    _mark_overruled(series.values(), overruled)
    _mark_voxels(series.values(), index)
    plan = balance({key: _cost(line) for key, line in series.items()}, target_bytes)
    folder = places.preprocess_work(scan_date, build)
    refused_text = json.dumps(refused, sort_keys=True) + "\n"
    lines = ("" if key is None else json.dumps(series[key], sort_keys=True) for key in plan.lines)
    manifest = "".join(f"{line}\n" for line in lines)
    store.swap_all(
        {f"{folder}/refused.json": refused_text.encode(), f"{folder}/manifest.txt": manifest.encode()}
    )
    return {
        "scan_date": scan_date,
        "build": build,
        "manifest": f"{folder}/manifest.txt",
        "output": f"{folder}/out",
        "preprocessed": places.preprocessed(scan_date, build),
        "lines_per_map": plan.lines_per_task,
        "tasks": len(plan.tasks),
        "series": len(series),
        "files": len(raw),
        "refused": len(refused),
        "bytes": sum(row["bytes"] for row in raw.values()),
    }


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode())


def _mark_overruled(series: Iterable[Mapping[str, Any]], overruled: Mapping[str, Sequence[str]]) -> None:
    for line in series:
        for file in line["files"]:
            if file["sha256"] in overruled:
                file["released"] = list(overruled[file["sha256"]])


def _mark_voxels(series: Iterable[Mapping[str, Any]], index: pa.Table) -> None:
    # The mapper refuses what does not fit before it reads it; only here is the size of compressed ones known.
    names, voxels = index["sha256"].to_pylist(), index["voxels"].to_pylist()
    known = {name: number for name, number in zip(names, voxels, strict=True) if number and number > 0}
    for line in series:
        for file in (*line["files"], *line["regions"]):
            if file["sha256"] in known:
                file["voxels"] = known[file["sha256"]]


def _cost(line: Mapping[str, Any]) -> int:
    files = [*line["files"], *line["regions"]]
    return cost(len(files), sum(file["bytes"] for file in files))


def _facts(rows: Iterable[Row], index: pa.Table) -> Iterable[tuple[Row, Usable]]:
    unlinked = index.filter(pc.is_valid(index["link_reason"])).select(["sha256", "link_reason", "evidence"])
    why = {
        row["sha256"]: Refusal(Reason[row["link_reason"]], json.loads(row["evidence"] or "{}"))
        for row in unlinked.to_pylist()
    }
    alone = Refusal(Reason.REGION_WITHOUT_IMAGE)
    for row in rows:
        drawn_on = row["target_series_key"] or why.get(row["sha256"], alone)
        yield row, Usable(Role(row["role"]), row["series_key"], row["sop_class"], drawn_on)


def _line(group: Series[Row]) -> dict[str, Any]:
    first = group.images[0]
    return {name: first[name] for name in ("series_key", "patient_key", "study_key", "modality")} | {
        "files": [entry(row) for row in group.images],
        "regions": [entry(row) for row in group.regions],
    }


def _refused(row: Row, refusal: Refusal) -> dict[str, Any]:
    own = {"record": "file", "series_key": row["series_key"]}
    return own | record_of(FileOutcome(row["sha256"], row["sha256"], refusal))


def execute(request: PlanPreprocess) -> PreprocessPlanned:
    """Do what the request asks."""
    planned = plan_preprocess(
        open_store(request.hdfs),
        request.root,
        request.scan_date,
        code=request.code,
        settings=None if request.memory_mb is None else {"memory_mb": request.memory_mb},
        target_bytes=request.target_bytes,
    )
    return PreprocessPlanned(**planned)


def main() -> int:
    """Run as a program."""
    return run(PlanPreprocess, execute)


if __name__ == "__main__":
    end(main())
