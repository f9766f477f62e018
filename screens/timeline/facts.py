"""What a course holds beside its sets: checks, results, medicines, alerts, words and places."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Final

from django.db.models import Exists, OuterRef

from alerts.models import Alert, OrderKind, ScheduleOrder
from audit.models import AuditEntry
from charting.models import PatientState
from grading import labs as graded_labs
from grading.models import Assessment, Confirmation
from grading.rules.icans_astct import SCALE as ICANS_SCALE
from grading.services import SCALE as CRS_SCALE
from patients.medicines import CLASS_OF, TreatmentCode
from patients.models import Stay, Treatment
from screens import labels
from screens.timeline.course import Drug, Lab, Mark, Neuro, Place, Said
from staff.models import Ward
from vitals.models import Handwriting, LabResult, ObservationSet

Span = tuple[datetime, datetime]
_MOVED: Final = "patient.moved"
_WATCHED: Final = {OrderKind.ICU: "ICU", OrderKind.HOME: "Home"}
# Fewer sets before the dose are no baseline.
BASELINE_SETS: Final = 3


def neuro(patient_id: int, span: Span) -> list[Neuro]:
    """Neuro checks with their ICANS grade, and whether something was written."""
    rows = (
        Assessment.objects.filter(patient_id=patient_id, scale=ICANS_SCALE, taken_at__range=span)
        .in_force()
        .order_by("taken_at", "pk")
        .values_list(
            "taken_at",
            "grade",
            "at_least",
            "neuro_check__ice_score",
            "neuro_check__capd_score",
            "neuro_check__seizure",
            "neuro_check__consciousness",
            "neuro_check_id",
            "pk",
            "neuro_check__is_baseline",
            Exists(Handwriting.objects.filter(check_of=OuterRef("neuro_check_id"))),
        )
    )
    return [Neuro(*row) for row in rows]


def labs(patient_id: int, span: Span) -> list[Lab]:
    """Results with the CTCAE grade that is stored of them; two queries."""
    rows = (
        LabResult.objects.filter(patient_id=patient_id, taken_at__range=span)
        .in_force()
        .order_by("taken_at", "pk")
    )
    graded = _lab_grades(patient_id, span)
    return [
        Lab(
            at=row.taken_at,
            analyte=row.analyte,
            label=row.display,
            value=row.canonical_value if row.canonical_unit else row.value,
            unit=row.canonical_unit or row.unit,
            comparator=row.comparator,
            text=row.text,
            graded=graded.get(row.pk, ""),
        )
        for row in rows
    ]


def _lab_grades(patient_id: int, span: Span) -> dict[int, str]:
    """The gravest grade of each result in words; no grade and grade 0 say nothing."""
    rows = (
        Assessment.objects.filter(
            patient_id=patient_id, scale=graded_labs.SCALE, taken_at__range=span, grade__gt=0
        )
        .in_force()
        .order_by("grade", "pk")
        .values_list("lab_result_id", "grade", "term")
    )
    return {pk: f"CTCAE grade {grade}, {term}" for pk, grade, term in rows if pk is not None}


def drugs(patient_id: int, span: Span) -> list[Drug]:
    """Medicines and supports that began in the span, or still ran when it began."""
    began = Treatment.objects.filter(patient_id=patient_id, started_at__range=span)
    ran_on = Treatment.objects.filter(
        patient_id=patient_id, started_at__lt=span[0], stopped_at__gt=span[0]
    )
    rows: Iterable[Treatment] = (began | ran_on).in_force().order_by("started_at", "pk")
    return [
        Drug(
            at=row.started_at,
            code=row.code,
            label=TreatmentCode(row.code).label,
            family=CLASS_OF[row.code].value,
            stopped_at=row.stopped_at,
            dose=dose(row.dose_value, row.dose_unit),
            note=row.note,
        )
        for row in rows
    ]


def dose(value: Decimal | None, unit: str) -> str:
    """Return “560 mg”; nothing when no dose was recorded."""
    return f"{labels.number(value)} {unit}" if value is not None else ""


def marks(patient_id: int, span: Span) -> list[Mark]:
    """Alerts by when they were raised."""
    rows = Alert.objects.filter(patient_id=patient_id, raised_at__range=span)
    return [
        Mark(
            at=alert.raised_at,
            code=alert.code,
            severity=alert.severity,
            words=labels.sentence(alert.words),
            acknowledged_at=alert.acknowledged_at,
            closed_at=alert.closed_at,
        )
        for alert in rows.order_by("raised_at", "pk")
    ]


def said(patient_id: int, span: Span) -> list[Said]:
    """Clinicians' words on CRS and ICANS grades, by when the graded values were true."""
    rows = (
        Confirmation.objects.filter(
            patient_id=patient_id,
            assessment__scale__in=(CRS_SCALE, ICANS_SCALE),
            assessment__taken_at__range=span,
            assessment__superseded_by=None,
        )
        .in_force()
        .select_related("assessment", "recorded_by")
        .order_by("assessment__taken_at", "recorded_at", "pk")
    )
    return [
        Said(
            at=row.assessment.taken_at,
            scale=row.assessment.scale,
            decision=row.decision,
            grade=row.grade,
            of_at_least=row.assessment.at_least,
            by=row.recorded_by.display_name() if row.recorded_by else "",
            said_at=row.recorded_at,
            assessment_id=row.assessment_id,
            waits=row.waits_for_second,
            note=row.note,
        )
        for row in rows
    ]


def places(patient_id: int) -> list[Place]:
    """Where the patient was: each stay, parted where the trail says that it moved ward."""
    stays = list(
        Stay.objects.filter(patient_id=patient_id)
        .select_related("ward", "bed")
        .order_by("admitted_at", "pk")
    )
    moves = AuditEntry.objects.filter(scope=f"patient:{patient_id}", action=_MOVED)
    moved: dict[str, list[tuple[datetime, int]]] = {}
    for at, subject, ward in moves.order_by("seq").values_list("at", "subject", "detail__ward"):
        moved.setdefault(subject, []).append((at, ward))
    names: dict[int, str] = {}
    if moved:
        names = dict(Ward.objects.values_list("pk", "name"))
    return [place for stay in stays for place in _parts(stay, moved.get(f"stay:{stay.pk}"), names)]


def watched(patient_id: int, span: Span) -> list[Place]:
    """When intensive care or the family watched, as ordered: to its end, or until it was ended."""
    rows = (
        ScheduleOrder.objects.filter(
            patient_id=patient_id, kind__in=_WATCHED, withdrawn=False,
            starts_at__lte=span[1], ends_at__gte=span[0],
        )
        .order_by("starts_at", "pk")
        .values_list("starts_at", "ends_at", "superseded_by__recorded_at", "kind")
    )  # fmt: skip
    found = [
        Place(begin, _WATCHED[OrderKind(kind)], "", min(end, ended or end))
        for begin, end, ended, kind in rows
    ]
    return [place for place in found if place.until is None or place.since < place.until]


def _parts(
    stay: Stay, moved: list[tuple[datetime, int]] | None, names: dict[int, str]
) -> list[Place]:
    """A stay keeps its newest ward alone; the wards before it are what the trail moved it to."""
    bed = stay.bed.label if stay.bed else ""
    if not moved:
        return [Place(stay.admitted_at, stay.ward.name, bed, stay.discharged_at)]
    begins = [stay.admitted_at, *(at for at, _ in moved)]
    # Which ward it was before the first move is on no record.
    wards = ["another ward or bed", *(names.get(ward, "another ward") for _, ward in moved)]
    ends = [*begins[1:], stay.discharged_at]
    found: list[Place] = []
    for since, ward, until in zip(begins, wards, ends, strict=True):
        if found and found[-1].ward == ward:
            found[-1] = Place(found[-1].since, ward, "", until)
        else:
            found.append(Place(since, ward, "", until))
    return found


def baseline_systolic(
    state: PatientState, *, day_zero: datetime | None, within: timedelta
) -> Decimal | None:
    """Return the median systolic pressure of the sets up to the dose; None of fewer than three."""
    if day_zero is None:
        return None
    values = (
        ObservationSet.objects.for_patient(state.pk)
        .in_force()
        .filter(taken_at__range=(day_zero - within, day_zero), systolic_mmhg__isnull=False)
        .order_by()
        .values_list("systolic_mmhg", flat=True)
    )
    known = [value for value in values if value is not None]
    return Decimal(median(known)) if len(known) >= BASELINE_SETS else None
