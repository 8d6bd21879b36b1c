"""What every real export holds besides images: each file here has one known right answer."""

from __future__ import annotations

from demo.simulate import SimulatedPatient

CUT_BYTES = 300


def stray_files(patient: SimulatedPatient) -> dict[str, bytes]:
    """Return the stray files by path; one is a truncated copy of a slice of `patient`, one a whole copy.

    The truncated copy makes the patient's series refused: which of the two files is right cannot be known.
    """
    slices = sorted(name for name in patient.files if "RS" not in name)
    copied, cut = slices[0], slices[1]
    return {
        "README.txt": b"Exports of the imaging group. Ask the archive's desk before you delete anything.\n",
        "ward A/notes.dcm": b"Patient moved twice, repeat on Monday.\n",
        "PACS/zero_bytes.dcm": b"",
        "PACS/interrupted transfer (1).dcm": patient.files[cut][:-CUT_BYTES],
        "re-sent/copy of slice.IMA": patient.files[copied],
        ".DS_Store": b"\0\0\0\1Bud1\0",
    }
