"""What was given to a patient so far, as facts beside a treatment that is being recorded."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from charting import state
from charting.models import PatientState
from grading import course_state, reference
from grading.course import MAY_HIDE_FEVER_FOR
from patients.dose_facts import (
    DoseFacts,
    earliest_by_code,
    facts_at,
    facts_with,
    milligrams,
    words_beyond,
)
from patients.medicines import CLASS_OF, WAIVES_FEVER, TreatmentClass
from patients.models import Treatment
from patients.windows import course_start

_COUNTED_CLASSES: Final = frozenset({TreatmentClass.ANTI_CYTOKINE, TreatmentClass.CORTICOSTEROID})
COUNTED: Final = tuple(code for code, klass in CLASS_OF.items() if klass in _COUNTED_CLASSES)
_WAIVING: Final = tuple(code for code, klass in CLASS_OF.items() if klass in WAIVES_FEVER)


class ReasonNeededError(Exception):
    """Nothing was stored: the dose is outside what is described, and nobody said why."""

    def __init__(self, facts: DoseFacts) -> None:
        """Keep the facts, so that they can be shown to whoever is asked."""
        super().__init__("; ".join(words_beyond(facts)))
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Given:
    """One dose that was recorded."""

    code: str
    at: datetime
    dose_value: Decimal | None
    dose_unit: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything counted of one patient at one moment.

    `waived` names what was given in the open episode with its first time, after which fever
    is no longer required for the grade; with no episode open `may_hide` names what could be
    hiding a fever now.
    """

    at: datetime
    facts: dict[str, DoseFacts]
    doses: tuple[Given, ...]
    waived: tuple[tuple[str, datetime], ...]
    may_hide: tuple[tuple[str, datetime], ...]
    therapy_class: str


def standing(current: PatientState, *, at: datetime) -> Standing:
    """Read what was given up to a moment; one query."""
    rows = [row for row in _given(current.pk) if row.at <= at]
    course, episode = _course_began(current, at=at), _episode_began(current)
    pairs = [(row.code, row.at) for row in rows]
    start = course_start(state.doses_of(current), at=at)
    return Standing(
        at=at,
        facts={
            code: facts_at(
                [row.at for row in rows if row.code == code],
                at=at,
                course_began=course,
                episode_began=episode,
                limits=reference.limits_of(code),
            )
            for code in COUNTED
        },
        doses=tuple(row for row in rows if row.code in COUNTED),
        waived=earliest_by_code(pairs, since=episode) if episode else (),
        may_hide=() if episode else earliest_by_code(pairs, since=at - MAY_HIDE_FEVER_FOR),
        therapy_class=start.profile.therapy_class if start else "",
    )


def of_dose(
    current: PatientState,
    *,
    code: str,
    at: datetime,
    dose_value: Decimal | None = None,
    dose_unit: str = "",
    apart_from: int | None = None,
) -> DoseFacts | None:
    """Return the facts of one dose beside the others; None for what is not counted.

    `apart_from` is the dose's own row, once it is stored.
    """
    if code not in COUNTED:
        return None
    return facts_with(
        [row.at for row in _given(current.pk, apart_from=apart_from) if row.code == code],
        at=at,
        course_began=_course_began(current, at=at),
        episode_began=_episode_began(current),
        limits=reference.limits_of(code),
        amount_mg=milligrams(dose_value, dose_unit),
    )


def ask(facts: DoseFacts | None, *, reason: str) -> None:
    """Raise ReasonNeededError when a dose is outside what is described and nobody says why."""
    if facts is not None and facts.beyond and not reason:
        raise ReasonNeededError(facts)


def _given(patient_id: int, *, apart_from: int | None = None) -> list[Given]:
    rows = Treatment.objects.filter(patient_id=patient_id, code__in=_WAIVING).in_force()
    if apart_from is not None:
        rows = rows.exclude(pk=apart_from)
    found = rows.order_by("started_at", "pk")
    return [
        Given(*row) for row in found.values_list("code", "started_at", "dose_value", "dose_unit")
    ]


def _course_began(current: PatientState, *, at: datetime) -> datetime | None:
    """When the dose was given that this course counts from; a dose still to come is none."""
    start = course_start(state.doses_of(current), at=at)
    return start.started_at if start and start.started_at <= at else None


def _episode_began(current: PatientState) -> datetime | None:
    latest = current.latest_assessment
    return course_state.from_json(latest.course if latest else {}).episode_opened_at
