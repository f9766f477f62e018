"""The quick check of symptoms as typed: one answer a line, read as strictly as a set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Final

from charting.entry import EntryRefusedError
from charting.symptoms import Report
from grading.symptoms import Question, questions_of, rows_of
from screens import labels, typed
from vitals.symptoms import SYSTEM_WORDS, BodySystem, Symptom, lines_of
from vitals.vocabulary import Attribution

ABSENT, PRESENT, UNGRADED = "absent", "present", "ungraded"
NUMBER_WORDS: Final = {
    "temperature_celsius": "Highest temperature, °C",
    "hours_above_40": "Hours above 40 °C",
    "neutrophils_10e9_l": "Neutrophils, 10⁹/L",
    "minutes_at_or_above_38": "Minutes at 38.0 °C or above",
    "ejection_fraction_percent": "Ejection fraction, %",
    "drop_points": "Drop from baseline, points",
    "body_surface_percent": "Body surface, %",
    "stools_over_baseline_per_day": "Stools a day over baseline",
}


@dataclass(slots=True)
class Check:
    """What was typed, what it says, and what is wrong with it, line by line."""

    typed: Mapping[str, str]
    taken_at: datetime | None = None
    reports: list[Report] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        """Whether it can be handed to the door."""
        return not self.errors

    def refuse(self, refused: EntryRefusedError) -> None:
        """Put what the door refused beside the line it is about."""
        for error in refused.errors:
            code = error.field.split(".")[0]
            key = _key_of(code) or ("taken_at" if error.field == "taken_at" else "check")
            self.errors[key] = labels.sentence(error.message)


def read(posted: Mapping[str, str], *, zone: tzinfo, now: datetime) -> Check:
    """Read a posted check; a line that nobody answered was not asked."""
    check = Check(posted)
    try:
        check.taken_at = typed.moment(posted.get("taken_at", ""), zone=zone, now=now)
    except ValueError as error:
        check.errors["taken_at"] = str(error)
    for line in _lines():
        try:
            check.reports += _reports(line, posted, taken_at=check.taken_at or now)
        except ValueError as error:
            check.errors[line[0].code] = str(error)
    if not check.reports and not check.errors:
        check.errors["check"] = "Nothing was answered."
    return check


def groups(check: Check | None) -> list[dict[str, Any]]:
    """The form as the page draws it: five body systems, each line once."""
    posted = check.typed if check else {}
    errors = check.errors if check else {}
    asked: set[str] = set()
    shown = []
    for system in BodySystem:
        lines = []
        for words, symptoms in lines_of(system).items():
            if symptoms[0].code not in asked:
                asked.add(symptoms[0].code)
                lines.append(_line(words, symptoms, posted, errors.get(symptoms[0].code, "")))
        shown.append({"code": str(system), "title": SYSTEM_WORDS[system], "lines": lines})
    return shown


def _line(
    words: str, symptoms: tuple[Symptom, ...], posted: Mapping[str, str], error: str
) -> dict[str, Any]:
    key = symptoms[0].code
    said = posted.get(f"state-{key}", "")
    return {
        "key": key,
        "words": words,
        "error": error,
        "states": [
            {"value": value, "label": label, "checked": said == value}
            for value, label in (("", "Not asked"), (ABSENT, "Absent"), (PRESENT, "Present"))
        ],
        "kinds": [_kind(each, posted, is_one_of_many=len(symptoms) > 1) for each in symptoms],
        "attribution": [
            {"value": value, "label": label, "selected": posted.get(f"from-{key}", "") == value}
            for value, label in (("", "Not judged"), *Attribution.choices)
        ],
    }


def _kind(symptom: Symptom, posted: Mapping[str, str], *, is_one_of_many: bool) -> dict[str, Any]:
    said = posted.get(f"grade-{symptom.code}", "" if is_one_of_many else UNGRADED)
    choices = [(UNGRADED, "?", "Present, grade not judged")]
    if is_one_of_many:
        choices.insert(0, ("", "–", "Not this"))
    choices += [(str(row.grade), str(row.grade), row.words) for row in rows_of(symptom.term)]
    return {
        "code": symptom.code,
        "words": symptom.words if is_one_of_many else "",
        "term": symptom.term,
        "choices": [
            {"value": value, "short": short, "words": words, "checked": said == value}
            for value, short, words in choices
        ],
        "numbers": [
            {
                "name": f"number-{symptom.code}-{question.name}",
                "label": NUMBER_WORDS[question.name],
                "value": posted.get(f"number-{symptom.code}-{question.name}", ""),
            }
            for question in _numbers_of(symptom)
        ],
    }


def _numbers_of(symptom: Symptom) -> list[Question]:
    return [question for question in questions_of(symptom.term) if question.is_number]


def _reports(
    symptoms: tuple[Symptom, ...], posted: Mapping[str, str], *, taken_at: datetime
) -> list[Report]:
    """What one line says; raises ValueError with words for the person who typed it."""
    said = posted.get(f"state-{symptoms[0].code}", "")
    if said not in ("", ABSENT, PRESENT):
        raise ValueError("Must be not asked, absent or present")
    if not said:
        return []
    if said == ABSENT:
        return [Report(each.code, is_present=False, taken_at=taken_at) for each in symptoms]
    found = [
        _present(each, posted, taken_at=taken_at, key=symptoms[0].code)
        for each in symptoms
        if len(symptoms) == 1 or posted.get(f"grade-{each.code}", "")
    ]
    if not found:
        raise ValueError("Say which it is, or that its grade is not judged yet")
    return found


def _present(
    symptom: Symptom, posted: Mapping[str, str], *, taken_at: datetime, key: str
) -> Report:
    picked = posted.get(f"grade-{symptom.code}", "") or UNGRADED
    known = {str(row.grade): row.grade for row in rows_of(symptom.term)}
    if picked != UNGRADED and picked not in known:
        raise ValueError("Must be one of the grades shown")
    findings: dict[str, Decimal] = {}
    for question in _numbers_of(symptom):
        text = posted.get(f"number-{symptom.code}-{question.name}", "").strip()
        if text:
            findings[question.name] = typed.number(text)
    return Report(
        symptom.code,
        is_present=True,
        taken_at=taken_at,
        grade=known.get(picked),
        findings=findings,
        attribution=posted.get(f"from-{key}", ""),
    )


def _lines() -> list[tuple[Symptom, ...]]:
    """Every line once, though two body systems may ask for it."""
    lines: dict[str, tuple[Symptom, ...]] = {}
    for system in BodySystem:
        for symptoms in lines_of(system).values():
            lines.setdefault(symptoms[0].code, symptoms)
    return list(lines.values())


def _key_of(code: str) -> str:
    """The first symptom of the line that a symptom is asked in; empty for no symptom."""
    return next((each[0].code for each in _lines() if code in {s.code for s in each}), "")
