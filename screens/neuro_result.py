"""What came of a neuro check: score, baseline and last side by side, the grade and its reason."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.models import Alert, AlertState
from alerts.policy import Family, Severity
from charting.models import PatientState
from charting.neuro_grades import grade_of
from grading.icans import DEVELOPMENTAL_DELAY
from grading.models import Assessment
from grading.reference import Scale
from grading.rules.vocabulary import UnableReason
from screens import call_card, labels, neuro_samples, reference_page, roster, strip, words
from screens.access import patient_for, user_of
from screens.badges import badge_of
from staff import permissions
from vitals.models import NeuroAssessment

_UNABLE: Final = {each.value: each.label for each in UnableReason} | {
    DEVELOPMENTAL_DELAY: "Delay in development"
}
_INTERPRETER: Final = {True: ", with an interpreter", False: ", without an interpreter", None: ""}
_OF: Final = {"ice_score": "of 10", "capd_score": "of 32"}


@dataclass(frozen=True, slots=True)
class _Found:
    """A check with its grade, read at one time on one ward's clock."""

    state: PatientState
    check: NeuroAssessment
    assessment: Assessment
    zone: tzinfo
    now: datetime

    def at(self, moment: datetime) -> str:
        return labels.clock(moment, zone=self.zone, now=self.now)


@require_safe
def neuro_result(request: HttpRequest, patient_id: int, check_id: int) -> HttpResponse:
    """Show what a check found and how it is graded now."""
    user, now = user_of(request), timezone.now()
    state = patient_for(user, patient_id)
    rows = NeuroAssessment.objects.filter(pk=check_id, patient_id=state.pk, withdrawn=False)
    check = rows.select_related("handwriting", "superseded_by").first()
    if check is None:
        raise Http404
    found = _Found(state, check, grade_of(check), strip.zone_of(state), now)
    alerts = list(
        Alert.objects.filter(patient_id=patient_id).not_closed().select_related("ward", "patient")
    )
    standing = sum(alert.state == AlertState.OPEN for alert in alerts)
    content = _content(found) | {
        "alert": _alert(alerts),
        "call_card": _call_card(found, alerts),
        "patient": strip.strip(state, now=now, alerts=standing),
    }
    if permissions.can_correct(user, state.ward) and _replaced_because(check) is None:
        content["correct_url"] = f"/patients/{patient_id}/neuro/{check_id}/correct/"
    return render(request, "screens/neuro_result.html", content)


def score_words(check: NeuroAssessment) -> str:
    """Return “ICE 8”, “CAPD 9” or why there is no score; never a number nobody recorded."""
    if check.ice_score is not None:
        return f"ICE {check.ice_score}"
    if check.capd_score is not None:
        return f"CAPD {check.capd_score}"
    if check.unable_reason and check.unable_reason != DEVELOPMENTAL_DELAY:
        return f"Not possible: {_UNABLE.get(check.unable_reason, check.unable_reason).lower()}"
    if check.ice_items is not None or check.capd_items is not None:
        return "Not complete"
    return "No score"


def headline(assessment: Assessment) -> str:
    """Say what the recorded values meet; never that the patient has a grade."""
    if assessment.grade is None:
        missing = ", ".join(words.fields(assessment.missing)) or "what decides it"
        if assessment.at_least:
            least = f"at least ASTCT ICANS grade {assessment.at_least}"
            return f"Recorded values meet {least} criteria: {missing} not known"
        return f"The ASTCT ICANS grade cannot be judged: {missing} not known"
    if assessment.grade == 0:
        return "Recorded values meet no ASTCT ICANS grade criteria"
    return f"Recorded values meet ASTCT ICANS grade {assessment.grade} criteria"


def _content(found: _Found) -> dict[str, Any]:
    check, assessment = found.check, found.assessment
    name = "capd_score" if _is_capd(check) else "ice_score"
    taken_at, now = found.at(check.taken_at), found.now
    has_written = getattr(check, "handwriting", None) is not None
    return {
        "client_id": check.client_id,
        "grade": badge_of(assessment),
        "headline": headline(assessment),
        "taken_at_label": f"{taken_at} ({labels.ago(check.taken_at, now=now)})",
        "score": score_words(check),
        "of": "" if getattr(check, name) is None else _OF[name],
        "compared": _compared(found, name),
        "because": assessment.because,
        "missing": words.fields(assessment.missing),
        "flags": _flags(found),
        "about": _about(check),
        "next_due_label": _next_due(found),
        "written": neuro_samples.sample(check, found.state, now=now) if has_written else None,
        "samples": neuro_samples.newest(found.state, now=now, before=check),
        "ruleset": assessment.ruleset,
        "reference_url": reference_page.url_of(
            assessment.grade, at_least=assessment.at_least, scale=Scale.ICANS
        ),
        "again_url": f"/patients/{found.state.pk}/record/neuro/",
        "patient_url": f"/patients/{found.state.pk}/timeline/",
        "course_url": f"/patients/{found.state.pk}/course/#neuro",
        "back_url": "/patients/",
    }


def _is_capd(check: NeuroAssessment) -> bool:
    by_capd = check.capd_score is not None or check.capd_items is not None
    return by_capd and check.ice_score is None and check.ice_items is None


def _compared(found: _Found, name: str) -> list[dict[str, Any]]:
    """The last check and the baseline of the same score, each with its age and the change."""
    earlier = NeuroAssessment.objects.filter(
        patient_id=found.state.pk, taken_at__lt=found.check.taken_at, **{f"{name}__isnull": False}
    ).in_force()
    newest_first = earlier.order_by("-taken_at", "-pk")
    return [
        _beside("Last", newest_first.first(), found, name),
        _beside("Baseline", newest_first.filter(is_baseline=True).first(), found, name),
    ]


def _beside(title: str, row: NeuroAssessment | None, found: _Found, name: str) -> dict[str, Any]:
    if row is None:
        return {"title": title, "value": "", "at": "none recorded", "change": ""}
    value = getattr(row, name)
    return {
        "title": title,
        "value": value,
        "at": f"{found.at(row.taken_at)}, {labels.ago(row.taken_at, now=found.now)}",
        "change": _change(getattr(found.check, name), value),
    }


def _change(now: int | None, before: int) -> str:
    if now is None:
        return ""
    if now == before:
        return "unchanged"
    return f"{abs(now - before)} {'lower' if now < before else 'higher'} now"


def _about(check: NeuroAssessment) -> list[str]:
    """How it was asked: language, interpreter, the things named."""
    asked = check.asked or {}
    lines = []
    if check.language:
        lines.append(f"In {check.language}{_INTERPRETER[check.interpreter]}")
    if asked.get("objects"):
        lines.append(f"Named: {', '.join(asked['objects'])}")
    if asked.get("command"):
        lines.append(f"Command: {asked['command'].lower()}")
    if check.is_baseline:
        lines.append("Marked as the baseline before the dose")
    return lines


def _flags(found: _Found) -> list[str]:
    flags = [labels.sentence(flag) for flag in found.assessment.flags]
    reason = _replaced_because(found.check)
    if reason is not None:
        flags.insert(0, f"This check was corrected and no longer counts. Reason: {reason}")
    if found.check.reason:
        flags.append(f"This check corrects an earlier one. Reason: {found.check.reason}")
    return flags


def _replaced_because(check: NeuroAssessment) -> str | None:
    later: NeuroAssessment | None = getattr(check, "superseded_by", None)
    return later.reason if later else None


def _next_due(found: _Found) -> str:
    due = roster.due_of(found.state)
    if due is None or due.neuro_due_at is None:
        return "Planned with the first full set"
    at = found.at(due.neuro_due_at)
    return f"By {at} ({labels.ago(due.neuro_due_at, now=found.now)})"


def _alert(alerts: list[Alert]) -> str:
    """What stands about the nervous system, in words; nothing for nothing."""
    for alert in alerts:
        if alert.family == Family.NEURO:
            return f"{alert.severity}: {labels.sentence(alert.words)}"
    return ""


def _call_card(found: _Found, alerts: list[Alert]) -> dict[str, Any] | None:
    """Whom to call about the danger that this check showed and nobody has answered."""
    for alert in alerts:
        of_this = alert.evidence.get("neuro") == found.check.pk
        if of_this and alert.severity == Severity.P1 and alert.state == AlertState.OPEN:
            return call_card.card(alert, now=found.now)
    return None
