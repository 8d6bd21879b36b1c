"""docs/programs.md is what the models say, and every field says what it means."""

from __future__ import annotations

from typing import get_type_hints

import pytest

from messages import catalogue, page
from messages.environment import PROGRAMS
from tests.messages.test_wire import MODELS


def test_the_page_is_current() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page(), "run `make programs-page`"


@pytest.mark.parametrize(
    "kind",
    [kind for kind in MODELS if kind.__module__.startswith("messages.")],
    ids=lambda kind: kind.__name__,
)
def test_every_field_says_what_it_means(kind: type) -> None:
    for name, hint in get_type_hints(kind, include_extras=True).items():
        if name not in {"program", "keyed"}:
            assert page.meaning(hint)
            assert page.form(hint)
    assert kind.__doc__


def test_the_page_has_every_program_and_every_variable() -> None:
    text = page.page()
    assert [call.program for call in catalogue.CALLS if f"### {call.program}\n" not in text] == []
    for kind in PROGRAMS:
        names = [f"`NIGHTSCAN_{name.upper()}`" for name in kind._fields]
        assert [name for name in names if name not in text] == []


def test_a_form_is_said_in_json_s_terms() -> None:
    assert page.form(dict[str, list[int] | None]) == "object: list of integer | null by text"
