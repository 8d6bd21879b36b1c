"""Settings files of the engines, rendered from templates."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

from cluster.errors import ClusterError
from cluster.secret_files import write_private

TEMPLATES = Path(__file__).parent / "conf"


def template_files() -> list[Path]:
    """Every template, in a stable order."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


def render_text(template: Path, values: Mapping[str, str]) -> str:
    """Text of one template with its values; values are escaped in XML files.

    :raises ClusterError: with the template and the value that is missing
    """
    if template.suffix == ".xml":
        values = {name: escape(value) for name, value in values.items()}
    try:
        return Template(template.read_text()).substitute(values)
    except KeyError as error:
        raise ClusterError(f"{template} needs a value for {error}; add it in cluster/values.py") from error
    except ValueError as error:
        raise ClusterError(f"{template} is not a template: {error}; write $$ for a dollar sign") from error


def render_all(target: Path, values: Mapping[str, str]) -> list[Path]:
    """Write every template below `target`, readable by the owner only; returns the files that changed."""
    changed = []
    for template in template_files():
        path = target / template.relative_to(TEMPLATES)
        text = render_text(template, values)
        if not path.exists() or path.read_text() != text:
            write_private(path, text)
            changed.append(path)
    return changed
