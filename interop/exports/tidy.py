"""The tidy table: a row is a value, and an import of the file knows every row again."""

from collections.abc import Iterable, Iterator
from typing import Final

from interop.exports import deidentify, values
from interop.exports.course import Subject
from interop.exports.values import Value
from interop.tables import targets
from interop.tables.targets import Role

_AFTER: Final = (
    "day", "hour", Role.NAME, Role.CODE, Role.VALUE, Role.UNIT, "entered_value",
    "entered_unit", "flags", "source", "charted_by", Role.NOTE, "scale", "grade", "at_least",
    "ruleset", "because", "missing", "grade_flags", "decision", "decided_grade", "decided_cause",
    "decided_by", "seconded", "decision_note",
)  # fmt: skip
_OF_A_GRADE: Final = len(_AFTER) - _AFTER.index("scale")
COLUMNS: Final = (Role.PATIENT, Role.TIME, Role.UNTIL, Role.SET, *_AFTER)
# Nothing here is a date, a name, a number of a person or free text.
DEIDENTIFIED: Final = ("study_id", "until_hour", "set", *_AFTER)
_FREE_TEXT: Final = frozenset({"note", "skipped"})


def rows(subjects: Iterable[Subject]) -> Iterator[list[str]]:
    """Yield the rows without the header."""
    for subject in subjects:
        for value in values.values_of(subject):
            if subject.mask.hides:
                hidden = _hidden(subject, value)
                if hidden is not None:
                    yield hidden
            else:
                yield _open(subject, value)


def code_of(name: str) -> str:
    """The LOINC code of a value, where it has one."""
    if name.startswith(targets.LAB):
        return name.removeprefix(targets.LAB)
    code = targets.code_for(name)
    return code.code if code else ""


def _open(subject: Subject, each: Value) -> list[str]:
    entered = each.entered
    return [
        subject.name,
        each.at.isoformat() if each.at else "",
        each.until.isoformat() if each.until else "",
        each.number,
        *_told(subject, each),
        each.name, code_of(each.name), each.value, each.unit, *entered, " ".join(each.flags),
        each.source, each.charted_by, each.remark, *_grade(each, tells_words=True),
    ]  # fmt: skip


def _hidden(subject: Subject, each: Value) -> list[str] | None:
    """The row without what could tell who it is; None for a value that is only that."""
    name, value = each.name, each.value
    if name in _FREE_TEXT:
        return None
    flags = each.flags
    if name == targets.BIRTH_DATE:
        name = "age_years"
        value = deidentify.age(subject.patient.birth_date, on=subject.zero_day)
    elif "words" in flags:
        value, flags = "", (*flags, "text_withheld")
    number = subject.mask.number(each.number) if each.number else ""
    # What was typed for words may hold anything; of a number it is a number and its unit.
    measured = bool(code_of(each.name)) and "words" not in flags
    entered = each.entered if measured else ("", "")
    until = deidentify.hour(each.until, zero=subject.zero) if each.until else ""
    return [
        subject.name, until, number, *_told(subject, each), name, code_of(name), value, each.unit,
        *entered, " ".join(flags),
        each.source, each.charted_by, "", *_grade(each, tells_words=False),
    ]  # fmt: skip


def _told(subject: Subject, each: Value) -> tuple[str, str]:
    if each.at is None:
        return "", ""
    zero = subject.zero
    return (
        deidentify.day(each.at, zero=zero, zone=subject.zone),
        deidentify.hour(each.at, zero=zero),
    )


def _grade(each: Value, *, tells_words: bool) -> tuple[str, ...]:
    """What was computed, and what clinicians held of it; what they typed only where it may go."""
    found = each.grade
    if found is None:
        return ("",) * _OF_A_GRADE
    computed = (found.scale, _number(found.grade), str(found.at_least), found.ruleset,
                found.because, found.missing, found.flags)  # fmt: skip
    word = found.word
    if word is None:
        return *computed, *("",) * (_OF_A_GRADE - len(computed))
    seconded = "yes" if word.is_seconded else "no"
    note = word.note if tells_words else ""
    return *computed, word.decision, _number(word.grade), word.cause, word.by, seconded, note


def _number(grade: int | None) -> str:
    return "" if grade is None else str(grade)
