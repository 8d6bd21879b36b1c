"""Split a Hive script into its statements."""

from __future__ import annotations

import re

# a quoted text (with backslash escapes), a comment, or a semicolon
TOKEN = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|--[^\n]*|/\*(?!\+).*?\*/|;""", re.DOTALL)


def split_statements(script: str) -> list[str]:
    """Return the statements of a script, without comments; a semicolon in quotes does not end one.

    Optimiser hints (`/*+ ... */`) stay.
    """
    statements = [""]
    position = 0
    for token in TOKEN.finditer(script):
        statements[-1] += script[position : token.start()]
        text = token.group()
        if text == ";":
            statements.append("")
        elif not text.startswith(("--", "/*")):
            statements[-1] += text
        position = token.end()
    statements[-1] += script[position:]
    return [statement.strip() for statement in statements if statement.strip()]
