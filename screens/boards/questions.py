"""What a board asks of the database: six questions, put into words once."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from alerts.models import Alert, NurseAssignment
from charting.models import PatientState
from grading.models import Assessment
from grading.services import SCALE
from patients.medicines import CLASS_OF, TreatmentClass
from patients.models import PlannedDose, Treatment
from screens.boards import trend
from staff.prepared import Prepared
from vitals.models import LabResult, NeuroAssessment

TOCILIZUMAB: Final = "tocilizumab"
# What runs through a line and has to be watched.
_RUNNING: Final = frozenset(
    code
    for code, each in CLASS_OF.items()
    if each in {TreatmentClass.VASOPRESSOR, TreatmentClass.VASOPRESSIN, TreatmentClass.INOTROPE}
) | {"maintenance_fluid"}

_DUE: Final = "patient__due_set__"
_SET: Final = "latest_set__"
_COLUMNS: Final = (
    "pk", "doses", "bed_id", "bed__label",
    "patient__mrn", "patient__family_name", "patient__given_name",
    *(_DUE + name for name in (
        "due_at", "interval_minutes", "overdue_at", "neuro_due_at", "neuro_interval_minutes",
        "labs_due_at", "labs_interval_minutes", "paused_until", "sleep_from", "sleep_until",
        "icu_until", "home_until", "palliative_until",
    )),
    *(_SET + name for name in (
        "taken_at", "temperature_celsius", "heart_rate_bpm", "respirations_per_minute",
        "systolic_mmhg", "diastolic_mmhg", "spo2_percent", "oxygen_device", "oxygen_flow_lpm",
        "worried",
    )),
    "latest_assessment__grade", "latest_assessment__at_least", "latest_assessment__flags",
    "latest_icans__grade", "latest_icans__at_least", "latest_icans__taken_at",
    "latest_confirmation__decision", "latest_confirmation__grade",
    "before", "has_neuro_baseline",
)  # fmt: skip
# Grade and lower bound as one number, for a subquery has one column (trend.decoded).
_CODE: Final = F("at_least") * 2 + Case(
    When(grade=None, then=Value(1)), default=Value(0), output_field=IntegerField()
)
NAME: Final = ("first_name", "last_name", "username")


def _states(*, ward: int) -> "QuerySet[PatientState, tuple[Any, ...]]":
    """The ward's state rows with what belongs to each."""
    baselines = NeuroAssessment.objects.filter(
        patient_id=OuterRef("pk"), is_baseline=True
    ).in_force()
    return (
        PatientState.objects.filter(ward_id=ward)
        .annotate(
            before=Coalesce(_standing_before(), _first_since()),
            has_neuro_baseline=Exists(baselines),
        )
        .order_by()
        .values_list(*_COLUMNS)
    )


def _standing_before() -> Subquery:
    """The grade that stood when the six hours up to the newest set began, if one was known then."""
    newest = OuterRef("latest_taken_at")
    rows = _grades().filter(
        taken_at__lte=newest - trend.OVER, taken_at__gt=newest - trend.LOOKS_BACK
    )
    return Subquery(rows.order_by("-taken_at").values(code=_CODE)[:1])


def _first_since() -> Subquery:
    """The oldest grade of the six hours up to the newest set, that set apart."""
    newest = OuterRef("latest_taken_at")
    rows = _grades().filter(taken_at__gt=newest - trend.OVER, taken_at__lt=newest)
    return Subquery(rows.order_by("taken_at").values(code=_CODE)[:1])


def _grades() -> "QuerySet[Assessment]":
    """CRS grades of the outer patient that are in force."""
    return Assessment.objects.filter(patient_id=OuterRef("pk"), scale=SCALE).in_force()


def _with_names(rows: "QuerySet[Any]", plain: Sequence[str], *people: str) -> "QuerySet[Any, Any]":
    """Plain columns, then for each person first name, last name and user name."""
    return rows.values_list(*plain, *(f"{person}__{name}" for person in people for name in NAME))


STATES: Final = Prepared(_states)
ALERTS: Final = Prepared(
    lambda ward: _with_names(
        Alert.objects.filter(ward_id=ward).not_closed().order_by("severity", "raised_at", "pk"),
        ("patient_id", "code", "rule", "severity", "state", "version", "rung", "raised_at",
         "is_provisional"),
        "acknowledged_by", "snoozed_by",
    )
)  # fmt: skip
NURSES: Final = Prepared(
    lambda ward, now: _with_names(
        NurseAssignment.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=now),
            patient__state__ward_id=ward,
            starts_at__lte=now,
        ).order_by("starts_at", "pk"),
        ("patient_id", "nurse_id"),
        "nurse",
    )
)
TREATMENTS: Final = Prepared(
    lambda ward, now: (
        Treatment.objects.filter(patient__state__ward_id=ward, started_at__lte=now)
        .filter(
            Q(code=TOCILIZUMAB)
            | (Q(code__in=_RUNNING) & (Q(stopped_at=None) | Q(stopped_at__gt=now)))
        )
        .in_force()
        .order_by()
        .values_list("patient_id", "code")
    )
)
NEUTROPHILS: Final = Prepared(
    lambda ward, since, until: (
        LabResult.objects.filter(
            patient__state__ward_id=ward,
            analyte="neutrophils",
            taken_at__gt=since,
            taken_at__lte=until,
        )
        .in_force()
        .order_by("taken_at", "pk")
        .values_list("patient_id", "canonical_value")
    )
)
PLANNED: Final = Prepared(
    lambda ward, after, before: (
        PlannedDose.objects.filter(
            patient__state__ward_id=ward, planned_at__gt=after, planned_at__lt=before
        )
        .in_force()
        .order_by("planned_at", "pk")
        .values_list("patient_id", "therapy", "kind", "planned_at")
    )
)
