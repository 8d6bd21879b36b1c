"""Markup stands in templates alone, and Jinja2 escapes every value that they print."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from imaging.report import page
from imaging.report.formatting import printable
from tests.imaging.converted_folder import used, voxels, write_records, write_volume
from tests.imaging.report.test_report import read

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "include/imaging/report/templates").iterdir())
PRODUCTION = ("include", "plugins", "dags", "scripts", "benchmarks")
# Elements of HTML and SVG; another word in angle brackets is the placeholder of a message.
ELEMENTS = (
    "a|article|aside|b|blockquote|body|br|button|caption|circle|code|col|dd|details|div|dl|dt|em|figcaption|"
    "figure|footer|form|g|h[1-6]|head|header|hr|html|i|iframe|image|img|input|label|legend|li|line|link|main|"
    "meta|nav|object|ol|option|p|path|pre|q|rect|s|script|section|select|small|span|strong|style|sub|summary|"
    "sup|svg|table|tbody|td|text|textarea|tfoot|th|thead|title|tr|u|ul|use|video"
)
TAG = re.compile(rf"<!doctype|(?<!\?P)<({ELEMENTS})(\s+[a-z:-]+=|\s*/?>)|</[a-z]", re.IGNORECASE)
HANDMADE = {"html", "markupsafe"}
SCRIPT = "<script>alert(1)</script>"


def handmade(source: str) -> list[int]:
    """Return the lines of ``source`` with a string that holds a tag, or with a module that makes markup."""
    tree = ast.parse(source)
    docstrings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if node not in docstrings:
                made = TAG.search(text) is not None
            case ast.Import(names=names):
                made = any(item.name in HANDMADE for item in names)
            case ast.ImportFrom(module=module):
                made = module in HANDMADE
            case ast.Name(id=name) | ast.Attribute(attr=name):
                made = name == "Markup"
            case _:
                made = False
        if made:
            found.add(node.lineno)
    return sorted(found)


def python_files() -> list[Path]:
    named = [path for folder in PRODUCTION for path in (ROOT / folder).rglob("*.py")]
    begun = [path for path in (ROOT / "scripts").iterdir() if path.is_file()]
    return [*named, *(path for path in begun if "python" in path.read_text(encoding="utf-8").split("\n")[0])]


def test_no_python_file_builds_html_by_hand():
    files = python_files()
    assert len(files) > 200
    found = {str(path.relative_to(ROOT)): handmade(path.read_text(encoding="utf-8")) for path in files}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        'x = f"<p>{name}</p>"',
        """x = f'<td class="{kind}">'""",
        'x = "</" + "li>" + "</ul"',
        'x = "a<br/>b"',
        'x = "<!doctype html>"',
        "from html import escape",
        "import html",
        "jinja2.utils.markupsafe.Markup(x)",
    ],
)
def test_html_built_by_hand_is_found(source):
    assert handmade(source) == [1]


@pytest.mark.parametrize(
    "source",
    ['"<II"', 'f"<u{n}"', 'r"(?P<text>a)"', '"a < b > c"', '"<landing>"', 'def f():\n    """Make a <p>."""'],
)
def test_formats_and_docstrings_are_no_html(source):
    assert handmade(source) == []


def test_no_template_lets_a_value_through_as_it_is():
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    assert "{{" in text
    assert re.findall(r"\|\s*safe\b|\bautoescape\b", text) == []


def test_a_value_is_escaped_and_an_unknown_name_refused():
    environment = page.environment()
    shown = environment.from_string("<b>{{ x }}</b>").render(x=f"{SCRIPT}\x1b")
    assert shown == "<b>&lt;script&gt;alert(1)&lt;/script&gt;\N{REPLACEMENT CHARACTER}</b>"
    with pytest.raises(UndefinedError):
        environment.from_string("{{ y }}").render(x=1)


def test_what_a_template_made_is_not_made_printable_again():
    made = Markup("<p>\n</p>")
    assert printable(made) is made


@pytest.mark.parametrize(
    "changes",
    [
        *({name: SCRIPT} for name in ("modality", "units", "units_source", "dtype", "photometric", "files")),
        *({name: SCRIPT} for name in ("files_digest", "manufacturer", "padding_voxels")),
        {"padding_voxels": 3, "padding_value": SCRIPT},
        {"geometry": {SCRIPT: SCRIPT}},
        {"suv": {SCRIPT: [SCRIPT, {SCRIPT: 1}]}},
        {"fourth_axis": {"kind": SCRIPT, "unit": SCRIPT, "values": [1, 2]}},
        {"fourth_axis": SCRIPT},
        {"sidecar": {SCRIPT: SCRIPT, "SeriesDescription": SCRIPT, "Times": [SCRIPT], "Of": {SCRIPT: SCRIPT}}},
        {"regions": [{"region": SCRIPT, "voxels": SCRIPT, "volume_ml": SCRIPT}]},
        {"regions": [{"region": "a", "reason": SCRIPT, "evidence": {SCRIPT: SCRIPT}}], "masks": {}},
    ],
    ids=str,
)
def test_a_script_in_any_field_stays_text(tmp_path, changes):
    array = voxels((6, 5, 4, 2)) if "fourth_axis" in changes else voxels()
    write_volume(tmp_path, array, **changes)
    write_records(tmp_path, used("in/1"))
    parsed = read(tmp_path)
    assert "script" not in {tag for tag, _ in parsed.elements}
    assert parsed.text.count(SCRIPT) >= 1
