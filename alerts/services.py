"""Raise, worsen and close alerts; each call is part of one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from alerts import episodes, events, ladder, rulebook, telling
from alerts.acknowledging import StaleAlertError, acknowledge
from alerts.ending import close, close_all
from alerts.escalation import RELEASED, start_of
from alerts.events import Happened
from alerts.models import Alert, AlertState, ClosedAs
from alerts.policy import Condition, Family, Rule, Severity
from alerts.policy.worsening import has_worsened
from staff.models import User, Ward
from staff.prepared import Prepared

__all__ = [
    "Raised",
    "StaleAlertError",
    "acknowledge",
    "close",
    "close_all",
    "moved",
    "open_alerts",
    "raise_or_update",
    "reworded",
    "source_corrected",
]


@dataclass(frozen=True, slots=True)
class Raised:
    """What came of a condition: the alert, and who is being told because of it."""

    alert: Alert
    told: tuple[User, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Case:
    """A condition as it is about to be kept: on which facts, of which episode."""

    condition: Condition
    episode_opened_at: datetime | None
    rulebook: str
    values: dict[str, Any]
    evidence: dict[str, Any]


def open_alerts(patient_id: int) -> dict[Family, Alert]:
    """Return the patient's alerts that are not closed, by family."""
    return {Family(alert.family): alert for alert in _NOT_CLOSED(patient=patient_id)}


@transaction.atomic
def raise_or_update(
    condition: Condition,
    *,
    patient_id: int,
    ward: Ward | None,
    now: datetime,
    existing: Alert | None,
    episode_opened_at: datetime | None = None,
    values: Mapping[str, Any] | None = None,
    evidence: Mapping[str, Any] | None = None,
    rulebook: str = "",
) -> Raised:
    """Make sure that an alert stands for this condition.

    A repeat counts up quietly. A worse step, severity or value re-opens the alert,
    acknowledged or snoozed as it may be, and tells people again. What was closed in
    the meantime stays closed, and a new alert is raised; so is one for a new episode.
    """
    case = _Case(
        condition,
        episode_opened_at,
        rulebook,
        _kept(condition.values if values is None else values),
        dict(evidence or {}),
    )
    held = _held(existing)
    if held is not None and episodes.is_of_an_earlier(held, opened_at=episode_opened_at):
        close(held, reason="a new episode began", at=now, as_=ClosedAs.NEW_EPISODE)
        held = None
    if held is None:
        return _raise(case, patient_id=patient_id, ward=ward, now=now)
    if _is_worse(held, case):
        return Raised(held, _worsen(held, case, now=now), is_new=False)
    _count(held, case, now=now)
    return Raised(held, (), is_new=False)


def _held(existing: Alert | None) -> Alert | None:
    """The alert as it stands now, held until the transaction ends; None once it is closed."""
    if existing is None:
        return None
    return _HELD.first(alert=existing.pk)


def _raise(case: _Case, *, patient_id: int, ward: Ward | None, now: datetime) -> Raised:
    condition = case.condition
    plan = ladder.plan_of(condition.severity, ward.alert_minutes if ward else None)
    alert = Alert.objects.create(
        patient_id=patient_id,
        ward=ward,
        family=condition.family,
        rule=condition.rule,
        severity=condition.severity,
        step=condition.step,
        raised_at=now,
        last_seen_at=now,
        is_provisional=condition.is_provisional,
        episode_opened_at=case.episode_opened_at,
        rulebook=case.rulebook,
        values=case.values,
        evidence=case.evidence,
        **_start(plan, condition, ward=ward, is_provisional=condition.is_provisional, now=now),
    )
    events.append(
        alert,
        Happened.RAISED,
        at=now,
        is_first=True,
        rule=condition.rule,
        severity=condition.severity,
    )
    if condition.family is Family.CRS_GRADE:
        closed_for_it = Alert.objects.filter(
            patient_id=patient_id, closed_as=ClosedAs.ABSORBED, absorbed_by=None, closed_at=now
        )
        closed_for_it.update(absorbed_by=alert)
    return Raised(alert, telling.tell_first(alert, now=now), is_new=True)


def _is_worse(alert: Alert, case: _Case) -> bool:
    condition = case.condition
    return (
        condition.step > alert.step
        or condition.severity.is_graver_than(Severity(alert.severity))
        or (alert.is_provisional and not condition.is_provisional)
        or has_worsened(alert.values, case.values, steps=rulebook.current().steps)
    )


def _count(alert: Alert, case: _Case, *, now: datetime) -> None:
    """A repeat: seen once more, on newer facts; what people were told last stays to compare."""
    alert.count += 1
    alert.last_seen_at = now
    alert.evidence = alert.evidence | case.evidence
    alert.episode_opened_at = case.episode_opened_at or alert.episode_opened_at
    Alert.objects.filter(pk=alert.pk).update(
        count=F("count") + 1,
        last_seen_at=now,
        evidence=alert.evidence,
        episode_opened_at=alert.episode_opened_at,
    )


def _worsen(alert: Alert, case: _Case, *, now: datetime) -> tuple[User, ...]:
    condition, before = case.condition, Severity(alert.severity)
    was_provisional = alert.is_provisional
    if condition.step >= alert.step or condition.severity.is_graver_than(before):
        # A lesser rule with worse values does not make the alert one that ends by itself.
        alert.rule = condition.rule
    alert.severity = min(condition.severity, before)
    alert.step = max(condition.step, alert.step)
    # What is as grave already needs no second reading to be so.
    alert.is_provisional = condition.is_provisional and not before.is_graver_than(
        condition.severity
    )
    alert.values = alert.values | case.values
    alert.evidence = alert.evidence | case.evidence
    alert.rulebook = case.rulebook or alert.rulebook
    alert.episode_opened_at = case.episode_opened_at or alert.episode_opened_at
    alert.count += 1
    alert.last_seen_at = now
    alert.version += 1
    plan = alert.plan
    started = _start(plan, condition, ward=alert.ward, is_provisional=alert.is_provisional, now=now)
    for name, value in (dict(RELEASED) | started).items():
        setattr(alert, name, value)
    alert.save()
    is_confirmed = was_provisional and not alert.is_provisional
    kind = Happened.CONFIRMED if is_confirmed else Happened.WORSENED
    events.append(alert, kind, at=now, rule=alert.rule, severity=alert.severity, step=alert.step)
    return telling.tell_first(alert, now=now)


def _start(
    plan: ladder.Plan,
    condition: Condition,
    *,
    ward: Ward | None,
    is_provisional: bool,
    now: datetime,
) -> dict[str, Any]:
    """The ladder from its foot; of a provisional condition, the time to measure again."""
    started = start_of(plan, ward=ward, now=now)
    if is_provisional and condition.confirm_within_minutes is not None:
        started["next_step_at"] = now + timedelta(minutes=condition.confirm_within_minutes)
    return started


def source_corrected(
    *,
    patient_id: int,
    evidence: Mapping[str, int],
    now: datetime,
    still_true: Collection[Family] = (),
) -> list[Alert]:
    """End the alerts that rested on a fact which was corrected, and are true no longer.

    `evidence` names what was corrected, such as {"set": 12}; `still_true` the families
    whose condition the replacement meets as well. What nobody has taken closes, visibly,
    and those who were told hear of it. What somebody has stays theirs, with a note, and
    so does what other facts had raised as well. Returns the alerts it concerned.
    """
    resting = [
        alert
        for family, alert in open_alerts(patient_id).items()
        if family not in still_true
        and any(alert.evidence.get(kind) == pk for kind, pk in evidence.items())
    ]
    for alert in resting:
        if alert.state == AlertState.ACKNOWLEDGED or alert.count > 1:
            with transaction.atomic():
                Alert.objects.select_for_update().get(pk=alert.pk)
                events.append(alert, Happened.SOURCE_CORRECTED, at=now)
        else:
            reason = "the reading behind it was corrected"
            close(alert, reason=reason, at=now, as_=ClosedAs.SOURCE_CORRECTED)
    return resting


@transaction.atomic
def reworded(alert: Alert, *, rule: Rule, words: str, by: User, now: datetime) -> bool:
    """Let an open alert say what its condition is called now; nobody is told again.

    False when it says so already, or was closed meanwhile. An answer to it stays good.
    """
    held = _held(alert)
    if held is None or (held.rule == rule and held.evidence.get("words", "") == words):
        return False
    before, held.rule, held.evidence = held.rule, rule, held.evidence | {"words": words}
    held.save(update_fields=["rule", "evidence"])
    events.by_person(held, Happened.REWORDED, by=by, at=now, before=before, rule=rule)
    return True


@transaction.atomic
def moved(*, patient_id: int, ward: Ward | None, now: datetime) -> list[Alert]:
    """Let the patient's alerts follow to another ward, whose people are told as well.

    Without another ward they stay where they are: only a person ends them.
    """
    if ward is None:
        return []
    rows = Alert.objects.select_for_update(of=("self",)).filter(patient_id=patient_id)
    following = list(rows.not_closed().exclude(ward=ward).select_related("ward").order_by("pk"))
    for alert in following:
        events.append(
            alert, Happened.MOVED, at=now, left=alert.ward.code if alert.ward else "", to=ward.code
        )
        alert.ward = ward
        alert.version += 1
        alert.save(update_fields=["ward", "version"])
        rung = alert.plan.called(alert.rung)
        if rung is not None and alert.state == AlertState.OPEN:
            telling.tell(alert, [rung], now=now)
    return following


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers as text, so that no digit is lost in the database."""
    return {
        name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()
    }


_NOT_CLOSED: Final = Prepared(lambda patient: Alert.objects.filter(patient_id=patient).not_closed())
_HELD: Final = Prepared(
    lambda alert: (
        Alert.objects.select_for_update(of=("self",))
        .select_related("ward")
        .filter(pk=alert)
        .not_closed()
    )
)
