"""Convert a folder of files: what the cluster does with a scan date, on one machine."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from imaging.dicom_reading.source_file import SourceFile
from imaging.folder.landing import IndexedFile, index_folder, require_folder, unreadable
from imaging.memory import too_large
from imaging.output.out_folder import KEY_LENGTH, OutFolder
from imaging.reasons import Reason
from imaging.records import FileOutcome, Header, JsonValue, Level, Limits, Refusal, Role
from imaging.regions.files import lost_with
from imaging.regions.linking import target_series
from imaging.series.products import IMAGE, NO_LIMITS, SeriesProducts, make_products
from imaging.series.small_files import Kept, SmallFiles
from imaging.volume import SeriesResult

Tell = Callable[[int, int], None]


@dataclass
class _Series:
    """The files of one series: its images, and the region files drawn on it."""

    images: list[IndexedFile] = field(default_factory=list)
    regions: list[IndexedFile] = field(default_factory=list)


def convert_folder(
    landing: Path, out: Path, limits: Limits = NO_LIMITS, tell: Tell = lambda done, of: None
) -> dict[str, JsonValue]:
    """Convert every series below ``landing`` into ``out`` (made when absent); return the counts.

    Writes, per volume, KEY.nii.gz, KEY.SLUG.mask.nii.gz per region and KEY.json; and records.json with one
    entry per input file, so that files in = files used + files refused. KEY is a hash of the series' UID.
    Files of an earlier conversion into ``out`` are replaced or removed. ``tell`` hears of the progress
    (series done, of how many). Raises FolderError, NotADirectoryError, and OSError when ``out`` fails.
    """
    require_folder(landing)
    writer = OutFolder(out, landing)
    try:
        index = index_folder(landing, SmallFiles())
        entries, series = _sort(index)
        volumes = masks = 0
        for number, (uid, group) in enumerate(sorted(series.items())):
            tell(number, len(series))
            products = _products(group, limits)
            key = hashlib.sha256(uid.encode()).hexdigest()[:KEY_LENGTH]
            writer.write(key, products.files)
            entries += _entries(products, key)
            volumes += IMAGE in products.files
            masks += len(products.volumes_ml)
        tell(len(series), len(series))
        if len(entries) != len(index):
            raise RuntimeError(
                f"{len(index)} files came in and {len(entries)} were accounted for; report this"
            )
        removed = writer.publish(sorted(entries, key=lambda entry: str(entry["name"])))
    finally:
        writer.close()
    refused = Counter(str(entry["reason"]) for entry in entries if entry["outcome"] == "refused")
    return {
        "files": len(index),
        "used": len(index) - refused.total(),
        "volumes": volumes,
        "masks": masks,
        "refused": dict(sorted(refused.items())),
        "removed": len(removed),
    }


def _sort(index: Sequence[IndexedFile]) -> tuple[list[dict[str, JsonValue]], Mapping[str, _Series]]:
    """Part an index into entries already certain and the series that are to be converted."""
    entries: list[dict[str, JsonValue]] = []
    series: dict[str, _Series] = defaultdict(_Series)
    one_a_series = {
        file.header.series_uid: file.header
        for file in index
        if isinstance(file.header, Header) and file.header.role is Role.IMAGE
    }
    for file in index:
        target = _target(file.header, one_a_series)
        if isinstance(target, Refusal):
            entries.append(_refused_file(file, target))
        elif isinstance(file.header, Header) and file.header.role is Role.IMAGE:
            series[target].images.append(file)
        else:
            series[target].regions.append(file)
    return entries, series


def _target(header: Header | Refusal, images: Mapping[str, Header]) -> str | Refusal:
    """Name the series a file belongs to: its own for an image, the one it was drawn on for a region."""
    if isinstance(header, Refusal):
        return header
    if header.role is Role.IMAGE:
        return header.series_uid
    if header.role is Role.REGION:
        return target_series(header, images.values())
    return Refusal(Reason.UNSUPPORTED_SOP_CLASS, {"class": header.sop_class_name})


def _products(group: _Series, limits: Limits) -> SeriesProducts:
    """Convert one series; each file is read once, and only when the series fits into memory."""
    if too_large(group.images, group.regions, limits) is not None:
        return make_products(_unread(group.images), _unread(group.regions), limits)
    images, lost = _read(group.images)
    regions, lost_regions = _read(group.regions)
    if lost:
        # The hole is known, so a stack that is regular without these files is not taken for whole.
        series = lost[0].refusal
        outcomes = (*lost, *(FileOutcome(file.name, file.sha256, series, Level.SERIES) for file in images))
        result = SeriesResult(None, series, outcomes)
        return SeriesProducts(result, (*lost_with(regions, series), *lost_regions))
    products = make_products(images, regions, limits)
    return replace(products, region_outcomes=(*products.region_outcomes, *lost_regions))


def _read(files: Iterable[IndexedFile]) -> tuple[list[SourceFile], list[FileOutcome]]:
    """Read files once, hash them and hand their bytes on; the second list: those that cannot be read."""
    sources: list[SourceFile] = []
    lost: list[FileOutcome] = []
    for file in files:
        if file.kept is not None:
            sources.append(_kept(file, file.kept))
            continue
        try:
            data = [file.path.read_bytes()]
        except OSError as error:
            lost.append(FileOutcome(file.name, "", unreadable(error)))
            continue
        digest = hashlib.sha256(data[0]).hexdigest()
        sources.append(SourceFile(file.name, digest, data.pop, size=file.size, decoded=file.decoded))
    return sources, lost


def _kept(file: IndexedFile, kept: Kept) -> SourceFile:
    def load() -> bytes:
        return kept.data

    return SourceFile(
        file.name, kept.sha256, load, size=file.size, decoded=file.decoded, parsed=kept.elements
    )


def _unread(files: Iterable[IndexedFile]) -> list[SourceFile]:
    return [
        SourceFile(
            file.name, digest_of(file.path), file.path.read_bytes, size=file.size, decoded=file.decoded
        )
        for file in files
    ]


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file without loading it; '' when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _refused_file(file: IndexedFile, refusal: Refusal) -> dict[str, JsonValue]:
    # A link is not opened for its hash either; nor is what could not be opened for its header.
    digest = "" if refusal.reason is Reason.UNREADABLE_FILE else digest_of(file.path)
    return _entry(FileOutcome(file.name, digest, refusal), "refused", None)


def _entries(products: SeriesProducts, key: str) -> list[dict[str, JsonValue]]:
    """Give one entry a file: the volume it went into, or why it was refused."""
    return [
        _entry(item, outcome if item.used else "refused", key if item.used else None)
        for outcome, items in (("volume", products.result.outcomes), ("region", products.region_outcomes))
        for item in items
    ]


def _entry(item: FileOutcome, outcome: str, key: str | None) -> dict[str, JsonValue]:
    evidence: dict[str, JsonValue] = {} if item.refusal is None else dict(item.refusal.evidence)
    if item.refused_regions:
        evidence["refused_regions"] = [str(reason) for reason in item.refused_regions]
    return {
        "name": item.name,
        "sha256": item.sha256,
        "outcome": outcome,
        "volume": key,
        "level": str(item.level),
        "reason": None if item.refusal is None else str(item.refusal.reason),
        "evidence": evidence,
    }
