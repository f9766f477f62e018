"""What came of a set: its grade in words, why, what is missing, what is next, who is told."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.models import Alert, AlertState, Kind, Notification
from alerts.policy import Severity
from charting import undoing
from charting.models import PatientState
from grading.models import Assessment
from grading.services import SCALE
from screens import (
    call_card,
    confirm,
    labels,
    near_sets,
    recheck,
    reference_page,
    roster,
    scale_panel,
    set_story,
    strip,
    words,
)
from screens.access import patient_for, user_of
from screens.badges import badge_of
from staff import permissions
from vitals.models import ObservationSet


@dataclass(frozen=True, slots=True)
class Result:
    """A set with its grade, read at one time on one ward's clock."""

    state: PatientState
    observations: ObservationSet
    assessment: Assessment
    zone: tzinfo
    now: datetime


@require_safe
def result(request: HttpRequest, patient_id: int, set_id: int) -> HttpResponse:
    """Show the set's grade as it stands now, with its reasons; also the answer to “why?”."""
    user = user_of(request)
    state = patient_for(user, patient_id)
    found = _find(state, set_id)
    if found is None:
        raise Http404
    alerts = list(
        Alert.objects.filter(patient_id=patient_id).not_closed().select_related("ward", "patient")
    )
    content = _content(found) | {
        "told": _told(found, alerts),
        "nobody_words": _nobody(alerts),
        "panel": confirm.panel(user, state, found.assessment, zone=found.zone, now=found.now),
        "call_card": _call_card(found, alerts),
        "recheck": recheck.prompt(alerts, found.observations, zone=found.zone, now=found.now),
        "story": set_story.story(found.observations, user, zone=found.zone, now=found.now),
        "patient": strip.strip(
            state, now=found.now, alerts=sum(alert.state == AlertState.OPEN for alert in alerts)
        ),
    }
    if permissions.can_correct(user, state.ward) and not _replacement(found.observations):
        content["correct_url"] = f"/patients/{patient_id}/chart/?correct={set_id}"
        content["undo_seconds"] = undoing.seconds_left(found.observations, by=user, now=found.now)
    return render(request, "screens/result.html", content)


def headline(assessment: Assessment) -> str:
    """Say what the recorded values meet; never that the patient has a grade."""
    if assessment.grade is None:
        missing = ", ".join(words.fields(assessment.missing)) or "what decides it"
        if assessment.at_least:
            return (
                f"Recorded values meet at least ASTCT grade {assessment.at_least} criteria: "
                f"{missing} not recorded"
            )
        return f"The ASTCT grade cannot be judged: {missing} not recorded"
    if assessment.grade == 0:
        return "Recorded values meet no ASTCT CRS grade criteria"
    return f"Recorded values meet ASTCT grade {assessment.grade} criteria"


def _find(state: PatientState, set_id: int) -> Result | None:
    assessment = (
        Assessment.objects.filter(
            patient_id=state.pk, observation_set_id=set_id, scale=SCALE, withdrawn=False
        )
        .select_related("observation_set", "observation_set__superseded_by")
        .order_by("-pk")
        .first()
    )
    if assessment is None or assessment.observation_set is None:
        return None
    zone, now = strip.zone_of(state), timezone.now()
    return Result(state, assessment.observation_set, assessment, zone, now)


def _content(found: Result) -> dict[str, Any]:
    patient_url = f"/patients/{found.state.pk}/timeline/"
    taken_at = found.observations.taken_at
    measured = labels.clock(taken_at, zone=found.zone, now=found.now)
    return {
        "client_id": found.observations.client_id,
        "grade": badge_of(found.assessment),
        "headline": headline(found.assessment),
        "because": found.assessment.because,
        "evidence": _evidence(found),
        "missing": words.fields(found.assessment.missing),
        "flags": _flags(found),
        "changed": _changed(found),
        "next_due_label": _next_due(found),
        "counts_down": found.state.latest_set_id == found.observations.pk,
        "ruleset": found.assessment.ruleset,
        "other_scales": scale_panel.rows(found.observations),
        "taken_at_label": f"{measured} ({labels.ago(taken_at, now=found.now)})",
        "patient_url": patient_url,
        "course_url": f"/patients/{found.state.pk}/course/",
        "reference_url": reference_page.url_of(
            found.assessment.grade, at_least=found.assessment.at_least
        ),
        "back_url": "/patients/",
    }


def _evidence(found: Result) -> list[dict[str, Any]]:
    """The values the grade rests on, each with its own time; carried ones say so."""
    return [
        {
            "label": labels.sentence(words.field(row["field"])),
            "value": words.shown(row["field"], row["value"]),
            "at_label": labels.clock(
                datetime.fromisoformat(row["taken_at"]), zone=found.zone, now=found.now
            ),
            "carried": row["carried"],
        }
        for row in found.assessment.evidence
    ]


def _flags(found: Result) -> list[str]:
    flags = [labels.sentence(flag) for flag in found.assessment.flags]
    replacement = _replacement(found.observations)
    if replacement is not None:
        flags.insert(0, f"This set was corrected and no longer counts. Reason: {replacement}")
    if found.observations.reason:
        flags.append(f"This set corrects an earlier one. Reason: {found.observations.reason}")
    return flags + _near(found)


def _near(found: Result) -> list[str]:
    """Typed twice, by two tablets without a network, or measured twice: a person compares."""
    return [
        f"Another set within 5 minutes, {near_sets.words(each, zone=found.zone, now=found.now)}:"
        " both are kept. Compare them."
        for each in near_sets.near(found.observations)
    ]


def _replacement(observations: ObservationSet) -> str | None:
    """Why the set no longer counts; None while it does."""
    later: ObservationSet | None = getattr(observations, "superseded_by", None)
    return later.reason if later else None


def _changed(found: Result) -> str:
    before = (
        Assessment.objects.filter(
            patient_id=found.state.pk, scale=SCALE, taken_at__lt=found.observations.taken_at
        )
        .in_force()
        .order_by("-taken_at", "-observation_set_id")
        .only("grade", "at_least")
        .first()
    )
    if before is None:
        return "first set"
    was = f"{before.grade}" if before.grade is not None else f"at least {before.at_least}"
    missing = set_story.missing_words(found.observations)
    if missing and found.assessment.at_least <= before.at_least:
        return f"not lower than last (grade {was}), {missing} missing"
    if (before.grade, before.at_least) == (found.assessment.grade, found.assessment.at_least):
        return f"unchanged from grade {was}"
    return f"was grade {was} at the set before"


def _next_due(found: Result) -> str:
    if found.state.latest_set_id != found.observations.pk:
        return "A later set decides when the next one is due."
    due = roster.due_of(found.state)
    if due is None:
        return "No set is planned."
    return f"By {labels.clock(due.due_at, zone=found.zone, now=found.now)}"


def _told(found: Result, alerts: list[Alert]) -> list[str]:
    """Who has a message about what stands now, and whether their last one went out."""
    rows = (
        Notification.objects.filter(alert__in=alerts, kind=Kind.ALERT, dropped_at=None)
        .select_related("recipient", "alert")
        .order_by("alert__severity", "created_at", "pk")
    )
    last = {(row.alert_id, row.channel, row.who): row for row in rows}
    return [
        f"{row.who}, {row.alert.severity} by {row.by}: {_sent(row, found)}" for row in last.values()
    ]


def _nobody(alerts: list[Alert]) -> str:
    """Why nobody is being told: nothing to tell is not the same as nobody there to hear it."""
    if not alerts:
        return "Nobody: no alert stands for this patient."
    return "Nobody by e-mail. An alert stands: call, and see the alerts page."


def _sent(row: Notification, found: Result) -> str:
    if row.sent_at is None:
        is_owed = row.alert.state == AlertState.OPEN
        return "not sent yet" if is_owed else "answered before it went out"
    return f"sent {labels.clock(row.sent_at, zone=found.zone, now=found.now)}"


def _call_card(found: Result, alerts: list[Alert]) -> dict[str, Any] | None:
    """The card for the danger that this very set showed and nobody has answered."""
    for alert in alerts:
        if (
            alert.severity == Severity.P1
            and alert.state == AlertState.OPEN
            and alert.last_seen_at >= found.observations.received_at
        ):
            return call_card.card(alert, now=found.now)
    return None
