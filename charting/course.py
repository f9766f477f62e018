"""What is known of a patient's course: its episodes and its scores, in two queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.conf import settings

from audit.facts import ClinicalFactQuerySet
from charting import state as charting_state
from charting.models import PatientState
from grading import late_fever
from grading.episodes import Episode, Graded, episodes
from grading.late_fever import LabPoint
from grading.models import Assessment
from grading.rules.scores import Measured, Score
from grading.rules.scores_dic import DicFindings, DimerTiers, isth_dic
from grading.rules.scores_easix import BloodFindings, easix, m_easix, s_easix
from grading.rules.scores_hematotox import BaselineFindings, car_hematotox
from grading.rules.scores_hscore import HscoreFindings, hscore
from grading.services import SCALE
from patients.windows import Dose
from vitals.models import LabResult

OLD_AFTER: Final = timedelta(hours=24)  # from then on a value is shown with its age
CAR_T: Final = "car_t"
_TEMPERATURE: Final = "course__known__temperature_celsius"
_COLUMNS: Final = {
    "taken_at": "taken_at",
    "grade": "grade",
    "at_least": "at_least",
    "opened": "course__episode",
    "fever": "course__fever",
    "zero": "course__zero",
    "temperature_at": f"{_TEMPERATURE}__at",
    "celsius": f"{_TEMPERATURE}__values__temperature_celsius",
    "elsewhere": f"{_TEMPERATURE}__values__fever_attributed_elsewhere",
}
# An analyte of the laboratory, and the item of the scores it is; two are one item apart by unit.
_ITEM_OF: Final = {
    "ldh": "ldh",
    "creatinine": "creatinine",
    "creatinine_si": "creatinine",
    "crp": "crp",
    "platelets": "platelets",
    "neutrophils": "neutrophils",
    "hemoglobin": "hemoglobin",
    "leukocytes": "leukocytes",
    "ferritin": "ferritin",
    "triglyceride": "triglyceride",
    "fibrinogen": "fibrinogen",
    "ast": "ast",
    "pt": "pt",
    "d_dimer_feu": "d_dimer",
    "d_dimer_ddu": "d_dimer",
}


@dataclass(frozen=True, slots=True)
class CourseReport:
    """A course as it is known at one time: nothing here is stored, and nothing raises an alert."""

    episodes: tuple[Episode, ...]
    scores: tuple[Score, ...]
    flags: tuple[str, ...]
    as_of: datetime


def episodes_of(state: PatientState) -> list[Episode]:
    """The patient's episodes of CRS, oldest first: one query, however long the course."""
    return _episodes(state, _graded_rows(state.pk))


def episodes_of_all(states: Sequence[PatientState]) -> dict[int, list[Episode]]:
    """The episodes of each of these patients, oldest first: one query, however many they are."""
    by_patient: dict[int, list[dict[str, Any]]] = {state.pk: [] for state in states}
    rows = _in_order(Assessment.objects.filter(patient_id__in=list(by_patient), scale=SCALE))
    for patient_id, *row in rows.values_list("patient_id", *_COLUMNS.values()):
        by_patient[patient_id].append(dict(zip(_COLUMNS, row, strict=True)))
    return {state.pk: _episodes(state, by_patient[state.pk]) for state in states}


def report(state: PatientState, *, now: datetime) -> CourseReport:
    """The episodes, the scores from the newest values in force, and what a person should review."""
    rows = _graded_rows(state.pk)
    labs = list(_labs(state.pk))
    found = _episodes(state, rows)
    sentence = late_fever.flag(late_fever.facts(found, _points(labs)))
    return CourseReport(
        episodes=tuple(found),
        scores=tuple(
            _scores(
                labs,
                temperature=_temperature(rows),
                doses=charting_state.doses_of(state),
                in_episode=any(each.resolved_at is None for each in found),
                now=now,
            )
        ),
        flags=() if sentence is None else (sentence,),
        as_of=now,
    )


def _graded_rows(patient_id: int) -> list[dict[str, Any]]:
    # What the course knew is large; the database picks out what episodes need of it.
    rows = _in_order(Assessment.objects.filter(patient_id=patient_id, scale=SCALE))
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows.values_list(*_COLUMNS.values())]


def _in_order(rows: ClinicalFactQuerySet[Assessment]) -> ClinicalFactQuerySet[Assessment]:
    return rows.in_force().order_by("taken_at", "observation_set_id")


def _episodes(state: PatientState, rows: Iterable[Mapping[str, Any]]) -> list[Episode]:
    return episodes(
        [_graded(row) for row in rows],
        doses=charting_state.doses_of(state),
        zone=charting_state.zone_of(state),
    )


def _graded(row: Mapping[str, Any]) -> Graded:
    at = row["temperature_at"]
    return Graded(
        taken_at=row["taken_at"],
        grade=row["grade"],
        at_least=row["at_least"],
        episode_opened_at=_moment(row["opened"]),
        at_zero_since=_moment(row["zero"]),
        temperature_at=_moment(at),
        # The last fever was the newest temperature, and nobody gave it another cause.
        febrile=at is not None and at == row["fever"] and not row["elsewhere"],
    )


def _temperature(rows: Sequence[Mapping[str, Any]]) -> Measured | None:
    for row in reversed(rows):
        if row["celsius"] is not None:
            # One of the databases reads the text of a number as a number: never by its binary.
            celsius = Decimal(str(row["celsius"]))
            return Measured(celsius, "Cel", taken_at=_moment(row["temperature_at"]))
    return None


def _labs(patient_id: int) -> Iterable[LabResult]:
    return (
        LabResult.objects.filter(
            patient_id=patient_id, analyte__in=_ITEM_OF, canonical_value__isnull=False
        )
        .in_force()
        .order_by("taken_at", "pk")
        .only(
            "analyte", "taken_at", "comparator", "canonical_value", "canonical_unit",
            "reference_high",
        )
    )  # fmt: skip


def _points(labs: Iterable[LabResult]) -> list[LabPoint]:
    return [
        LabPoint(row.analyte, row.canonical_value, row.taken_at, row.comparator)
        for row in labs
        if row.analyte in late_fever.ANALYTES and row.canonical_value is not None
    ]


def _scores(
    labs: Sequence[LabResult],
    *,
    temperature: Measured | None,
    doses: Sequence[Dose],
    in_episode: bool,
    now: datetime,
) -> Iterable[Score]:
    newest = _newest(labs).get
    blood = BloodFindings(newest("ldh"), newest("creatinine"), newest("crp"), newest("platelets"))
    yield from (easix(blood), m_easix(blood), s_easix(blood))
    if _is_car_t(doses):
        yield _hematotox(labs, before=min((dose.started_at for dose in doses), default=now))
    yield hscore(
        # What is seen at the bedside or on the aspirate is not recorded here.
        HscoreFindings(
            temperature=temperature,
            hemoglobin=newest("hemoglobin"),
            leukocytes=newest("leukocytes"),
            platelets=newest("platelets"),
            ferritin=newest("ferritin"),
            triglyceride=newest("triglyceride"),
            fibrinogen=newest("fibrinogen"),
            ast=newest("ast"),
        )
    )
    yield isth_dic(
        DicFindings(
            underlying_disorder=in_episode or None,
            platelets=newest("platelets"),
            d_dimer=newest("d_dimer"),
            pt_prolongation=_prolongation(labs),
            fibrinogen=newest("fibrinogen"),
        ),
        tiers=_tiers(),
    )


def _tiers() -> DimerTiers | None:
    """What the laboratory calls a rise of D-dimer; nobody's default will do."""
    configured = settings.CRS_D_DIMER_TIERS
    return None if configured is None else DimerTiers(*configured)


def _hematotox(labs: Iterable[LabResult], *, before: datetime) -> Score:
    last = _newest(row for row in labs if row.taken_at < before).get
    return car_hematotox(
        BaselineFindings(
            platelets=last("platelets"),
            neutrophils=last("neutrophils"),
            hemoglobin=last("hemoglobin"),
            crp=last("crp"),
            ferritin=last("ferritin"),
        ),
        before=before,
    )


def _is_car_t(doses: Sequence[Dose]) -> bool:
    """Whether CAR-T cells were given; before any dose nobody knows that they will not be."""
    return not doses or any(dose.profile.therapy_class == CAR_T for dose in doses)


def _newest(labs: Iterable[LabResult]) -> dict[str, Measured]:
    """The newest value of each item; `labs` is oldest first."""
    return {
        _ITEM_OF[row.analyte]: Measured(
            row.canonical_value, row.canonical_unit, row.comparator, row.taken_at
        )
        for row in labs
        if row.canonical_value is not None
    }


def _prolongation(labs: Sequence[LabResult]) -> Measured | None:
    """The newest prothrombin time less the upper limit that came with it."""
    newest = next((row for row in reversed(labs) if row.analyte == "pt"), None)
    if newest is None or newest.canonical_value is None or newest.reference_high is None:
        return None
    seconds = newest.canonical_value - newest.reference_high
    return Measured(seconds, "s", newest.comparator, newest.taken_at)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
