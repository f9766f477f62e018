"""What a clinician's word on a computed grade must say, and how long it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

GRAVE: Final = 3  # at or above, lowering a computed grade needs two people
DEATH: Final = 5  # a grade that only a person gives


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody says: `grade` is None for a rejected one, `cause` and `note` the reason."""

    decision: str
    grade: int | None = None
    cause: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Computed:
    """The computed grade it is about; `grade` is None when only the lower bound is known."""

    grade: int | None
    at_least: int

    def agrees_with(self, grade: int) -> bool:
        """Whether this confirms it: the known grade; of an open one, anything from its bound up."""
        return grade == self.grade if self.grade is not None else grade >= self.at_least


def refusals(word: Word, of: Computed) -> Sequence[tuple[str, object, str]]:
    """Return field, value and what is wrong with it; nothing when the word can be kept."""
    if word.decision == "rejected":
        return _of_rejection(word)
    wrong: list[tuple[str, object, str]] = []
    if word.grade is None:
        wrong.append(("grade", None, "is required: 0 to 5"))
    elif not 0 <= word.grade <= DEATH:
        wrong.append(("grade", word.grade, "must be 0 to 5"))
    elif word.decision == "confirmed" and not of.agrees_with(word.grade):
        wrong.append(("grade", word.grade, f"is not the computed one ({_said(of)}): change it"))
    elif word.decision == "changed" and word.grade == of.grade:
        wrong.append(("grade", word.grade, "is the computed one: confirm it"))
    if word.decision == "changed" and not word.note:
        wrong.append(("note", "", "is required: why the computed grade is not right"))
    if word.cause:
        wrong.append(("cause", word.cause, "goes with a rejected grade only"))
    return wrong


def needs_second_person(word: Word, of: Computed) -> bool:
    """Whether this takes a computed grade of 3 or more down, which one person cannot do alone."""
    return of.at_least >= GRAVE and (word.grade is None or word.grade < of.at_least)


def still_stands(of: Computed, *, newest_at_least: int) -> bool:
    """Whether the word still holds at a newer set: not once that forces a higher grade."""
    return newest_at_least <= of.at_least


def _of_rejection(word: Word) -> Sequence[tuple[str, object, str]]:
    wrong: list[tuple[str, object, str]] = []
    if word.grade is not None:
        wrong.append(("grade", word.grade, "must be empty: it is said not to be this syndrome"))
    if not word.cause:
        wrong.append(("cause", "", "is required: what it is held to come from"))
    if word.cause == "other" and not word.note:
        wrong.append(("note", "", "is required: which other cause"))
    return wrong


def _said(of: Computed) -> str:
    return str(of.grade) if of.grade is not None else f"at least {of.at_least}"
