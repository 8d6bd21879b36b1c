"""The training manifest: from a number of a model back to the hash of every file it was made from."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from jobs.base.errors import JobInputError
from jobs.base.schemas import FEATURES_HEAD, MRI_SCANS
from jobs.base.store import Store
from jobs.model.rows import RULE, Choice, FeatureRow
from lake.folders import scan_dates
from lake.places import Places

FORMAT = 1
_ROW_FIELDS = ("patient_key", "series_key", "modality", "region", "image_sha256", "mask_sha256")
_FEATURE_FIELDS = (*_ROW_FIELDS, "settings_hash")


def features_digests(store: Store, root: str) -> dict[str, bytes]:
    """Read the features file of every scan date: date -> bytes."""
    places = Places(root)
    folders = [entry.name for entry in store.list(places.features_folder()) if entry.is_dir]
    paths = {date: places.features(date) for date in scan_dates(folders)}
    contents = store.read_many(filter(store.exists, paths.values()))
    return {date: contents[path] for date, path in paths.items() if path in contents}


def feature_rows(store: Store, root: str, scan_date: str, features: pa.Table) -> list[FeatureRow]:
    """Turn one scan date's features into rows, with region volumes and provenance from mri_scans."""
    scans = store.read_table_or_empty(Places(root).scans(scan_date), MRI_SCANS)
    volumes: dict[tuple[str, str], float] = {}
    simulated: dict[str, bool] = {}
    for series, regions, flag in zip(
        *(scans[name].to_pylist() for name in ("series_key", "region_volume_ml", "simulated")), strict=True
    ):
        simulated[series] = bool(flag)
        volumes.update({(series, region): ml for region, ml in regions or ()})
    names = [
        f.name for f in features.schema if f.name not in FEATURES_HEAD.names and pa.types.is_floating(f.type)
    ]
    return [
        FeatureRow(
            **{name: row[name] for name in _FEATURE_FIELDS},
            scan_date=scan_date,
            reason=None if row["status"] == "OK" else row["reason"] or "no reason given",
            volume_ml=volumes.get((row["series_key"], row["region"]), 0.0),
            simulated=simulated.get(row["series_key"], False),
            features=frozenset(name for name in names if _is_number(row[name])),
        )
        for row in features.to_pylist()
    ]


def build(
    *,
    identity: Mapping[str, Any],
    settings: Mapping[str, Any],
    labels_path: str,
    dates: Mapping[str, bytes],
    root: str,
    choice: Choice,
    folds: Mapping[str, int],
    feature_settings: str,
) -> dict[str, Any]:
    """Put the manifest together and name its version.

    :param identity: model_name, run_key and started_at (ISO 8601)
    :param settings: what else decides the result (outcome, labels, modality and region asked for, folds)
    :param dates: scan date -> bytes of its features file
    :param folds: patient key -> fold
    :param feature_settings: canonical JSON of the settings that all rows used were measured with
    """
    content = {
        "format": FORMAT,
        "rule": RULE,
        "settings": dict(settings),
        "labels_path": labels_path,
        "modality": choice.modality,
        "settings_hash": choice.settings_hash,
        "feature_settings": feature_settings,
        "features": sorted(frozenset[str]().union(*(row.features for row in choice.used))),
        "counts": choice.counts,
        "scan_dates": [_date(root, date, data, choice.used, folds) for date, data in sorted(dates.items())],
    }
    digest = hashlib.sha256(canonical({"model_name": identity["model_name"], **content})).hexdigest()
    version = f"{_stamp(identity['started_at'])}-{digest[:8]}"
    return {"version": version, "digest": digest, **identity, **content}


def canonical(value: Any) -> bytes:
    """Return the one JSON text of a value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _date(
    root: str, date: str, data: bytes, used: Iterable[FeatureRow], folds: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "scan_date": date,
        "path": Places(root).features(date),
        "sha256": hashlib.sha256(data).hexdigest(),
        "rows": [
            {name: getattr(row, name) for name in _ROW_FIELDS} | {"fold": folds[row.patient_key]}
            for row in used
            if row.scan_date == date
        ],
    }


def _stamp(started_at: str) -> str:
    try:
        moment = datetime.fromisoformat(started_at)
    except ValueError as error:
        raise JobInputError(
            f"started_at {started_at!r} is not an ISO 8601 time", "give the run's start"
        ) from error
    if moment.tzinfo is None:
        raise JobInputError(
            f"started_at {started_at!r} has no time zone", "give the run's start with its zone"
        )
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S")


def _is_number(value: float | None) -> bool:
    return value is not None and not math.isnan(value)
