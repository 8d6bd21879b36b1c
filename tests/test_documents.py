"""The documents at the root name only files and make targets that exist, and CONTRIBUTING.md is short."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ["CONTRIBUTING.md", "ARCHITECTURE.md", "README.md"]
BASES = ["", "include", "include/imaging", "plugins/nightscan"]  # what a table names within a folder
NO_FILES = {".nightscan/", "quarantine/"}  # made at run time, on this machine and in HDFS
SUFFIX = re.compile(r"\.(java|j2|md|py|sql|toml|tsv|txt|yaml)$")


def spans(text: str) -> list[str]:
    """Return what stands in backticks, outside of fenced blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def paths(text: str) -> list[str]:
    """Return the paths of this tree that a document names, in backticks or as a link."""
    named = [
        span
        for span in spans(text)
        if ("/" in span or SUFFIX.search(span))
        and not re.search(r"[\s=()]|^/", span)
        and span not in NO_FILES
    ]
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    return [one for name in [*named, *links] for one in alternatives(name)]


def alternatives(name: str) -> list[str]:
    """Return the paths that a name with {a,b} stands for."""
    parts = [part.split(",") for part in re.split(r"[{}]", name)]
    return ["".join(chosen) for chosen in itertools.product(*parts)]


def exists(name: str) -> bool:
    """Whether it is a path of this tree, or the bare name of a file in it."""
    if any((ROOT / base / name).exists() for base in BASES):
        return True
    return "/" not in name and any((ROOT / "include").rglob(name))


def targets(text: str) -> set[str]:
    """Return the make targets that a document's spans and blocks name."""
    code = [*spans(text), *re.findall(r"```.*?```", text, flags=re.DOTALL)]
    return {target for one in code for target in re.findall(r"(?:^|\s)make ([a-z][a-z-]*)", one)}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_names_only_what_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    assert [name for name in paths(text) if not exists(name)] == []
    assert targets(text) - make_targets() == set()
    assert len(paths(text)) > 15
    assert targets(text) or document == "ARCHITECTURE.md"


def test_what_does_not_exist_is_found() -> None:
    text = (
        "`include/imaging/nowhere.py` `nowhere.sql` `dags/` [a](docs/none.md) `job_config.yaml`\n"
        "`plugins/nightscan/{config,nowhere}.py` `raw_images/scan_date=D` `FILES=a make nothing`\n"
        "```\nmake run   # and so on\nDATA=/x make away\n```\n"
    )
    assert [name for name in paths(text) if not exists(name)] == [
        "include/imaging/nowhere.py",
        "nowhere.sql",
        "plugins/nightscan/nowhere.py",
        "docs/none.md",
    ]
    assert targets(text) - make_targets() == {"nothing", "away"}


def test_contributing_is_short() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()) <= 120
