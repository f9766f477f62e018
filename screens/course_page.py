"""Course and scores: the episodes of CRS in one table, and each score with what it rests on."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from charting import course
from charting import state as charting_state
from charting.models import PatientState
from grading.episodes import Episode
from grading.rules.scores import Score, ScorePart, Used
from grading.rules.scores_hematotox import HEMATOTOX
from grading.rules.scores_sheets import SHEETS
from patients.windows import Dose, course_start
from screens import labels, neuro_list, strip
from screens.access import patient_for, user_of
from screens.badges import badge

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Clock:
    """The ward's clock and calendar, as every time on the page is told."""

    now: datetime
    zone: tzinfo
    doses: list[Dose]

    def at(self, moment: datetime) -> str:
        """Time and, when it is not today's, the day."""
        return labels.clock(moment, zone=self.zone, now=self.now)

    def day(self, moment: datetime) -> str:
        """The day of the course, such as “D5”; nothing without a dose."""
        start = course_start(self.doses, at=moment)
        return strip.day_label(start, now=moment, zone=self.zone).split(" ")[0]


@require_safe
def course_page(request: HttpRequest, patient_id: int) -> HttpResponse:
    """Show the course as it is known now; nothing on this page is stored."""
    state = patient_for(user_of(request), patient_id)
    return render(request, "screens/course.html", _content(state, now=timezone.now()))


def _content(state: PatientState, *, now: datetime) -> dict[str, Any]:
    known = course.report(state, now=now)
    clock = _Clock(now, strip.zone_of(state), charting_state.doses_of(state))
    return {
        "patient": strip.strip(state, now=now),
        "episodes": [_episode(each, clock) for each in reversed(known.episodes)],
        "flags": known.flags,
        "scores": [_score(each, clock) for each in known.scores],
        "neuro": neuro_list.neuro_list(state, now=now),
        "timeline_url": f"/patients/{state.pk}/timeline/",
        "summary_url": f"/patients/{state.pk}/summary.pdf",
        "as_of": clock.at(now),
    }


def _episode(row: Episode, clock: _Clock) -> dict[str, Any]:
    peak = row.peak
    return {
        "number": row.number,
        "onset": clock.at(row.onset_at),
        "after_dose": _after_dose(row),
        "peak": badge(peak.at_least if peak.is_known else None, at_least=peak.at_least),
        "peak_words": f"{'Grade' if peak.is_known else 'At least grade'} {peak.at_least}",
        "peak_at": clock.at(peak.at),
        "not_fully_graded": row.not_fully_graded,
        "grade": badge(row.grade, at_least=row.at_least),
        "graded_at": clock.at(row.graded_at),
        "resolved_at": "" if row.resolved_at is None else clock.at(row.resolved_at),
        "signs_gone_at": "" if row.signs_gone_at is None else clock.at(row.signs_gone_at),
        "lasted": f"{row.lasted / timedelta(days=1):.1f} d",
        "fever": f"{row.fever / _HOUR:.0f} h",
        "recurrence_of": row.recurrence_of,
    }


def _after_dose(row: Episode) -> str:
    """Return “D3, 74 h after the dose”; an onset before the dose says so."""
    if row.onset_day is None or row.onset_hours is None:
        return "no dose recorded"
    side = "before" if row.onset_hours < 0 else "after"
    day = f"D{row.onset_day}".replace("-", "−")
    hours = int(abs(row.onset_hours))
    return f"{day}, {hours or 'less than 1'} h {side} the dose"


def _score(row: Score, clock: _Clock) -> dict[str, Any]:
    sheet = SHEETS[row.name]
    return {
        "name": row.name,
        "title": sheet.title,
        "formula": sheet.formula,
        "value": _value(row, has_formula=bool(sheet.formula)),
        "reading": row.reading,
        "missing": [sheet.items[name] for name in row.missing],
        "refused": row.refused,
        "parts": [_part(each, row, clock) for each in row.parts],
        "apart": _apart(row),
        "caution": row.caution,
        "ruleset": row.ruleset,
    }


def _value(row: Score, *, has_formula: bool) -> str:
    if row.value is None:
        return ""
    return labels.number(round(row.value, 2) if has_formula else row.value)


def _part(part: ScorePart, row: Score, clock: _Clock) -> dict[str, Any]:
    return {
        "label": part.label,
        "points": part.points,
        "words": "" if part.points is None else part.words,
        "source": f"{part.source}, {part.verification_tag}",
        # What was taken before the cells is meant to be old.
        "used": [_used(one, clock, may_be_old=row.name == HEMATOTOX.name) for one in part.used],
    }


def _used(one: Used, clock: _Clock, *, may_be_old: bool) -> dict[str, Any]:
    if one.taken_at is None:
        return {"said": one.said, "at": "", "age": "", "is_old": False}
    old = clock.now - one.taken_at > course.OLD_AFTER and not may_be_old
    return {
        "said": one.said,
        "at": f"{clock.day(one.taken_at)} {clock.at(one.taken_at)}".strip(),
        "age": labels.ago(one.taken_at, now=clock.now),
        "is_old": old,
    }


def _apart(row: Score) -> str:
    """Return how far apart the values used are, in hours begun."""
    if row.apart is None:
        return ""
    hours = -(-row.apart // _HOUR)
    return f"From values up to {hours} h apart." if hours else "From values taken together."
