"""Record what was given: infusions that open windows, and treatments that change a grade."""

import uuid
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from audit import trail
from charting import alerting, alerting_windows, chart, drug_facts, results, state
from charting.entry import FUTURE_TOLERANCE, Entry, EntryRefusedError, FieldError
from charting.models import PatientState
from grading import course_state
from grading import services as grading
from patients import therapies
from patients.medicines import CLASS_OF, DOSE_UNITS, TreatmentClass
from patients.models import Infusion, Treatment
from patients.windows import DoseKind
from staff.models import User
from vitals.vocabulary import Source

# A pressor that starts or stops is an action: it counts at once, with no new reading.
LARGEST_DOSE: Final = 10**8
_COUNTS_AT_ONCE: Final = frozenset({TreatmentClass.VASOPRESSOR, TreatmentClass.VASOPRESSIN})


@transaction.atomic
def record_infusion(
    *,
    patient_id: int,
    therapy: str,
    kind: str,
    started_at: datetime,
    recorded_by: User,
    now: datetime,
    stopped_at: datetime | None = None,
    supersedes: Infusion | None = None,
    reason: str = "",
    **dose: Any,
) -> Infusion:
    """Record a dose that was given; day numbers and windows follow from it.

    The newest profile edition is pinned, or the corrected dose's own. `dose`:
    dose_value, dose_unit (UCUM). Raises EntryRefusedError naming the field.
    """
    current = state.locked(patient_id)
    _refuse_infusion(therapy, kind=kind, started_at=started_at, stopped_at=stopped_at, now=now)
    _refuse_dose(dose.get("dose_value"), dose.get("dose_unit", ""))
    keeps = supersedes if supersedes and supersedes.therapy == therapy else None
    infusion = Infusion.objects.create(
        patient_id=patient_id,
        therapy=therapy,
        therapy_edition=keeps.therapy_edition if keeps else therapies.profile(therapy).edition,
        kind=kind,
        started_at=started_at.astimezone(UTC),
        stopped_at=_utc(stopped_at),
        recorded_by=recorded_by,
        recorded_at=now,
        supersedes=supersedes,
        reason=reason,
        **dose,
    )
    state.refresh_place(current.patient)
    results.follow_doses(current, now=now)
    alerting_windows.follow(current, by=recorded_by, now=now)
    trail.record(
        action="infusion.recorded",
        actor=recorded_by,
        scope=f"patient:{patient_id}",
        subject=f"infusion:{infusion.pk}",
        at=now,
        detail={
            "therapy": therapy,
            "kind": kind,
            "corrects": supersedes.pk if supersedes else None,
        },
    )
    return infusion


@transaction.atomic
def record_treatment(
    *,
    patient_id: int,
    client_id: uuid.UUID,
    code: str,
    started_at: datetime,
    recorded_by: User,
    now: datetime,
    stopped_at: datetime | None = None,
    supersedes: Treatment | None = None,
    reason: str = "",
    source: str = Source.NURSE,
    asks: bool = False,
    **details: Any,
) -> Treatment:
    """Record a medicine or support; what it changes is graded again at once.

    The same client_id answers the stored row. `details`: dose_value, dose_unit
    (UCUM), route, note, beyond_reason. Where somebody `asks` a person, a dose outside
    what is described raises ReasonNeededError until beyond_reason says why.
    """
    current = state.locked(patient_id)
    stored = Treatment.objects.filter(client_id=client_id).first()
    if stored is not None:
        return stored
    _refuse_treatment(code, started_at=started_at, stopped_at=stopped_at, now=now)
    _refuse_dose(details.get("dose_value"), details.get("dose_unit", ""))
    beyond = (
        _beyond(current, code, at=started_at, asks=asks, details=details)
        if supersedes is None
        else {}
    )
    treatment = Treatment.objects.create(
        client_id=client_id,
        patient_id=patient_id,
        code=code,
        started_at=started_at.astimezone(UTC),
        stopped_at=_utc(stopped_at),
        recorded_by=recorded_by,
        recorded_at=now,
        supersedes=supersedes,
        reason=reason,
        **details,
    )
    _leave_trail(treatment, beyond, now=now)
    _regrade(current, treatment, now=now)
    alerting.alert_on_treatment(current, treatment, now=now)
    if CLASS_OF[code] in _COUNTS_AT_ONCE:
        _chart_pressors(current, treatment, recorded_by=recorded_by, now=now, source=source)
    return treatment


def stop_treatment(
    running: Treatment,
    *,
    stopped_at: datetime,
    recorded_by: User,
    now: datetime,
    source: str = Source.NURSE,
) -> Treatment:
    """Append the stop of a running treatment; the row that started it stays."""
    return record_treatment(
        patient_id=running.patient_id,
        client_id=uuid.uuid5(running.client_id, stopped_at.isoformat()),
        code=running.code,
        started_at=running.started_at,
        stopped_at=stopped_at,
        recorded_by=recorded_by,
        now=now,
        supersedes=running,
        reason="stopped",
        source=source,
        dose_value=running.dose_value,
        dose_unit=running.dose_unit,
        route=running.route,
        note=running.note,
        beyond_reason=running.beyond_reason,
    )


def _beyond(
    current: PatientState, code: str, *, at: datetime, asks: bool, details: dict[str, Any]
) -> dict[str, Any]:
    """What the trail says of a dose outside what is described; asks for the reason first."""
    facts = drug_facts.of_dose(
        current,
        code=code,
        at=at,
        dose_value=details.get("dose_value"),
        dose_unit=details.get("dose_unit", ""),
    )
    reason = details.get("beyond_reason", "").strip()
    if asks:
        drug_facts.ask(facts, reason=reason)
    if facts is None or not facts.beyond:
        return {}
    return {"beyond": list(facts.beyond), "says_why": bool(reason)}


def _leave_trail(treatment: Treatment, beyond: dict[str, Any], *, now: datetime) -> None:
    trail.record(
        action="treatment.recorded",
        actor=treatment.recorded_by,
        scope=f"patient:{treatment.patient_id}",
        subject=f"treatment:{treatment.pk}",
        at=now,
        detail={"code": treatment.code, "corrects": treatment.supersedes_id} | beyond,
    )


def _regrade(current: PatientState, treatment: Treatment, *, now: datetime) -> None:
    """Grade again the sets taken since the treatment began."""
    latest = current.latest_taken_at
    if latest is None or treatment.started_at > latest:
        return
    of = grading.course_of(current.patient, zone=state.zone_of(current))
    graded = grading.reassess_from(of, at=treatment.started_at, now=now, reason="late treatment")
    fresh = graded.crs
    if fresh and fresh[-1].observation_set is not None:
        state.follow(current, fresh[-1].observation_set, fresh[-1])


def _chart_pressors(
    current: PatientState, treatment: Treatment, *, recorded_by: User, now: datetime, source: str
) -> None:
    """Chart which pressors run since this start or stop, so that the grade moves with it."""
    at = treatment.stopped_at or treatment.started_at
    given = Treatment.objects.filter(patient_id=current.pk).in_force().running(at)
    running = set(given.values_list("code", flat=True))
    known = course_state.from_json(
        current.latest_assessment.course if current.latest_assessment else {}
    ).known
    said = known["vasopressors"].values if "vasopressors" in known else {}
    charted = set(said.get("vasopressors") or ())
    pressors = {c for c in running | charted if CLASS_OF[c] is TreatmentClass.VASOPRESSOR}
    if treatment.stopped_at is not None:
        pressors -= {treatment.code} - running
    values: dict[str, Any] = {"vasopressors": sorted(pressors)}
    doses = [row for row in said.get("vasopressor_doses") or () if row["drug"] in pressors]
    if doses:  # what a set charted of the others goes on
        values["vasopressor_doses"] = [row for row in doses if row["drug"] != treatment.code]
    if CLASS_OF[treatment.code] is TreatmentClass.VASOPRESSIN:
        values["vasopressin"] = any(
            CLASS_OF[code] is TreatmentClass.VASOPRESSIN for code in running
        )
    chart.chart_observations(
        patient_id=current.pk,
        entry=Entry(uuid.uuid5(treatment.client_id, "pressors"), at, values),
        charted_by=recorded_by,
        now=now,
        source=source,
    )


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def _refuse_infusion(
    therapy: str, *, kind: str, started_at: datetime, stopped_at: datetime | None, now: datetime
) -> None:
    errors = _refuse_times(started_at, stopped_at, now=now)
    try:
        known = therapies.profile(therapy).kinds() | {DoseKind.SUBSEQUENT}
    except therapies.UnknownTherapyError as error:
        errors.append(FieldError("therapy", therapy, str(error)))
    else:
        if kind not in known:
            words = f"{therapy} knows {', '.join(sorted(known))}"
            errors.append(FieldError("kind", kind, words))
    if errors:
        raise EntryRefusedError(errors)


def _refuse_treatment(
    code: str, *, started_at: datetime, stopped_at: datetime | None, now: datetime
) -> None:
    errors = _refuse_times(started_at, stopped_at, now=now)
    if code not in CLASS_OF:
        errors.append(FieldError("code", code, f"is not one of {', '.join(CLASS_OF)}"))
    if errors:
        raise EntryRefusedError(errors)


def _refuse_times(
    started_at: datetime, stopped_at: datetime | None, *, now: datetime
) -> list[FieldError]:
    errors = []
    for name, moment in (("started_at", started_at), ("stopped_at", stopped_at)):
        if moment is not None and moment > now + FUTURE_TOLERANCE:
            errors.append(FieldError(name, moment, "is in the future"))
    if stopped_at is not None and stopped_at < started_at:
        errors.append(FieldError("stopped_at", stopped_at, "is before the start"))
    return errors


def _refuse_dose(value: Decimal | None, unit: str) -> None:
    errors = []
    if value is not None and not (value.is_finite() and 0 <= value < LARGEST_DOSE):
        words = f"must be a number from 0 to below {LARGEST_DOSE}"
        errors.append(FieldError("dose_value", value, words))
    if value is not None and unit not in DOSE_UNITS:
        errors.append(FieldError("dose_unit", unit, f"must be one of {', '.join(DOSE_UNITS)}"))
    if errors:
        raise EntryRefusedError(errors)
