"""The table of who may open what, read once: names and groups made into callers."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

FILE: Final = Path(__file__).with_name("matrix.yaml")
PLACES: Final = ("own", "other", "none")
NOBODY: Final = "nobody"
# Whom tests.access.cast knows how to sign in.
NAMES: Final = frozenset(
    {"nurse", "charge", "oncologist", "pharmacist", "safety", "administrator"}
    | {"kiosk", "system", "scopeless", "ended"}
)
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")


class WrongRowError(ValueError):
    """A row of the table names nobody that there is, or a method that is none."""


@cache
def rows() -> dict[str, dict[str, frozenset[str]]]:
    """Return, by address and method, the names of the callers who are let in."""
    written = _written()
    return {
        route: {method: frozenset(_callers(who)) for method, who in methods.items()}
        for route, methods in written["rows"].items()
    }


def as_written() -> dict[str, dict[str, str]]:
    """Return the words of the table, for people."""
    found: dict[str, dict[str, str]] = _written()["rows"]
    return found


def groups() -> dict[str, str]:
    """Return the groups and whom they stand for."""
    found: dict[str, str] = _written()["groups"]
    return found


@cache
def _written() -> Any:
    written = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for route, methods in written["rows"].items():
        if not methods.keys() <= set(METHODS):
            raise WrongRowError(f"{route}: {sorted(methods)}")
    return written


def _callers(words: str, place: str = "") -> Iterator[str]:
    for word in words.split():
        name, _, said = word.partition("@")
        where = said or place
        if name == NOBODY:
            yield NOBODY
        elif name in groups():
            yield from _callers(groups()[name], where)
        elif name in NAMES and where in {"", "any", *PLACES}:
            places = PLACES if where == "any" else (where or "own",)
            yield from (f"{name}@{each}" for each in places)
        else:
            raise WrongRowError(word)
