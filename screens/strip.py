"""The patient strip and the due tag: who this is, where in the course, and when to look again."""

from datetime import UTC, datetime, tzinfo
from typing import Any

from charting import state as charting_state
from charting.models import PatientState
from patients.age import completed_months
from patients.windows import (
    Dose,
    WindowState,
    WindowStatus,
    WindowUnit,
    course_start,
    day_number,
    hours_after,
    window_status,
)
from screens import labels, roster
from screens.badges import badge_of
from vitals.schedule import DueState, grace_minutes, overdue_state

# Until this many hours after a dose an hour-based profile is read in hours.
_HOURS_SHOWN = 72
_MONTHS_UNTIL = 24


def zone_of(state: PatientState) -> tzinfo:
    """The clock of the ward the patient is on; UTC on none."""
    return state.ward.zone if state.ward else UTC


def strip(
    state: PatientState, *, now: datetime, alerts: int = 0, shares_surname: bool = False
) -> dict[str, Any]:
    """Return what the patient strip and a row of the list show."""
    patient, zone = state.patient, zone_of(state)
    doses = charting_state.doses_of(state)
    start = course_start(doses, at=now)
    return {
        "name": patient.name,
        "mrn": patient.mrn,
        "age": age(state, now=now),
        "birth_date": labels.full_day(patient.birth_date) if patient.birth_date else "",
        "bed": state.bed.label if state.bed else "",
        "ward": state.ward.name if state.ward else "",
        "therapy": start.profile.label if start else "",
        "day_label": day_label(start, now=now, zone=zone),
        "window": window_words(window_status(doses, at=now, zone=zone)),
        "grade": badge_of(state.latest_assessment),
        "due": due_tag(state, now=now) | _countdown(state, now=now),
        "alerts": alerts,
        "followed": followed(state, now=now),
        "name_alert": shares_surname,
        "chart_url": f"/patients/{state.pk}/chart/",
        "patient_url": f"/patients/{state.pk}/timeline/",
    }


def followed(state: PatientState, *, now: datetime) -> list[str]:
    """Return where and how the patient is followed when that is not the ward's rounds."""
    due, zone = roster.due_of(state), zone_of(state)
    if due is None:
        return []
    found = (
        ("Palliative plan: grades call nobody at once", due.palliative_until),
        ("Watched in intensive care", due.icu_until),
        ("Followed at home", due.home_until),
    )
    return [
        f"{words}, until {labels.clock(until, zone=zone, now=now)}"
        for words, until in found
        if until is not None and now < until
    ]


def age(state: PatientState, *, now: datetime) -> str:
    """Return completed years, months under two years, or that the age is not known."""
    today = now.astimezone(zone_of(state)).date()
    months = completed_months(state.patient.birth_date, on=today)
    if months is None:
        return "age not known"
    return f"{months} months" if months < _MONTHS_UNTIL else f"{state.patient.age_years(today)} y"


def day_label(start: Dose | None, *, now: datetime, zone: tzinfo) -> str:
    """Return “D5”, with hours for a product whose windows count hours; “” before any dose."""
    if start is None:
        return ""
    day = f"D{day_number(now, day_zero=start.started_at, zone=zone)}".replace("-", "−")
    by_hour = any(rule.high_risk.unit is WindowUnit.HOUR for rule in start.profile.anchors)
    hours = hours_after(now, dose_at=start.started_at)
    return f"{day} · {int(hours)} h" if by_hour and 0 <= hours < _HOURS_SHOWN else day


def window_words(status: WindowStatus) -> str:
    """Return where the patient stands in the risk window, in words."""
    span = f", {status.high_risk.words()}" if status.high_risk else ""
    return {
        WindowState.NONE: "No dose recorded",
        WindowState.BEFORE: f"Before the high-risk window{span}",
        WindowState.HIGH_RISK: f"High-risk window{span}",
        WindowState.MONITORING: "After the high-risk window, still monitored",
        WindowState.CLOSED: "Monitoring window closed",
    }[status.state]


def due_tag(state: PatientState, *, now: datetime) -> dict[str, Any]:
    """Return state, words, time and ratio of the next set; no plan is not “in time”."""
    due = roster.due_of(state)
    if due is None or state.ward is None:
        words = "No set charted" if state.latest_set_id is None else "No set planned"
        return {"state": DueState.NONE.value, "label": words, "at": None, "ratio": 0}
    where = overdue_state(now=now, due_at=due.due_at, interval_minutes=due.interval_minutes)
    late = labels.duration(now - due.due_at)
    words = {
        DueState.OK: f"Due in {late}",
        DueState.DUE_SOON: f"Due in {late}",
        DueState.DUE: "Due now",
        DueState.OVERDUE: f"Overdue {late}",
        DueState.MISSED: f"Missed: {late} late",
    }[where]
    return {
        "state": where.value,
        "label": words,
        "at": due.due_at.isoformat(),
        "ratio": round(roster.overdue_ratio(due, now=now), 2),
    }


def _countdown(state: PatientState, *, now: datetime) -> dict[str, int]:
    """What a page counts down by itself, in seconds, free of the tablet's own clock."""
    due = roster.due_of(state)
    if due is None or state.ward is None:
        return {}
    return {
        "in_seconds": round((due.due_at - now).total_seconds()),
        "grace_seconds": round(grace_minutes(due.interval_minutes) * 60),
        "interval_seconds": due.interval_minutes * 60,
    }
