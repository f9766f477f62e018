"""One bed of the board from its facts, and until when it stays true of itself.

Moments go out as whole seconds since 1970: countdowns and ages are the page's to say, so
that a tile changes when facts do and not because a minute went by.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from alerts.policy import Rule
from charting import state as charting_state
from patients import therapies
from patients.windows import (
    Dose,
    DoseKind,
    WindowState,
    course_start,
    high_risk_spans,
    window_status,
)
from screens import labels, strip, words
from screens.badges import Badge, badge
from screens.boards import flags, short, trend
from screens.boards.reading import AlertRow, Facts, Row
from vitals.schedule import grace_minutes

STEP_UPS: Final = frozenset(
    {DoseKind.STEP_1, DoseKind.STEP_2, DoseKind.STEP_3, DoseKind.FIRST_FULL,
     DoseKind.DOSE_STEP_UP}
)  # fmt: skip
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose board it is: the ward's clock, and how it names its patients."""

    zone: tzinfo
    label: str


def tile(facts: Facts, place: Place, *, now: datetime) -> dict[str, Any]:
    """Return what the board shows of one patient; a name only where the ward shows names."""
    row, zone = facts.row, place.zone
    doses = charting_state.doses_from(row.doses)
    coming = [*doses, *_planned(facts)]
    start = course_start(doses, at=now)
    status = window_status(doses, at=now, zone=zone)
    return {
        "id": row.pk,
        "bed_id": row.bed_id,
        "bed": row.bed or "",
        "code": short.code(facts, place.label),
        "name": short.name(row, place.label),
        "mrn": row.mrn if short.shows_names(place.label) else "",
        "therapy": start.profile.label if start else "",
        "chip": short.chip(start, now=now, zone=zone),
        "window": status.state.value,
        "window_words": strip.window_words(status),
        "in_window": status.state is WindowState.HIGH_RISK,
        "opens_today": _is_today_any((span[0] for span in high_risk_spans(coming, zone=zone)),
                                     now=now, zone=zone),
        "step_up_today": _is_today_any((d.started_at for d in coming if d.kind in STEP_UPS),
                                       now=now, zone=zone),
        "grade": badge(row.grade, at_least=row.at_least or 0),
        "icans": _icans(row),
        "trend": trend_of(row, now=now),
        "due": _due(row, now=now),
        "set_at": _seconds(row.set_at),
        "alerts": [_alert(each) for each in facts.alerts],
        "nurses": [{"id": pk, "name": name, "initials": short.initials(name)}
                   for pk, name in facts.nurses],
        "vitals": _vitals(row),
        "flags": flags.of(facts, has_dose=bool(doses), zone=zone, now=now),
        "labs_missing": flags.are_labs_late(row, now=now),
        "url": f"/patients/{row.pk}/",
    }  # fmt: skip


def true_until(facts: Facts, place: Place, *, now: datetime) -> datetime:
    """Return the next moment at which the same facts could make another tile.

    Window and day change at the ward's midnight or whole hours after a dose, the rest at
    moments that the facts name. A change falls on its moment or just after it, so around
    a moment nothing is kept.
    """
    doses = charting_state.doses_from(facts.row.doses)
    midnight = _midnight(now, place.zone) + timedelta(days=1)
    moments = [
        midnight.astimezone(UTC),
        *flags.moments(facts.row),
        *(each for each in (facts.row.set_at and facts.row.set_at + trend.OVER,) if each),
        *(edge for dose in doses for edge in _hours_around(dose, now=now)),
    ]
    just_before = now - timedelta(milliseconds=1)
    return min(each for each in moments if each > just_before)


def trend_of(row: Row, *, now: datetime) -> str:
    """Return how the grade moved over six hours; of a set older than that nobody knows."""
    if row.set_at is None or row.at_least is None or now - row.set_at >= trend.OVER:
        return "unknown"
    newest = trend.Grade(row.grade, row.at_least)
    return trend.trend(newest=newest, before=trend.decoded(row.before))


def _planned(facts: Facts) -> list[Dose]:
    """Doses as planned, seen as if they were given then."""
    return [
        Dose(therapies.profile(therapy), DoseKind(kind), at) for therapy, kind, at in facts.planned
    ]


def _hours_around(dose: Dose, *, now: datetime) -> Iterable[datetime]:
    passed = (now - dose.started_at) // _HOUR
    return (dose.started_at + (passed + more) * _HOUR for more in (0, 1))


def _midnight(now: datetime, zone: tzinfo) -> datetime:
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _is_today_any(moments: Iterable[datetime], *, now: datetime, zone: tzinfo) -> bool:
    today = now.astimezone(zone).date()
    return any(each.astimezone(zone).date() == today for each in moments)


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())


def _icans(row: Row) -> dict[str, Any] | None:
    """The newest ICANS grade with its time: an old check must not read as one of now."""
    if row.icans_at is None:
        return None
    shown: Badge = badge(row.icans, at_least=row.icans_at_least or 0)
    return {**shown, "at": _seconds(row.icans_at)}


def _due(row: Row, *, now: datetime) -> dict[str, Any]:
    """When the next set is due, and whether nobody is asked for it now."""
    if row.due_at is None or row.interval_minutes is None:
        return {"at": None}
    asleep = flags.is_asleep(row, now=now)
    return {
        "at": _seconds(row.due_at),
        "interval_s": row.interval_minutes * 60,
        "grace_s": round(grace_minutes(row.interval_minutes) * 60),
        "elsewhere": flags.elsewhere(row, now=now),
        "paused_until": _seconds(row.paused_until),
        "asleep_until": _seconds(row.sleep_until) if asleep else None,
    }


def _alert(alert: AlertRow) -> dict[str, Any]:
    return {
        "code": alert.code,
        "severity": alert.severity,
        "label": words.SHORT_RULES[Rule(alert.rule)],
        "raised_at": _seconds(alert.raised_at),
        "state": alert.state,
        "version": alert.version,
        "rung": alert.rung,
        "is_provisional": alert.is_provisional,
        "owner": short.person(alert.owner) if alert.owner else None,
    }


def _vitals(row: Row) -> dict[str, str | None]:
    """The last set in short; None for what it did not record."""
    device = words.device(row.oxygen_device or "", short=True)
    flow = labels.number(row.oxygen_flow_lpm)
    systolic, diastolic = labels.number(row.systolic_mmhg), labels.number(row.diastolic_mmhg)
    return {
        "temperature": labels.temperature(row.temperature_celsius) or None,
        "bp": f"{systolic or '–'}/{diastolic or '–'}" if systolic or diastolic else None,
        "hr": labels.number(row.heart_rate_bpm) or None,
        "rr": labels.number(row.respirations_per_minute) or None,
        "spo2": labels.number(row.spo2_percent) or None,
        "oxygen": (f"{device} {flow} L" if flow else device) or None,
    }
