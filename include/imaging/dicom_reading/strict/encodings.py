"""How data elements are written in each of the four plain encodings (PS3.5 section 7 and annex A)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

UNDEFINED_LENGTH = 0xFFFFFFFF
CHARACTER_SET = 0x00080005
SOP_CLASS = 0x00080016
ITEM = 0xFFFEE000
ITEM_END = 0xFFFEE00D
SEQUENCE_END = 0xFFFEE0DD
META_GROUP = b"\x02\x00"  # as a tag of the meta information begins, always little endian
TRANSFER_SYNTAX = 0x00020010
PIXEL_DATA = 0x7FE00010
PIXEL_TAGS = frozenset({0x7FE00008, 0x7FE00009, PIXEL_DATA})

IMPLICIT_SYNTAX = "1.2.840.10008.1.2"
EXPLICIT_SYNTAX = "1.2.840.10008.1.2.1"
BIG_ENDIAN_SYNTAX = "1.2.840.10008.1.2.2"
DEFLATED_SYNTAX = "1.2.840.10008.1.2.1.99"
STANDARD_SYNTAXES = "1.2.840.10008.1.2."

# VRs with a length of 16 bits, and those with reserved bytes and a length of 32 bits
SHORT_VRS = frozenset(
    {
        *("AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO"),
        *("LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI", "UL", "US"),
    }
)
LONG_VRS = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"})


@dataclass(frozen=True, eq=False)
class Encoding:
    """One way to write element headers: with VR or without, and the byte order.

    ``head`` unpacks (group, element, VR, length), without VR (group, element, length); ``long`` a length of
    32 bits. ``kinds``: each known VR, as ``head`` gives it, and whether its length has 32 bits. ``names``:
    the VR's letters. ``code`` is the reverse.
    """

    implicit: bool
    little: bool
    head: Callable[..., tuple[int, ...]]
    long: Callable[..., tuple[int, ...]]
    kinds: Mapping[int, bool] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def order(self) -> str:
        return "<" if self.little else ">"

    def code(self, name: str) -> int:
        """Return a VR's two letters as ``head`` gives them."""
        return int(struct.unpack(f"{self.order}H", name.encode())[0])


def _explicit(*, little: bool) -> Encoding:
    order = "<" if little else ">"
    names = {int(struct.unpack(f"{order}H", vr.encode())[0]): vr for vr in (*SHORT_VRS, *LONG_VRS)}
    kinds = {code: vr in LONG_VRS for code, vr in names.items()}
    head, long = struct.Struct(f"{order}HHHH").unpack_from, struct.Struct(f"{order}I").unpack_from
    return Encoding(implicit=False, little=little, head=head, long=long, kinds=kinds, names=names)


IMPLICIT = Encoding(
    implicit=True,
    little=True,
    head=struct.Struct("<HHI").unpack_from,
    long=struct.Struct("<I").unpack_from,
)
EXPLICIT = _explicit(little=True)
BIG_ENDIAN = _explicit(little=False)


def encoding_of(syntax: str) -> Encoding | None:
    """Return how the data set of a transfer syntax is written; None for one outside the standard's list."""
    if syntax == IMPLICIT_SYNTAX:
        return IMPLICIT
    if syntax == BIG_ENDIAN_SYNTAX:
        return BIG_ENDIAN
    return EXPLICIT if syntax.startswith(STANDARD_SYNTAXES) else None


def guessed_syntax(start: bytes) -> str:
    """Return the transfer syntax of a data set that states none, by the first six bytes (PS3.5 7.1)."""
    if start[4:].decode("latin-1") not in SHORT_VRS:
        return IMPLICIT_SYNTAX
    return BIG_ENDIAN_SYNTAX if start[:2] == b"\x00\x08" else EXPLICIT_SYNTAX
