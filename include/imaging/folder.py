"""Index and convert a folder of files: what the cluster does with a scan date, on one machine."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from imaging.header import identity_refusal, read_header
from imaging.linking import target_series
from imaging.products import SeriesProducts, make_products
from imaging.reasons import Reason
from imaging.records import FileOutcome, Header, JsonValue, Level, Refusal, Role, SourceFile

KEY_LENGTH = 16
RECORDS = "records.json"


@dataclass(frozen=True)
class IndexedFile:
    """A file of the folder: its header, or why there is none to use."""

    path: Path
    header: Header | Refusal


def index_folder(landing: Path) -> list[IndexedFile]:
    """Read the header of every file below ``landing``, in order of path; links and hidden files included.

    Raises NotADirectoryError when ``landing`` is no folder.
    """
    if not landing.is_dir():
        raise NotADirectoryError(f"{landing} is not a folder; give the folder that holds the DICOM files")
    return [IndexedFile(path, _usable_header(path)) for path in sorted(landing.rglob("*")) if path.is_file()]


def _usable_header(path: Path) -> Header | Refusal:
    header = read_header(path)
    if isinstance(header, Refusal):
        return header
    return identity_refusal(header) or header


def count(files: Iterable[IndexedFile]) -> dict[str, JsonValue]:
    """Count an index by role, modality and reason, with its patients, series and scan dates."""
    listed = list(files)
    headers = [file.header for file in listed if isinstance(file.header, Header)]
    reasons = Counter(str(file.header.reason) for file in listed if isinstance(file.header, Refusal))
    return {
        "files": len(listed),
        "roles": dict(Counter(str(header.role) for header in headers)),
        "modalities": dict(Counter(header.modality for header in headers)),
        "patients": len({header.patient_id for header in headers}),
        "series": len({header.series_uid for header in headers if header.role is Role.IMAGE}),
        "scan_dates": len({header.scan_date for header in headers}),
        "refused": dict(reasons),
    }


def convert_folder(landing: Path, out: Path) -> dict[str, JsonValue]:
    """Convert every series below ``landing`` into ``out`` (made when absent); return the counts.

    Writes, per volume, KEY.nii.gz, KEY.SLUG.mask.nii.gz per region and KEY.json; and records.json with one
    entry per input file, so that files in = files used + files refused. KEY is a hash of the series' UID.
    """
    out.mkdir(parents=True, exist_ok=True)
    index = index_folder(landing)
    outcomes, images, regions = _sort(index)
    volumes = masks = 0
    for uid, paths in sorted(images.items()):
        products = make_products(_sources(paths), _sources(regions.get(uid, [])))
        _write(out, hashlib.sha256(uid.encode()).hexdigest()[:KEY_LENGTH], products)
        outcomes += [*products.result.outcomes, *products.region_outcomes]
        volumes += products.image is not None
        masks += len(products.masks)
    if len(outcomes) != len(index):
        raise RuntimeError(f"{len(index)} files came in and {len(outcomes)} were accounted for; report this")
    (out / RECORDS).write_text(json.dumps([_entry(item) for item in outcomes], indent=1))
    refused = Counter(str(item.refusal.reason) for item in outcomes if item.refusal is not None)
    return {
        "files": len(index),
        "used": sum(item.used for item in outcomes),
        "volumes": volumes,
        "masks": masks,
        "refused": dict(refused),
    }


def _sort(
    index: Iterable[IndexedFile],
) -> tuple[list[FileOutcome], Mapping[str, list[Path]], Mapping[str, list[Path]]]:
    """Part an index into outcomes already certain, image files by series, region files by target series."""
    outcomes: list[FileOutcome] = []
    images: dict[str, list[Path]] = defaultdict(list)
    regions: dict[str, list[Path]] = defaultdict(list)
    listed = list(index)
    one_a_series = {
        file.header.series_uid: file.header
        for file in listed
        if isinstance(file.header, Header) and file.header.role is Role.IMAGE
    }
    for file in listed:
        target = _target(file.header, one_a_series)
        if isinstance(target, Refusal):
            outcomes.append(FileOutcome(str(file.path), _sha256(file.path), target, Level.FILE))
        elif isinstance(file.header, Header) and file.header.role is Role.IMAGE:
            images[target].append(file.path)
        else:
            regions[target].append(file.path)
    return outcomes, images, regions


def _target(header: Header | Refusal, images: Mapping[str, Header]) -> str | Refusal:
    """Name the series a file belongs to: its own for an image, the one it was drawn on for a region."""
    if isinstance(header, Refusal):
        return header
    if header.role is Role.IMAGE:
        return header.series_uid
    if header.role is Role.REGION:
        return target_series(header, images.values())
    return Refusal(Reason.UNSUPPORTED_SOP_CLASS, {"class": header.sop_class_name})


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sources(paths: Iterable[Path]) -> list[SourceFile]:
    return [SourceFile.from_path(path) for path in paths]


def _write(out: Path, key: str, products: SeriesProducts) -> None:
    if products.image is None:
        return
    (out / f"{key}.nii.gz").write_bytes(products.image)
    for slug, mask in products.masks.items():
        (out / f"{key}.{slug}.mask.nii.gz").write_bytes(mask)
    (out / f"{key}.json").write_text(json.dumps(products.record, indent=1))


def _entry(outcome: FileOutcome) -> dict[str, JsonValue]:
    return {**asdict(outcome), "used": outcome.used}
