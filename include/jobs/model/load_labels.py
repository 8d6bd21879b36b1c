"""Loads a site's outcomes: a CSV file becomes the partition of ground_truth, patients by keyed hash.

The site key comes by NIGHTSCAN_PATIENT_KEY. The column is `label_column`, else `outcome` when that is given,
else the only column of 0, 1 and empty values beside the patient's and scan_date; the outcome is named
`outcome`, else after the column. An empty value is an outcome that is pending: kept, as NULL.
"""

from __future__ import annotations

import hashlib
import os

from jobs.base.errors import JobInputError
from jobs.base.keys import patient_key
from jobs.base.protocol import end, progress, run
from jobs.base.schemas import GROUND_TRUTH, table
from jobs.base.store import open_store
from jobs.model import labels as release_labels
from jobs.model.names import checked_name
from lake.places import Places
from messages.model import LabelsLoaded, LoadLabels

KEY_VARIABLE = "NIGHTSCAN_PATIENT_KEY"


def load_labels(request: LoadLabels) -> LabelsLoaded:
    """Check the file, key its patients and swap the partition; nothing is written when anything is wrong."""
    site_key = os.environ.get(KEY_VARIABLE)
    if not site_key:
        raise JobInputError(f"{KEY_VARIABLE} is not set", "set up the connection nightscan_patient_key")
    path, patient_column = request.labels, request.patient_column
    content = release_labels.read_file(path)
    lines = release_labels.parse(content, path, patient_column)
    wanted = request.label_column or request.outcome or None
    column = release_labels.outcome_column(lines, path, patient_column, wanted)
    labels = release_labels.labels_by_patient(lines, path, patient_column, column)
    outcome = checked_name("outcome", request.outcome or column)
    source_sha256 = hashlib.sha256(content).hexdigest()
    rows = [
        {"patient_key": patient_key(site_key, patient), "label": label, "source_sha256": source_sha256}
        for patient, label in labels.items()
    ]
    target = Places(request.root).labels(outcome)
    open_store(request.hdfs).swap_table(target, table(rows, GROUND_TRUTH))
    progress(f"labels of {len(rows)} patients written to {target}")
    return LabelsLoaded(
        outcome=outcome,
        path=target,
        patients=len(rows),
        positives=sum(label == 1 for label in labels.values()),
        pending=sum(label is None for label in labels.values()),
        source_sha256=source_sha256,
    )


def main() -> int:
    """Run as a program."""
    return run(LoadLabels, load_labels)


if __name__ == "__main__":
    end(main())
