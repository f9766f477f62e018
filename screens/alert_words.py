"""One alert in words: how it stands, who has it, and what happens if nobody does anything."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from alerts.models import Alert, AlertState, RotaRole, SnoozeReason
from screens import labels

# Spelled as a ward reads them inside a sentence.
_IN_A_SENTENCE: Final = {
    RotaRole.ICU_OUTREACH: "ICU outreach",
    RotaRole.IT_ON_CALL: "IT on call",
}
_ALL: Final = 5  # so many duties at once are everybody


def zone_of(alert: Alert) -> tzinfo:
    """The clock of the alert's ward."""
    return alert.ward.zone if alert.ward else UTC


def row(alert: Alert, *, now: datetime) -> dict[str, Any]:
    """Return an alert as the inbox shows it."""
    state = getattr(alert.patient, "state", None)
    return {
        "code": alert.code,
        "severity": alert.severity,
        "title": labels.sentence(alert.words),
        "ward": alert.ward.name if alert.ward else "",
        "bed": state.bed.label if state and state.bed else "",
        "patient_name": alert.patient.name,
        "raised_label": f"{labels.clock(alert.raised_at, zone=zone_of(alert), now=now)} "
        f"({labels.ago(alert.raised_at, now=now)})",
        "count": alert.count,
        "state": alert.state,
        "is_provisional": alert.is_provisional,
        "is_unanswered": alert.is_unanswered,
        "acknowledged_label": acknowledged(alert, now=now),
        "snoozed_label": snoozed(alert, now=now),
        "closed_label": closed(alert, now=now),
        "next_label": next_step(alert, now=now),
        "url": f"/alerts/{alert.code}/",
    }


def acknowledged(alert: Alert, *, now: datetime) -> str:
    """Return who answered, when and how soon they come; “” while nobody has."""
    if alert.acknowledged_by is None or alert.acknowledged_at is None:
        return ""
    at = labels.clock(alert.acknowledged_at, zone=zone_of(alert), now=now)
    return f"{alert.acknowledged_by.display_name()} answered at {at}{coming(alert.eta_minutes)}"


def snoozed(alert: Alert, *, now: datetime) -> str:
    """Return until when it is put off and why; “” while it is not."""
    if alert.state != AlertState.SNOOZED or alert.snoozed_until is None:
        return ""
    until = labels.clock(alert.snoozed_until, zone=zone_of(alert), now=now)
    reason = SnoozeReason(alert.snooze_reason).label
    by = f" by {alert.snoozed_by.display_name()}" if alert.snoozed_by else ""
    return f"Put off{by} until {until}: {reason}"


def closed(alert: Alert, *, now: datetime) -> str:
    """Return when it ended and why; “” while it stands."""
    if alert.closed_at is None:
        return ""
    at = labels.clock(alert.closed_at, zone=zone_of(alert), now=now)
    return f"Closed at {at}: {alert.closed_reason}"


def next_step(alert: Alert, *, now: datetime) -> str:
    """Return what silence leads to, and when; “” when nothing more follows by itself.

    Who is called a second time is no news: next in line is who was not called before.
    """
    if alert.next_step_at is None or alert.state == AlertState.CLOSED:
        return ""
    at = labels.clock(alert.next_step_at, zone=zone_of(alert), now=now)
    if alert.is_provisional:
        return f"One reading near its limit. Measure again by {at}, or it counts as confirmed"
    if alert.state == AlertState.SNOOZED:
        return f"At {at} it waits for an answer again"
    upcoming = alert.plan.called(alert.rung + 1)
    called = duties(upcoming.tells) if upcoming else "nobody more"
    if alert.state == AlertState.ACKNOWLEDGED:
        return f"Without a newer set by {at} the answer ends, and the next in line is {called}"
    newly = alert.plan.newly(alert.rung + 1)
    if newly is None or upcoming is None:
        return f"Next in line if unanswered: {called} at {at}"
    wait = timedelta(minutes=newly.after_minutes - upcoming.after_minutes)
    at = labels.clock(alert.next_step_at + wait, zone=zone_of(alert), now=now)
    return f"Next in line if unanswered: {duties(newly.tells)} at {at}"


def duties(tells: Iterable[str]) -> str:
    """Return the roles that are called, as words: “oncology attending and ICU outreach”."""
    roles = [RotaRole(each) for each in tells]
    if len(roles) > _ALL:
        return "everybody on call"
    return joined([_IN_A_SENTENCE.get(role, str(role.label).lower()) for role in roles])


def joined(words: list[str]) -> str:
    """Return “one”, “one and two”, “one, two and three”."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def coming(minutes: int | None) -> str:
    """Return how soon somebody comes, to be added to what they did."""
    if minutes is None:
        return ""
    return f", at the bedside in {minutes} min" if minutes else ", at the bedside now"
