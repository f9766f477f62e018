"""Record what a patient weighs, and how much disease there is: facts that stand for themselves."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from audit import trail
from charting import alerting, state
from charting.entry import FUTURE_TOLERANCE, EntryRefusedError, FieldError
from patients.models import BodyWeight, BurdenMeasure, DiseaseBurden
from staff.models import User

LIGHTEST_KG: Final = Decimal("0.3")
HEAVIEST_KG: Final = Decimal(400)
_WEIGHT_STEP: Final = Decimal("0.01")
_BURDEN_STEP: Final = Decimal("0.0001")


@transaction.atomic
def record_weight(
    *,
    patient_id: int,
    weight_kg: Decimal,
    measured_at: datetime,
    recorded_by: User,
    now: datetime,
) -> BodyWeight:
    """Record a weight in kg, from 0.3 to 400 with two decimals; the same one twice is one fact.

    A gain that an alert looks for is looked for at once. Raises EntryRefusedError.
    """
    state.locked(patient_id)
    errors = _number("weight_kg", weight_kg, low=LIGHTEST_KG, high=HEAVIEST_KG, step=_WEIGHT_STEP)
    if measured_at > now + FUTURE_TOLERANCE:
        errors.append(FieldError("measured_at", measured_at, "is in the future"))
    _refuse(errors)
    known: dict[str, Any] = {
        "patient_id": patient_id,
        "weight_kg": weight_kg,
        "measured_at": measured_at.astimezone(UTC),
    }
    row = BodyWeight.objects.in_force().filter(**known).first()
    if row is None:
        row = BodyWeight.objects.create(**known, recorded_by=recorded_by, recorded_at=now)
        _note("weight.recorded", f"weight:{row.pk}", patient_id, by=recorded_by, now=now)
        alerting.evaluate_clock(patient_id, now=now)
    return row


@transaction.atomic
def record_burden(
    *,
    patient_id: int,
    measure: BurdenMeasure,
    value_percent: Decimal,
    assessed_on: date,
    recorded_by: User,
    now: datetime,
) -> DiseaseBurden:
    """Record a burden in percent, from 0 to 100 with four decimals, of a day up to today.

    The same one twice is one fact. It grades nothing. Raises EntryRefusedError.
    """
    current = state.locked(patient_id)
    errors = _number(
        "value_percent", value_percent, low=Decimal(0), high=Decimal(100), step=_BURDEN_STEP
    )
    today = now.astimezone(current.ward.zone if current.ward else UTC).date()
    if assessed_on > today:
        errors.append(FieldError("assessed_on", assessed_on, "is in the future"))
    _refuse(errors)
    known: dict[str, Any] = {
        "patient_id": patient_id,
        "measure": measure.value,
        "value_percent": value_percent,
        "assessed_on": assessed_on,
    }
    row = DiseaseBurden.objects.in_force().filter(**known).first()
    if row is None:
        row = DiseaseBurden.objects.create(**known, recorded_by=recorded_by, recorded_at=now)
        _note("burden.recorded", f"burden:{row.pk}", patient_id, by=recorded_by, now=now)
    return row


def _number(
    name: str, value: Decimal, *, low: Decimal, high: Decimal, step: Decimal
) -> list[FieldError]:
    if not low <= value <= high:
        return [FieldError(name, value, f"must be from {low} to {high}")]
    if value != value.quantize(step):
        digits = -int(step.as_tuple().exponent)
        return [FieldError(name, value, f"must have at most {digits} decimals")]
    return []


def _note(action: str, subject: str, patient_id: int, *, by: User, now: datetime) -> None:
    trail.record(action=action, actor=by, scope=f"patient:{patient_id}", subject=subject, at=now)


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise EntryRefusedError(errors)
