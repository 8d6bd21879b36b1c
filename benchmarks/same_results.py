"""Whether two checkouts give the same volumes, masks, features and tables: dump each, compare the dumps.

Run with `.nightscan/venv/airflow/bin/python -m benchmarks.same_results COMMAND`, PYTHONPATH=. (the root):

- `laptop CHECKOUT LANDING ... --out A.json [--keep FOLDER]`: `python -m imaging index`, `convert` and `deid`
  of that checkout on each folder; hashes of volumes, masks and de-identified files, records, sidecars and
  counts. With --keep the files stay, in FOLDER/LANDING/{convert,deid}.
- `cluster URL ROOT --out A.json`: every table, volume and mask below ROOT of hdfs://host:port; see
  `benchmarks.cluster_dump` for what is left out. Nothing is written to the cluster. Dump right after
  `make run`, and give both clusters the same site key (the file secrets/patient_key of the home folder):
  identifiers are hashed with it.
- `compare A.json B.json [--leave-out FIELD ...]`: equal and differing entries, and the first that differ.

Printed by compare: a row a section that differs, and a sum; it ends with 1 when anything differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.dumps import Difference, Dump, Entry, differences, leaves

DEID_KEY = "a key for comparisons only, of no site" * 2
RECORDS = "records.json"
SHOWN_ERROR_CHARACTERS = 800
LANDING_PARTS = 2


def laptop(checkout: Path, landings: Sequence[Path], keep: Path) -> Dump:
    """Index, convert and de-identify each folder with the code of a checkout; return what came of it."""
    sections: dict[str, list[Entry]] = {}
    for landing in landings:
        title = "_".join(landing.resolve().parts[-LANDING_PARTS:])
        converted, released = keep / title / "convert", keep / title / "deid"
        for folder in (converted, released):
            folder.mkdir(parents=True, exist_ok=True)
        source = str(landing.resolve())
        for command in (
            ["index", "--json", source],
            ["convert", "--json", source, str(converted)],
            ["deid", source, str(released)],
        ):
            sections[f"{command[0]} {title} counts"] = list(leaves(json.loads(imaging(checkout, command))))
        sections |= {f"convert {title} {kind}": rows for kind, rows in _written(converted).items()}
        sections |= {f"deid {title} {kind}": rows for kind, rows in _written(released).items()}
    return Dump("", sections)


def imaging(checkout: Path, arguments: Sequence[str]) -> str:
    """Run `python -m imaging` of a checkout and return what it printed."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(checkout.resolve() / "include"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "NIGHTSCAN_PATIENT_KEY": DEID_KEY,
    }
    done = subprocess.run(
        [sys.executable, "-m", "imaging", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(
            f"imaging {arguments[0]} of {checkout} ended with {done.returncode}: "
            f"{done.stderr[-SHOWN_ERROR_CHARACTERS:]}"
        )
    return done.stdout


def _written(folder: Path) -> dict[str, list[Entry]]:
    """Sort the files of a folder: records row by row, other JSON taken apart, the rest hashed."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, data = path.relative_to(folder).as_posix(), path.read_bytes()
        if name == RECORDS:
            found["records"] = json.loads(data)
        elif path.suffix == ".json":
            found["sidecars"] += [{"name": name, **leaf} for leaf in leaves(json.loads(data))]
        else:
            found["files"].append({"name": name, "sha256": hashlib.sha256(data).hexdigest()})
    return found


def report(found: Sequence[Difference], most: int) -> int:
    """Print the sections that differ and the sums by kind; return 1 when one differs."""
    kinds: dict[str, list[Difference]] = defaultdict(list)
    for section in found:
        kinds[section.title.split()[0]].append(section)
    for section in found:
        if not section.same:
            print(
                f"{section.title}: {section.equal} equal, {len(section.only_a)} only in A, "
                f"{len(section.only_b)} only in B"
            )
            for line in section.shown(most):
                print(f"  {line}")
    for kind, sections in sorted(kinds.items()):
        differ = sum(not one.same for one in sections)
        equal = sum(one.equal for one in sections)
        only_a, only_b = (
            sum(map(len, each)) for each in zip(*((s.only_a, s.only_b) for s in sections), strict=True)
        )
        print(
            f"{kind}: {len(sections)} sections, {differ} differ; "
            f"entries: {equal} equal, {only_a} only in A, {only_b} only in B"
        )
    same = all(section.same for section in found)
    print("the results are the same" if same else "the results differ")
    return 0 if same else 1


def compare(a: Path, b: Path, leave_out: Sequence[str], most: int) -> int:
    """Compare two dumps and print the result; dumps without entries, or of two keys, cannot be compared."""
    first, second = Dump.read(a), Dump.read(b)
    for path, dump in ((a, first), (b, second)):
        if not any(dump.sections.values()):
            raise SystemExit(f"{path} holds no entry; dump a run that has ended")
    if first.key_id != second.key_id:
        raise SystemExit(
            f"{a} and {b} were made under two site keys, so no identifier can agree; "
            "run both clusters with the same secrets/patient_key"
        )
    if leave_out:
        print(f"compared without {', '.join(leave_out)}")
    return report(differences(first, second, leave_out), most)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="same-results-") as folder:
        yield Path(folder)


def _laptop(given: argparse.Namespace) -> int:
    with _folder(given.keep) as folder:
        laptop(given.checkout, given.landings, folder).write(given.out)
    return 0


def _cluster(given: argparse.Namespace) -> int:
    from benchmarks.cluster_dump import dump  # noqa: PLC0415 - a comparison needs no pyarrow

    dump(given.url, given.root).write(given.out)
    return 0


def _compare(given: argparse.Namespace) -> int:
    return compare(given.a, given.b, given.leave_out, given.rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("laptop")
    command.add_argument("checkout", type=Path)
    command.add_argument("landings", type=Path, nargs="+")
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("--keep", type=Path)
    command.set_defaults(run=_laptop)
    command = commands.add_parser("cluster")
    command.add_argument("url")
    command.add_argument("root")
    command.add_argument("--out", type=Path, required=True)
    command.set_defaults(run=_cluster)
    command = commands.add_parser("compare")
    command.add_argument("a", type=Path)
    command.add_argument("b", type=Path)
    command.add_argument("--leave-out", nargs="+", default=[])
    command.add_argument("--rows", type=int, default=3, help="differing entries shown of a section")
    command.set_defaults(run=_compare)
    given = parser.parse_args(arguments)
    status: int = given.run(given)
    return status


if __name__ == "__main__":
    sys.exit(main())
