"""Check a converted volume with what lies beside it; the reader (nibabel) shares no code with the writer."""

from __future__ import annotations

import json
from pathlib import Path

from imaging.check.findings import Finding, as_json, failed, summary
from imaging.check.image import CannotReadError, read_image
from imaging.check.masks import check_masks
from imaging.check.record import check_record
from imaging.output.converted import volume_files

OK, FAILED, UNREADABLE = 0, 1, 2


def check_volume(path: Path) -> list[Finding]:
    """Check KEY.nii.gz (or .nii), its sidecar and its masks; one finding a check, also for foreign files.

    :raises OSError: when the file cannot be opened
    :raises CannotReadError: when it is no NIfTI-1 file
    """
    volume = volume_files(path)
    image, findings = read_image(path)
    if image is None:
        return findings
    return [*findings, *check_record(image, volume), *check_masks(image, volume)]


def check_command(path: Path, *, as_text: bool = True) -> tuple[int, str]:
    """Return exit status and output of ``python -m imaging check``: 0 ok, 1 failed, 2 cannot be read.

    :param as_text: one line a check and a summary; else one JSON object
    """
    try:
        findings = check_volume(path)
    except (OSError, CannotReadError) as error:
        return UNREADABLE, f"check: {error}" if as_text else json.dumps({"error": str(error)})
    status = FAILED if failed(findings) else OK
    if not as_text:
        return status, json.dumps(as_json(findings), indent=1)
    return status, "\n".join([*(item.line for item in findings), summary(findings)])
