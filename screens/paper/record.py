"""What a summary says beside its picture: sets, grades with reasons, medicines and alerts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from grading.grades import style_of
from patients.medicines import TreatmentCode
from screens import labels, words
from screens.paper.written import Sample
from screens.timeline.course import Course, Drug, Moment, Neuro, pressure

SET_COLUMNS: Final = (
    "Day, time", "CRS", "°C", "BP", "HR", "RR", "SpO₂", "Oxygen", "Awake", "Vasopressor",
)  # fmt: skip
GRADE_COLUMNS: Final = ("Day, time", "Grade", "Why, or who said so")
ALERT_COLUMNS: Final = ("Raised", "Pr.", "What", "Stands")
DRUG_COLUMNS: Final = ("Day, time", "Medicine or support", "Dose", "Until", "Note")


@dataclass(frozen=True, slots=True)
class ClinicianSaid:
    """A clinician's word on a computed grade, beside it."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert with how it stands."""

    at: datetime
    severity: str
    words: str
    stands: str


@dataclass(frozen=True, slots=True)
class Record:
    """A course with what is said about it.

    `newest` are its newest sets without a gap, of `set_count` in all: of a course too dense
    to draw, the picture leaves out sets that the table must not. `written` are the newest
    samples of handwriting and the baseline, the oldest first.
    """

    course: Course
    newest: Sequence[Moment]
    set_count: int
    reasons: Mapping[int, str]  # of a set, by its number
    said: Sequence[ClinicianSaid]
    alerts: Sequence[AlertRow]
    written: Sequence[Sample] = ()


def stamp(course: Course, at: datetime) -> str:
    """Return “D5 14:10”; without a dose the date stands for the day."""
    local = at.astimezone(course.zone)
    clock = f"{local.hour:02}:{local.minute:02}"
    return f"{course.day(at) or f'{local.day} {labels.MONTHS[local.month]}'} {clock}"


def sets(record: Record) -> list[list[str]]:
    """Return the newest sets, newest first; “” is what was not recorded."""
    course = record.course
    return [
        [
            stamp(course, m.at),
            style_of(m.grade, at_least=m.at_least).short,
            labels.temperature(m.temperature_celsius),
            pressure(m),
            labels.number(m.heart_rate_bpm),
            labels.number(m.respirations_per_minute),
            labels.number(m.spo2_percent),
            oxygen(m),
            words.consciousness(m.consciousness),
            pressors(m),
        ]
        for m in reversed(record.newest)
    ]


def oxygen(m: Moment) -> str:
    """Return “Cannula 2 L”; “” when the device was not recorded."""
    device, flow = words.device(m.oxygen_device, short=True), labels.number(m.oxygen_flow_lpm)
    return f"{device} {flow} L" if device and flow else device


def pressors(m: Moment) -> str:
    """Return which vasopressors ran, “none” when that was charted, “” when nothing was."""
    if m.vasopressors is None:
        return ""
    return ", ".join(medicine(code) for code in m.vasopressors) or "none"


def medicine(code: str) -> str:
    """Return the name of a medicine; a code that nobody lists is shown as it was sent."""
    known = code in TreatmentCode.values
    return str(TreatmentCode(code).label) if known else code.replace("_", " ")


def changed_sets(course: Course) -> list[Moment]:
    """Return the sets at which the computed CRS grade became another one."""
    found: list[Moment] = []
    for m in course.moments:
        if not found or (m.grade, m.at_least) != (found[-1].grade, found[-1].at_least):
            found.append(m)
    return found


def grades(record: Record) -> list[list[str]]:
    """Return where computed grades changed and what clinicians said, newest first."""
    course = record.course
    rows = [
        (m.at, f"CRS {style_of(m.grade, at_least=m.at_least).short}", _why(record, m))
        for m in changed_sets(course)
    ]
    rows += [
        (n.at, f"ICANS {style_of(n.grade, at_least=n.at_least).short}", _score(n))
        for n in _changed_checks(course.neuro)
    ]
    rows += [(each.at, "Clinician", each.words) for each in record.said]
    rows.sort(key=lambda row: row[0], reverse=True)
    return [[stamp(course, at), what, why] for at, what, why in rows]


def alerts(record: Record) -> list[list[str]]:
    """Return the alerts, newest first."""
    rows = sorted(record.alerts, key=lambda each: each.at, reverse=True)
    return [[stamp(record.course, r.at), r.severity, r.words, r.stands] for r in rows]


def drugs(course: Course) -> list[list[str]]:
    """Return what was given, newest first; tocilizumab is counted."""
    given = 0
    rows = []
    for drug in course.drugs:
        is_counted = drug.code == TreatmentCode.TOCILIZUMAB
        given += is_counted
        name = f"{drug.label} (dose {given})" if is_counted else drug.label
        rows.append(
            [stamp(course, drug.at), name, drug.dose, _until(course, drug), drug.note or " "]
        )
    return rows[::-1]


def _why(record: Record, m: Moment) -> str:
    return record.reasons.get(m.set_id, "")


def _until(course: Course, drug: Drug) -> str:
    return " " if drug.stopped_at is None else stamp(course, drug.stopped_at)


def _changed_checks(checks: Iterable[Neuro]) -> list[Neuro]:
    found: list[Neuro] = []
    for each in checks:
        if not found or (each.grade, each.at_least) != (found[-1].grade, found[-1].at_least):
            found.append(each)
    return found


def _score(check: Neuro) -> str:
    scores = [
        f"ICE {check.ice_score}" if check.ice_score is not None else "",
        f"CAPD {check.capd_score}" if check.capd_score is not None else "",
        words.consciousness(check.consciousness),
        f"seizure: {check.seizure.replace('_', ' ')}" if check.seizure not in ("", "none") else "",
    ]
    return ", ".join(filter(None, scores))
