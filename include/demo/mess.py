"""What every real export holds besides images: each file here has one known right answer."""

from __future__ import annotations

from demo.simulate import SimulatedPatient

CUT_BYTES = 300


def mess(victim: SimulatedPatient) -> dict[str, bytes]:
    """Return the stray files by path; one is a truncated copy of a slice of `victim`, one a whole copy.

    The truncated copy makes the victim's series refused: which of the two files is right nobody can say.
    """
    slices = sorted(name for name in victim.files if "RS" not in name)
    copied, cut = slices[0], slices[1]
    return {
        "README.txt": b"Exports of the imaging group. Ask the archive's desk before you delete anything.\n",
        "ward A/notes.dcm": b"Patient moved twice, repeat on Monday.\n",
        "PACS/zero_bytes.dcm": b"",
        "PACS/interrupted transfer (1).dcm": victim.files[cut][:-CUT_BYTES],
        "re-sent/copy of slice.IMA": victim.files[copied],
        ".DS_Store": b"\0\0\0\1Bud1\0",
    }
