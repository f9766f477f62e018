"""Every value of a patient, one at a time: what was measured, given, found, and by whom."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from charting.entry import READERS
from grading.rules.icans_astct import SCALE as ICANS
from grading.services import SCALE as CRS
from interop.exports.course import Subject
from interop.exports.grades import Grade, grades_of
from interop.tables import targets
from interop.units import name_with
from vitals.analytes import sent_as
from vitals.models import LabResult, NeuroAssessment, ObservationSet

_AT_ONCE: Final = 500
_FREE_TEXT: Final = frozenset({"note"})


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it leaves; `name` is what an import of the file knows it by."""

    name: str
    value: str
    at: datetime | None = None
    until: datetime | None = None
    number: str = ""
    unit: str = ""
    entered: tuple[str, str] = ("", "")
    flags: tuple[str, ...] = ()
    source: str = ""
    charted_by: str = ""
    remark: str = ""
    grade: Grade | None = None


def values_of(subject: Subject) -> Iterator[Value]:
    """Yield everything in force of a patient, oldest first within each kind."""
    yield from _person(subject)
    yield from _doses(subject)
    yield from _treatments(subject)
    yield from _weights(subject)
    yield from _sets(subject)
    yield from _labs(subject)
    yield from _checks(subject)
    yield from _symptoms(subject)


def text_of(value: Any) -> str:
    """How a value is written: numbers in full, truth as yes and no, lists as JSON."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value)


def fields_of(row: ObservationSet) -> Iterator[tuple[str, Any]]:
    """What was recorded in a set, by the names an entry knows; nothing that was not."""
    for name in READERS:
        value = getattr(row, name)
        if value is None or value == "":
            continue
        yield name, _with_doses(row) if name == "vasopressors" else value


def _with_doses(row: ObservationSet) -> list[Any]:
    doses = row.vasopressor_doses or []
    dosed = {each["drug"] for each in doses}
    return [*doses, *(name for name in row.vasopressors or [] if name not in dosed)]


def _person(subject: Subject) -> Iterator[Value]:
    patient = subject.patient
    if patient.sex != "unknown":
        yield Value(targets.SEX, patient.sex)
    if patient.birth_date:
        yield Value(targets.BIRTH_DATE, patient.birth_date.isoformat())


def _doses(subject: Subject) -> Iterator[Value]:
    for row in subject.patient.infusions.in_force().select_related("recorded_by"):
        name = f"{targets.INFUSION}{row.therapy}/{row.kind}"
        yield Value(
            name, _amount(row.dose_value), at=row.started_at, until=row.stopped_at,
            unit=row.dose_unit, charted_by=_role(row),
        )  # fmt: skip


def _treatments(subject: Subject) -> Iterator[Value]:
    rows = subject.patient.treatments.in_force().select_related("recorded_by")
    for row in rows.iterator(_AT_ONCE):
        yield Value(
            f"{targets.TREATMENT}{row.code}", _amount(row.dose_value), at=row.started_at,
            until=row.stopped_at, number=str(row.client_id), unit=row.dose_unit,
            charted_by=_role(row), remark=row.note,
        )  # fmt: skip


def _weights(subject: Subject) -> Iterator[Value]:
    for row in subject.patient.weights.in_force().select_related("recorded_by"):
        yield Value(
            targets.WEIGHT, text_of(row.weight_kg), at=row.measured_at, unit="kg",
            charted_by=_role(row),
        )  # fmt: skip


def _sets(subject: Subject) -> Iterator[Value]:
    grades = grades_of(subject.state.pk, CRS, "observation_set_id")
    rows = ObservationSet.objects.for_patient(subject.state.pk).in_force()
    for row in rows.select_related("charted_by").iterator(_AT_ONCE):
        doubted = {each["field"] for each in row.doubted or ()}
        about = _flags(row)
        for name, value in fields_of(row):
            code = targets.code_for(name)
            yield Value(
                name, text_of(value), at=row.taken_at, number=str(row.client_id),
                unit=code.unit if code else "", entered=_entered(row.as_entered, name),
                flags=(*about, *(("doubted",) if name in doubted else ())),
                source=row.source, charted_by=_role(row, "charted_by"), grade=grades.get(row.pk),
            )  # fmt: skip


def _labs(subject: Subject) -> Iterator[Value]:
    rows = LabResult.objects.filter(patient_id=subject.state.pk).in_force()
    for row in rows.select_related("recorded_by").iterator(_AT_ONCE):
        loinc = sent_as(row.analyte, row.loinc, row.unit)
        is_words = row.value is None
        flags = _flags(row) + (("words",) if is_words else ())
        yield Value(
            f"{targets.LAB}{loinc}",
            row.text if is_words else f"{row.comparator}{text_of(row.value)}",
            at=row.taken_at, number=str(row.client_id), unit=row.unit,
            entered=("" if is_words else f"{row.comparator}{text_of(row.value)}", row.unit),
            flags=flags, source=row.source, charted_by=_role(row),
            remark=name_with(loinc, row.unit, row.display),
        )  # fmt: skip


def _checks(subject: Subject) -> Iterator[Value]:
    grades = grades_of(subject.state.pk, ICANS, "neuro_check_id")
    rows = NeuroAssessment.objects.filter(patient_id=subject.state.pk).in_force()
    for row in rows.select_related("recorded_by").iterator(_AT_ONCE):
        for name in targets.NEURO_FIELDS:
            value = getattr(row, name)
            if value is None or value == "" or (name == "is_baseline" and not value):
                continue
            yield Value(
                f"{targets.NEURO}{name}", text_of(value), at=row.taken_at,
                number=str(row.client_id), flags=_flags(row), source=row.source,
                charted_by=_role(row), grade=grades.get(row.pk),
            )  # fmt: skip


def _symptoms(subject: Subject) -> Iterator[Value]:
    rows = subject.patient.symptom_reports.in_force().select_related("recorded_by")
    for row in rows.iterator(_AT_ONCE):
        said = "absent" if not row.is_present else "present"
        yield Value(
            f"{targets.SYMPTOM}{row.symptom}", said if row.grade is None else str(row.grade),
            at=row.taken_at, number=str(row.client_id), flags=_flags(row), source=row.source,
            charted_by=_role(row),
        )  # fmt: skip


def _amount(value: Decimal | None) -> str:
    return "" if value is None else text_of(value)


def _role(row: Any, name: str = "recorded_by") -> str:
    person = getattr(row, name)
    return person.role if person else ""


def _flags(row: Any) -> tuple[str, ...]:
    found = ["corrected"] if row.supersedes_id else []
    if getattr(row, "late_reason", ""):
        found.append("late")
    return tuple(found)


def _entered(as_entered: Mapping[str, Any], name: str) -> tuple[str, str]:
    said = as_entered.get(name)
    if isinstance(said, list) and said and isinstance(said[0], dict):
        said = said[0]
    if not isinstance(said, dict):
        return "", ""
    return str(said.get("value", "")), str(said.get("unit", ""))
