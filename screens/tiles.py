"""One ward as the board's JSON: a tile per bed, in the order of urgency."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from alerts.models import Alert, AlertState, DueSet
from alerts.policy import Rule
from charting import state as charting_state
from charting.models import PatientState
from patients.windows import course_start, window_status
from screens import labels, strip, words
from screens.badges import Badge, badge_of
from screens.roster import Watched, due_of
from staff.models import Ward
from vitals.models import ObservationSet
from vitals.schedule import DueState

# An older check is shown with its age.
NEURO_IS_OLD_AFTER = timedelta(hours=12)
_LATE = frozenset({DueState.OVERDUE, DueState.MISSED})


def board(
    ward: Ward,
    found: Sequence[Watched],
    *,
    alerting: dict[str, Any],
    tablets: Sequence[str] = (),
    now: datetime,
) -> dict[str, Any]:
    """Return the whole board; only `generated_*` hold a clock with seconds, the ward's."""
    return {
        "generated_at": now.isoformat(),
        "generated_label": f"{now.astimezone(ward.zone):%H:%M:%S}",
        "alerting": alerting,
        "tablets": list(tablets),
        "tiles": [_tile(each, zone=ward.zone, now=now) for each in found],
    }


def summary(board: dict[str, Any]) -> dict[str, int]:
    """Count patients, alerts that nobody answered, and overdue sets."""
    tiles = board["tiles"]
    alerts = [alert for tile in tiles for alert in tile["alerts"]]
    return {
        "patients": len(tiles),
        "open_alerts": sum(alert["state"] == AlertState.OPEN for alert in alerts),
        "overdue": sum(tile["due"]["state"] in _LATE for tile in tiles),
    }


def _tile(each: Watched, *, zone: tzinfo, now: datetime) -> dict[str, Any]:
    state = each.state
    doses = charting_state.doses_of(state)
    start = course_start(doses, at=now)
    return {
        "id": state.pk,
        "bed": state.bed.label if state.bed else "",
        "name": state.patient.name,
        "mrn": state.patient.mrn,
        "therapy": start.profile.label if start else "",
        "day_label": strip.day_label(start, now=now, zone=zone),
        "window_state": window_status(doses, at=now, zone=zone).state.value,
        "grade": badge_of(state.latest_assessment),
        "icans": _icans(state, now=now),
        "trend": trend(state),
        "due": strip.due_tag(state, now=now),
        "alerts": [_alert(alert, now=now) for alert in each.alerts],
        "last_set_label": _last_set(state.latest_set, now=now),
        "vitals": vitals(state.latest_set),
        "flags": _flags(each, now=now),
        "url": f"/patients/{state.pk}/timeline/",
    }


def trend(state: PatientState) -> str:
    """Compare the last two sets; a set that leaves something out is never “better”."""
    latest, before = state.latest_assessment, state.at_least_before
    if latest is None or before is None:
        return "unknown"
    if latest.at_least > before:
        return "worse"
    if latest.grade is None:
        return "unknown"
    return "better" if latest.at_least < before else "same"


def vitals(latest: ObservationSet | None) -> dict[str, str | None]:
    """Return the last set in short; None for what it did not record."""
    if latest is None:
        return dict.fromkeys(("temperature", "bp", "hr", "rr", "spo2", "oxygen"))
    return {
        "temperature": labels.temperature(latest.temperature_celsius) or None,
        "bp": pressure(latest),
        "hr": labels.number(latest.heart_rate_bpm) or None,
        "rr": labels.number(latest.respirations_per_minute) or None,
        "spo2": labels.number(latest.spo2_percent) or None,
        "oxygen": oxygen(latest),
    }


def pressure(latest: ObservationSet) -> str | None:
    """Return “112/64”, with a dash for a half that was not recorded; None for neither."""
    if latest.systolic_mmhg is None and latest.diastolic_mmhg is None:
        return None
    systolic, diastolic = labels.number(latest.systolic_mmhg), labels.number(latest.diastolic_mmhg)
    return f"{systolic or '–'}/{diastolic or '–'}"


def oxygen(latest: ObservationSet) -> str | None:
    """Return “Cannula 2 L”; None when the device was not recorded."""
    device = words.device(latest.oxygen_device, short=True)
    if not device:
        return None
    flow = labels.number(latest.oxygen_flow_lpm)
    return f"{device} {flow} L" if flow else device


def _icans(state: PatientState, *, now: datetime) -> Badge | None:
    """The newest ICANS grade with its age: an old check must not read as one of now."""
    latest = state.latest_icans
    if latest is None:
        return None
    badge = badge_of(latest)
    badge["label"] = f"{badge['label']}, checked {labels.ago(latest.taken_at, now=now)}"
    return badge


def _last_set(latest: ObservationSet | None, *, now: datetime) -> str:
    if latest is None:
        return "No set charted"
    return f"Set {labels.ago(latest.taken_at, now=now)}"


def _alert(alert: Alert, *, now: datetime) -> dict[str, Any]:
    return {
        "code": alert.code,
        "severity": alert.severity,
        "label": words.SHORT_RULES[Rule(alert.rule)],
        "age_label": labels.ago(alert.raised_at, now=now),
        "state": alert.state,
        "owner": alert.acknowledged_by.display_name() if alert.acknowledged_by else None,
    }


def _flags(each: Watched, *, now: datetime) -> list[str]:
    flags = []
    latest = each.state.latest_set
    if latest is not None and latest.worried:
        flags.append("Nurse is worried")
    flags += _word(each.state)
    flags += _plan(due_of(each.state), zone=strip.zone_of(each.state), now=now)
    if not each.state.doses:
        flags.append("No dose recorded")
    if each.state.latest_assessment is not None and each.state.latest_assessment.flags:
        flags.append("Look at the reasons")
    neuro = each.state.latest_icans
    if neuro is not None and now - neuro.taken_at > NEURO_IS_OLD_AFTER:
        flags.append(f"Neuro check {labels.short_age(neuro.taken_at, now=now)} ago")
    return flags


def _word(state: PatientState) -> list[str]:
    """A clinician's word on the grade, beside the computed one."""
    said = state.latest_confirmation
    if said is None:
        return []
    if said.grade is None:
        return ["Clinician: not CRS"]
    return [f"Clinician: grade {said.grade}"]


def _plan(due: DueSet | None, *, zone: tzinfo, now: datetime) -> list[str]:
    """Where the patient is, and the other looks that are late."""
    if due is None:
        return []
    flags = []
    if due.paused_until is not None:
        flags.append(f"Off the ward until {labels.clock(due.paused_until, zone=zone, now=now)}")
    if due.sleep_from and due.sleep_until and due.sleep_from <= now < due.sleep_until:
        flags.append(f"Asleep until {labels.clock(due.sleep_until, zone=zone, now=now)}")
    if due.is_neuro_late(now):
        flags.append("Neuro check overdue")
    if due.are_labs_late(now):
        flags.append("Labs overdue")
    return flags
