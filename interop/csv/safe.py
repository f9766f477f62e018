"""Cells that a spreadsheet program cannot mistake for a formula, and back again."""

import re
from typing import Any, Final

# Wide signs as well: some editions of a spreadsheet program take them for the narrow ones.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_ESCAPED: Final = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?", re.ASCII)


def written(value: Any) -> str:
    """Return the cell to write; what begins like a formula gets an apostrophe. None is blank."""
    text = "" if value is None else str(value)
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def read(cell: str) -> str:
    """Return what `written` was given."""
    return cell[1:] if _ESCAPED.match(cell) else cell
