"""Make the demo's landing zone: `python -m demo.landing OUT [--late]`.

Writes OUT/incoming (the landing zone) and OUT/labels.csv (patient_id,outcome; empty = pending). Simulated
patients on 8 scan dates of March 2025, real DICOM from pydicom's own packages on 4 older dates, and the stray
files of a real export. The same call gives the same bytes; files that are right already are left alone, so
their times stay. `--late` adds one more patient to the first date, as if it had been sent late.
Prints one JSON object with counts.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from demo.real import REAL_PATIENTS, real_files
from demo.simulate import SimulatedPatient, simulate_patient
from demo.stray import stray_files

SCAN_DATES = tuple(dt.date(2025, 3, day) for day in (3, 6, 10, 13, 17, 20, 24, 27))
PATIENTS = 48
LATE = PATIENTS + 1
SENDERS = (
    "ward A/{patient}/{name}",
    "{date}/{patient}/{name}",
    "export_{date}/{patient}_{flat}",
    "PACS/{flat}.{patient}",
)
APART = "contours/{patient}.dcm"


def cohort() -> list[SimulatedPatient]:
    """Simulate all patients, the late one too: patient n on scan date n modulo 8, counted from 1."""
    return [simulate_patient(n, SCAN_DATES[(n - 1) % len(SCAN_DATES)]) for n in range(1, LATE + 1)]


def placed(number: int, patient: SimulatedPatient) -> Iterator[tuple[str, bytes]]:
    """Name the files of one patient as one of four senders would; the last sends regions apart."""
    sender = number % len(SENDERS)
    for name, data in patient.files.items():
        apart = "RS" in name and sender == len(SENDERS) - 1
        flat = name.replace("/", "_").removesuffix(".dcm")
        path = (APART if apart else SENDERS[sender]).format(
            patient=patient.patient_id, date=patient.scan_date, name=name, flat=flat
        )
        yield path, data


def landing_files(patients: list[SimulatedPatient], *, late: bool) -> dict[str, bytes]:
    """Return every file of the landing zone by its path below it."""
    files: dict[str, bytes] = {}
    for number, patient in enumerate(patients[:PATIENTS]):
        files |= dict(placed(number, patient))
    files |= stray_files(patients[PATIENTS - 1])
    files |= real_files()
    if late:
        files |= {f"late/{name}": data for name, data in placed(1, patients[LATE - 1])}
    return files


def labels(patients: list[SimulatedPatient]) -> str:
    """Return labels.csv: outcomes of the simulated patients, real patients listed as pending."""
    rows = [f"{patient.patient_id},{patient.label}" for patient in patients]
    return "\n".join(["patient_id,outcome", *rows, *(f"{name}," for name in REAL_PATIENTS)]) + "\n"


def write(out: Path, *, late: bool) -> dict[str, int]:
    """Bring OUT up to date and return counts: files, written now, bytes, patients, scan dates."""
    patients = cohort()
    files = {f"incoming/{path}": data for path, data in landing_files(patients, late=late).items()}
    written = 0
    for path, data in (files | {"labels.csv": labels(patients).encode()}).items():
        target = out / path
        if target.is_file() and target.read_bytes() == data:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        written += 1
    return {
        "files": len(files),
        "written": written,
        "bytes": sum(map(len, files.values())),
        "simulated_patients": LATE if late else PATIENTS,
        "simulated_dates": len(SCAN_DATES),
        "real_patients": len(REAL_PATIENTS),
    }


def main() -> int:
    """Run as a program."""
    parser = argparse.ArgumentParser(
        prog="python -m demo.landing", description="Make the demo's landing zone."
    )
    parser.add_argument("out", type=Path, help="folder to fill with incoming/ and labels.csv")
    parser.add_argument(
        "--late", action="store_true", help="add a patient that arrives late for the first date"
    )
    arguments = parser.parse_args()
    counts = write(arguments.out, late=arguments.late)
    places = {"landing": str(arguments.out / "incoming"), "labels": str(arguments.out / "labels.csv")}
    sys.stdout.write(json.dumps(places | counts, sort_keys=True) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
