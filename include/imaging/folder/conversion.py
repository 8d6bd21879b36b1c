"""Convert a folder of files: what the cluster does with a scan date, on one machine."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from imaging.dicom_reading.source_file import SourceFile
from imaging.folder.landing import IndexedFile, index_folder, require_folder, unreadable
from imaging.memory import too_large
from imaging.output.out_folder import KEY_LENGTH, OutFolder
from imaging.reasons import Reason
from imaging.records import FileOutcome, JsonValue, Level, Limits, Refusal
from imaging.regions.files import lost_with
from imaging.series.outcomes import outcomes_of, record_of
from imaging.series.plan import Series, plan_of_headers
from imaging.series.products import IMAGE, NO_LIMITS, SeriesProducts, make_products
from imaging.series.small_files import Kept, SmallFiles
from imaging.volume import SeriesResult

Progress = Callable[[int, int], None]


def convert_folder(
    landing: Path, out: Path, limits: Limits = NO_LIMITS, progress: Progress = lambda done, of: None
) -> dict[str, JsonValue]:
    """Convert every series below ``landing`` into ``out`` (made when absent); return the counts.

    Writes, per volume, KEY.nii.gz, KEY.SLUG.mask.nii.gz per region and KEY.json; and records.json with one
    entry per input file, so that files in = files used + files refused. KEY is a hash of the series' UID.
    Files of an earlier conversion into ``out`` are replaced or removed.

    :param progress: called with the series done, and of how many
    :raises FolderError: ``out`` is no folder to write into
    :raises NotADirectoryError: ``landing`` is no folder
    :raises OSError: ``out`` fails
    """
    require_folder(landing)
    writer = OutFolder(out, landing)
    try:
        index = index_folder(landing, SmallFiles())
        plan = plan_of_headers((file, file.header) for file in index)
        series = plan.series
        entries = [_refused_file(*item) for item in plan.refused]
        volumes = masks = 0
        for number, (uid, group) in enumerate(sorted(series.items())):
            progress(number, len(series))
            products = _products(group, limits)
            key = hashlib.sha256(uid.encode()).hexdigest()[:KEY_LENGTH]
            writer.write(key, products.files)
            entries += _entries(products, key)
            volumes += IMAGE in products.files
            masks += len(products.volumes_ml)
        progress(len(series), len(series))
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


def _products(group: Series[IndexedFile], limits: Limits) -> SeriesProducts:
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
    return SourceFile(
        file.name, kept.sha256, lambda: kept.data, size=file.size, decoded=file.decoded, parsed=kept.elements
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
    item = FileOutcome(file.name, digest, refusal)
    return record_of(item) | {"name": file.name, "volume": None}


def _entries(products: SeriesProducts, key: str) -> list[dict[str, JsonValue]]:
    """Return one entry a file: the volume it went into, or why it was refused."""
    return [
        record | {"name": item.name, "volume": key if item.used else None}
        for item, record in outcomes_of(products)
    ]
