"""One patient's sheet: what the data say by section, and what is new since the last hand-over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Final

Lines = Mapping[str, Sequence[str]]


class Section(StrEnum):
    """The parts of I-PASS that are filled from the data."""

    ILLNESS = "illness"
    SUMMARY = "summary"
    ACTIONS = "actions"
    SITUATION = "situation"


TITLES: Final = {
    Section.ILLNESS: ("I", "Illness severity"),
    Section.SUMMARY: ("P", "Patient summary"),
    Section.ACTIONS: ("A", "Action list"),
    Section.SITUATION: ("S", "Situation awareness"),
}
SYNTHESIS: Final = ("S", "Synthesis by the one who comes")
# What follows it may change without being news: a set's time, the day of the course.
DETAIL: Final = " · "
NO_HANDOVER: Final = "No hand-over on record: everything is new."


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section; new is what did not stand on the sheet that was last read back."""

    text: str
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a sheet is about."""

    patient_id: int
    name: str
    mrn: str
    born: str
    bed: str
    nurse: str
    short: str  # for a paper with as little as possible on it


@dataclass(frozen=True, slots=True)
class Given:
    """The giver's own words, who wrote them and when; `version` 0: nobody has."""

    version: int = 0
    illness: str = ""
    words: Mapping[Section, str] = field(default_factory=dict)
    said: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is handed over about one patient; `words_are_new` since it was last read back."""

    who: Who
    sections: Mapping[Section, Sequence[Line]]
    given: Given
    words_are_new: bool
    last: str
    digest: str

    def lines(self) -> dict[str, list[str]]:
        """Return what is read back, the giver's words included."""
        return _with_words(
            {name.value: [line.text for line in said] for name, said in self.sections.items()},
            self.given,
        )


def compose(
    who: Who, lines: Mapping[Section, Sequence[str]], *, given: Given, before: Lines | None,
    last: str,
) -> Sheet:  # fmt: skip
    """Return the sheet with what is new marked; without a hand-over on record nothing is marked.

    `before` is the sheet as it was last read back, `last` says by whom and when.
    """
    stood = {_key(text) for said in (before or {}).values() for text in said}
    is_known = before is not None
    marked = {
        name: tuple(Line(text, is_known and _key(text) not in stood) for text in said)
        for name, said in lines.items()
    }
    is_new = is_known and not set(map(_key, _words(given))) <= stood
    shown = _with_words({name.value: list(said) for name, said in lines.items()}, given)
    return Sheet(who, marked, given, is_new, last or NO_HANDOVER, _digest(shown))


def _key(text: str) -> str:
    return text.split(DETAIL, maxsplit=1)[0]


def _words(given: Given) -> list[str]:
    """The giver's words as they are kept with a read-back."""
    named = [f"{given.said}: {text}" for text in given.words.values() if text]
    return [f"{given.said}: {given.illness}", *named] if given.illness else named


def _with_words(lines: dict[str, list[str]], given: Given) -> dict[str, list[str]]:
    return lines | {"words": _words(given)}


def _digest(lines: Lines) -> str:
    """Return a short name of exactly these lines, by which a page says what was read."""
    parts = [f"{name}\n" + "\n".join(said) for name, said in sorted(lines.items())]
    return sha256("\n\n".join(parts).encode()).hexdigest()[:16]
