"""Alerts raised without a set of observations, and people on every rung of the ladder."""

from datetime import datetime, timedelta
from typing import Any

from alerts import acknowledging, services
from alerts.models import Alert, RotaRole, RotaSlot
from alerts.policy import Condition, Family, Rule, Severity
from alerts.services import Raised
from patients.models import Patient
from staff.models import Role, User, Ward
from tests.factories.ward import NOW, a_person

MINUTE = timedelta(minutes=1)


def a_condition(severity: Severity = Severity.P1, *, step: int = 2, **more: Any) -> Condition:
    """A higher CRS grade, of any severity and step."""
    rule = more.pop("rule", Rule.A03)
    family = more.pop("family", Family.CRS_GRADE)
    return Condition(rule, family, severity, step, **more)


def raise_it(
    patient: Patient, ward: Ward | None, condition: Condition, *, now: datetime = NOW, **more: Any
) -> Raised:
    """Raise the condition, or count it, as charting a set does."""
    existing = services.open_alerts(patient.pk).get(condition.family)
    return services.raise_or_update(
        condition, patient_id=patient.pk, ward=ward, now=now, existing=existing, **more
    )


def an_alert(
    patient: Patient, ward: Ward | None, severity: Severity = Severity.P1, **more: Any
) -> Alert:
    """An open alert, fresh from the database."""
    fields = {name: more.pop(name) for name in ("now",) if name in more}
    raised = raise_it(patient, ward, a_condition(severity, **more), **fields)
    return Alert.objects.get(pk=raised.alert.pk)


def answered(alert: Alert, by: User, *, at: datetime = NOW, eta_minutes: int | None = 0) -> Alert:
    """The alert after this person has taken it."""
    seen = Alert.objects.get(pk=alert.pk)
    return acknowledging.acknowledge(
        seen, by=by, at=at, eta_minutes=eta_minutes, version_seen=seen.version
    )


def on_call(ward: Ward, *roles: RotaRole) -> dict[RotaRole, User]:
    """One person on call for each of these roles, today."""
    people = {role: a_person(Role.ONCOLOGIST) for role in roles}
    for role, person in people.items():
        RotaSlot.objects.create(
            ward=ward,
            role=role,
            person=person,
            starts_at=NOW - timedelta(hours=8),
            ends_at=NOW + timedelta(hours=16),
            recorded_at=NOW,
        )
    return people
