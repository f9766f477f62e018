"""Odd numbers as a page repeats them: large, with why they are asked about and how to confirm."""

from collections.abc import Iterable, Set
from typing import Any

from charting.doubts import Doubt
from screens import labels, words
from vitals.analytes import ANALYTES


def shown(doubts: Iterable[Doubt], *, confirmed: Set[str]) -> list[dict[str, Any]]:
    """Return each doubt as the list of numbers to confirm draws it."""
    return [
        {
            "field": doubt.token,
            "label": _label(doubt.field),
            "message": doubt.message,
            "value": doubt.value,
            "unit": words.UNITS.get(doubt.field, ""),
            "checked": doubt.token in confirmed,
        }
        for doubt in doubts
    ]


def _label(field: str) -> str:
    analyte = ANALYTES.get(field)
    return analyte.label if analyte else labels.sentence(words.field(field))
