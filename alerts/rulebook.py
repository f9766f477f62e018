"""Reads alerts/rules.yaml into a rulebook, or refuses it and names what is wrong."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, get_type_hints

import yaml

from alerts.policy.rulebook import Rulebook, Steps
from alerts.policy.vocabulary import Severity

PATH: Final = Path(__file__).with_name("rules.yaml")
_HEAD: Final = ("edition", "status", "steps", "rules")
_RULES: Final = {
    name.upper(): kind for name, kind in get_type_hints(Rulebook).items() if name.startswith("a")
}


class RulebookError(ValueError):
    """The file cannot be used; the words name the place and what is wrong with it."""


@cache
def current() -> Rulebook:
    """The rulebook in force, read once; raises RulebookError."""
    return load(PATH.read_text(encoding="utf-8"))


def load(text: str) -> Rulebook:
    """Read a rulebook; raises RulebookError for a key too many or too few, or a wrong value."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RulebookError(f"is not YAML: {error}") from None
    _same_keys(document, _HEAD, place="the file")
    edition, status = document["edition"], document["status"]
    if type(edition) is not int or edition < 1:
        raise RulebookError("edition must be a whole number from 1")
    if not isinstance(status, str) or not status:
        raise RulebookError("status must be words")
    rules = document["rules"]
    _same_keys(rules, _RULES, place="rules")
    return Rulebook(
        name=f"alerts-{edition}/{sha256(text.encode()).hexdigest()[:12]}",
        edition=edition,
        status=status,
        steps=_block(Steps, document["steps"], place="steps"),
        **{rule.lower(): _block(kind, rules[rule], place=rule) for rule, kind in _RULES.items()},
    )


def _block(kind: Any, document: Any, *, place: str) -> Any:
    """Read one rule's numbers, and see that those meant to rise do."""
    _same_keys(document, [each.name for each in fields(kind)], place=place)
    hints = get_type_hints(kind)
    values = {
        name: _value(hints[name], value, place=f"{place}.{name}")
        for name, value in document.items()
    }
    for names in getattr(kind, "ASCENDING", ()):
        for lower, higher in pairwise(names):
            if not values[lower] < values[higher]:
                raise RulebookError(f"{place}.{lower} must be below {place}.{higher}")
    return kind(**values)


def _same_keys(document: Any, wanted: Any, *, place: str) -> None:
    if not isinstance(document, Mapping):
        raise RulebookError(f"{place} must be a mapping")
    for name in document:
        if name not in wanted:
            raise RulebookError(f"{place} knows no {name}")
    for name in wanted:
        if name not in document:
            raise RulebookError(f"{place} lacks {name}")


def _value(kind: Any, value: Any, *, place: str) -> Any:
    if kind is Severity:
        if value not in set(Severity):
            raise RulebookError(f"{place} must be one of {', '.join(Severity)}")
        return Severity(value)
    if kind is int:
        return _whole(value, place=place)
    if kind is Decimal:
        return _number(value, place=place)
    if kind == tuple[str, ...]:
        return _names(value, place=place)
    return _by_age(value, place=place)


def _whole(value: Any, *, place: str, least: int = 1) -> int:
    if type(value) is not int or value < least:
        raise RulebookError(f"{place} must be a whole number from {least}")
    return value


def _number(value: Any, *, place: str) -> Decimal:
    exact = Decimal(str(value)) if type(value) in {int, float} else Decimal("NaN")
    if not exact.is_finite() or exact <= 0:
        raise RulebookError(f"{place} must be a number above zero")
    return exact


def _names(value: Any, *, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise RulebookError(f"{place} must be a list of names")
    return tuple(value)


def _by_age(value: Any, *, place: str) -> tuple[tuple[int, int], ...]:
    """Read rows of month and limit: from birth on, ages rising, limits falling."""
    if not isinstance(value, list) or not all(
        isinstance(row, list) and len(row) == 2 for row in value
    ):
        raise RulebookError(f"{place} must be rows of a month and a limit")
    rows = tuple(
        (_whole(month, place=place, least=0), _whole(limit, place=place)) for month, limit in value
    )
    rising = all(young < old for (young, _), (old, _) in pairwise(rows))
    falling = all(high >= low for (_, high), (_, low) in pairwise(rows))
    if not rows or rows[0][0] != 0 or not rising or not falling:
        raise RulebookError(f"{place} must begin at birth, with ages rising and limits falling")
    return rows
