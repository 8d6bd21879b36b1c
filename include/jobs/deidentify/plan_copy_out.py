"""Say what of a scan date may be copied out: the committed de-identified build, read and hashed once more.

Refuses: the build is not the committed one, or its folder holds anything but the committed bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jobs.base.errors import JobInputError
from jobs.base.keys import sha256
from jobs.base.protocol import end, run
from jobs.base.store import Store, open_store
from jobs.deidentify.build import Stored, check_lengths, committed
from lake.places import Places
from messages.deidentify import CopyOutPlanned, PlanCopyOut

GROUP_BYTES = 64 << 20


def plan_copy_out(store: Store, root: str, scan_date: str, build: str) -> CopyOutPlanned:
    """Check the build.

    :raises JobInputError: see the module's docstring.
    """
    places = Places(root)
    files = committed(store, places, scan_date, build)
    folder = places.deidentified(scan_date, build)
    check_lengths(store, folder, files)
    for group in _groups(files):
        found = store.read_many(f"{folder}/{name}" for name in group)
        changed = [name for name in group if sha256(found[f"{folder}/{name}"]) != files[name].sha256]
        if changed:
            raise JobInputError(
                f"{len(changed)} files of {folder} are not what was checked, the first is {changed[0]}",
                "find out who changed them, remove the folder and run the export again",
            )
    return CopyOutPlanned(
        scan_date=scan_date,
        build=build,
        source=folder,
        files=len(files),
        bytes=sum(file.bytes for file in files.values()),
    )


def _groups(files: Mapping[str, Stored]) -> Iterator[list[str]]:
    """Cut the names into groups that fit in memory together."""
    group: list[str] = []
    size = 0
    for name in sorted(files):
        if group and size + files[name].bytes > GROUP_BYTES:
            yield group
            group, size = [], 0
        group.append(name)
        size += files[name].bytes
    if group:
        yield group


def execute(request: PlanCopyOut) -> CopyOutPlanned:
    """Do what the request asks."""
    return plan_copy_out(open_store(request.hdfs), request.root, request.scan_date, request.build)


def main() -> int:
    """Run as a program."""
    return run(PlanCopyOut, execute)


if __name__ == "__main__":
    end(main())
