"""The columns of the landing index; apart from its reader, so that other programs load little.

`path` is relative to `landing`. `reason` is null for a usable file; `scan_date` is the day that takes it in,
`own_date` its header date. `evidence` is of `reason`, else of `link_reason`. `reader` and `revision`
are of the modules so named. `voxels` is rows x columns x frames by its header. All keys are keyed hashes; the
lists of references are JSON.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from jobs.base.schemas import BIGINT, STRING

INDEX = pa.schema(
    [
        ("path", STRING),
        ("size", BIGINT),
        ("mtime_ns", BIGINT),
        ("landing", STRING),
        ("key_id", STRING),
        ("reader", STRING),
        ("sha256", STRING),
        ("reason", STRING),
        ("evidence", STRING),
        ("scan_date", STRING),
        ("own_date", STRING),
        ("sop_class", STRING),
        ("modality", STRING),
        ("role", STRING),
        ("voxels", BIGINT),
        ("patient_key", STRING),
        ("study_key", STRING),
        ("series_key", STRING),
        ("frame_key", STRING),
        ("referenced_series", STRING),
        ("referenced_frames", STRING),
        ("target_series_key", STRING),
        ("link_reason", STRING),
        ("revision", STRING),
    ]
)

Row = dict[str, Any]
