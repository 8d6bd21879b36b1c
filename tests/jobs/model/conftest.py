"""A small world below a folder: features and scans by scan date, labels, and a plan."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from jobs.base.schemas import GROUND_TRUTH, MRI_SCANS, image_features, table
from jobs.base.store import Store, open_store
from jobs.model.plan import plan_release
from lake.places import Places
from messages.model import PlanRelease
from messages.wire import as_json, parsed

Mlflow = tuple[str, list[tuple[str, Any]]]
ROOT = "/medical_data"
FEATURES = ("firstorder_Mean", "firstorder_Energy", "shape_VoxelVolume")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class World:
    """What lies in the store, and how the programs are asked."""

    url: str
    labels: dict[str, int | None] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return open_store(self.url)

    def row(self, patient: str, **changes: Any) -> dict[str, Any]:
        """One row of image_features; the first feature follows the label of the patient."""
        series = changes.pop("series_key", f"series-{patient}")
        seed = int(digest(f"{patient}{series}")[:8], 16)
        noise = np.random.default_rng(seed).normal(size=len(FEATURES))
        values = dict(
            zip(
                FEATURES,
                (noise + np.array([1.5 * (self.labels.get(patient) or 0), 0, 5])).tolist(),
                strict=True,
            )
        )
        row = {
            "series_key": series,
            "patient_key": patient,
            "modality": "PT",
            "region": "tumour",
            "image_path": f"/{series}.nii.gz",
            "mask_path": f"/{series}.mask.nii.gz",
            "image_sha256": digest(f"image {series}"),
            "mask_sha256": digest(f"mask {series}"),
            "settings_hash": "s",
            "settings": "{}",
            "status": "OK",
            "reason": None,
            "null_reasons": None,
            **values,
            "build": "b",
        }
        return row | changes

    def put_features(self, scan_date: str, rows: Sequence[Mapping[str, Any]]) -> None:
        path = f"{ROOT}/image_features/scan_date={scan_date}/features.parquet"
        self.store.swap_table(path, table(rows, image_features(FEATURES)))

    def put_scan(self, scan_date: str, series: str, volumes: dict[str, float], *, simulated: bool) -> None:
        row = dict.fromkeys(MRI_SCANS.names) | {
            "series_key": series,
            "region_volume_ml": volumes,
            "simulated": simulated,
        }
        self.store.swap_table(
            f"{ROOT}/mri_scans/scan_date={scan_date}/scans.parquet", table([row], MRI_SCANS)
        )

    def put_labels(self) -> None:
        rows = [
            {"patient_key": patient, "label": label, "source_sha256": "f"}
            for patient, label in self.labels.items()
        ]
        self.store.swap_table(Places(ROOT).labels("outcome"), table(rows, GROUND_TRUTH))

    def cohort(self, patients: int, dates: int = 3) -> None:
        """Every third patient is positive; patients are spread over scan dates 2024-01-01 and following."""
        names = [f"{digest(str(i))[:16]}" for i in range(patients)]
        self.labels.update({name: int(i % 3 == 0) for i, name in enumerate(names)})
        for day in range(dates):
            self.put_features(f"2024-01-{day + 1:02}", [self.row(name) for name in names[day::dates]])
        self.put_labels()

    def plan(self, **changes: Any) -> dict[str, Any]:
        """What plan_release says, the fields of the release that is `needed` beside the others."""
        request = {
            "hdfs": self.url,
            "root": ROOT,
            "outcome": "outcome",
            "model_name": "model",
            "run_key": "run-1",
            "started_at": "2026-01-02T04:05:06+01:00",
            "modality": None,
            "region": None,
            "force": False,
            "when_few": "fail",
            "folds": 3,
            "feature_settings": {"default": {"settings_hash": "s", "settings": "{}"}},
        }
        said = as_json(plan_release(parsed(PlanRelease, request | changes, "request")), "result")
        release = said.pop("release")
        return {**said, "needed": release is not None, **(release or {})}

    def manifest(self, version: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.store.read(Places(ROOT).training_manifest(version)))
        return content


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(f"file://{tmp_path}/store")


@pytest.fixture
def mlflow() -> Iterator[Mlflow]:
    """A server that keeps what it is asked; it refuses version 9 and run 9."""
    seen: list[tuple[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.path, body))
            self.send_response(404 if "9" in (body.get("version"), body.get("run_id")) else 200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_request(self, code: object = "-", size: object = "-") -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join()
