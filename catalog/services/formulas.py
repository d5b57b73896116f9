"""Texts that a spreadsheet would run as formulas, escaped as spreadsheets do: with an apostrophe before them.

Files that people open in a spreadsheet escape the texts that others wrote; imports remove the escape. A text
that already begins with apostrophes before a formula gets one more, so that every text comes back as it was.
"""

import re
from typing import Final

ESCAPE: Final = "'"
# Spreadsheets with a Japanese input method also accept full-width signs.
_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# A signed number is no formula: it stays a number.
_NUMBER: Final = re.compile(r"'*[+-](?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\Z", re.ASCII)


def escape_formula(text: str) -> str:
    """Return a text that spreadsheets do not run."""
    return f"{ESCAPE}{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def unescape_formula(text: str) -> str:
    """Return the text that was escaped, or the text itself if it is not escaped."""
    inner = text.removeprefix(ESCAPE)
    return inner if inner != text and escape_formula(inner) == text else text
