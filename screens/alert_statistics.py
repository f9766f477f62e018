"""The alerts of a ward against their budget: a page, and the same table as CSV."""

import csv
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts import noise, statistics
from alerts.models import Channel
from alerts.noise import Band, Share
from alerts.policy import WORDS
from alerts.statistics import Statistics
from alerts.tallies import AnswerRow, BandRow, RuleRow
from screens import alert_words, labels
from screens.access import own_wards, user_of, ward_for
from staff import permissions
from staff.models import User, Ward

NOT_ENOUGH: Final = "not enough data"
_BANDS: Final = {
    Band.CALM: "Interruptive alerts at grade 0\u00a0or\u00a01",
    Band.ILL: "Interruptive alerts at grade 2\u00a0or\u00a0more",
}
_COLUMNS: Final = (
    "rule", "meaning", "fired", "interruptive", "acted_on", "judged", "acted_on_percent",
    "put_off", "closed_by_person", "escalated", "to_review",
)  # fmt: skip


@require_safe
def alert_statistics(request: HttpRequest, code: str) -> HttpResponse:
    """Show the last 7 or 28 days of a ward."""
    user, ward, days = _asked(request, code)
    now = timezone.now()
    found = statistics.of_ward(ward, days=days, now=now)
    shown = {
        "ward": ward,
        "wards": [
            each for each in own_wards(user) if permissions.can_see_alert_statistics(user, each)
        ],
        "days": days,
        "spans": statistics.SPANS_DAYS,
        "since": labels.clock(found.since, zone=ward.zone, now=now),
        "found": found,
        "tiles": _tiles(found),
        "rules": [_row(each) for each in found.rules],
        "answers": [_answer(each) for each in found.answers],
        "rungs": [(labels.sentence(alert_words.duties(each.tells)), each) for each in found.rungs],
        "messages_sent": [(Channel(each.channel).label, each) for each in found.messages],
        "acted_words": noise.ACTED_WORDS,
        "review": (noise.REVIEW_BELOW_PERCENT, noise.REVIEW_FROM_FIRINGS),
    }
    return render(request, "screens/alert_statistics.html", shown)


@require_safe
def alert_statistics_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Give the table of rules as a file; an empty cell is not enough data."""
    _, ward, days = _asked(request, code)
    now = timezone.now()
    found = statistics.of_ward(ward, days=days, now=now)
    day = now.astimezone(ward.zone).date().isoformat()
    name = f"alerts-{ward.code}-{day}-{days}-days.csv"
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    table = csv.writer(answer)
    table.writerow(_COLUMNS)
    for row in found.rules:
        table.writerow(_cells(row))
    return answer


def _asked(request: HttpRequest, code: str) -> tuple[User, Ward, int]:
    user = user_of(request)
    ward = ward_for(user, code, may=permissions.can_see_alert_statistics)
    days = {str(each): each for each in statistics.SPANS_DAYS}
    return user, ward, days.get(request.GET.get("days", ""), statistics.SPANS_DAYS[0])


def _cells(row: RuleRow) -> list[Any]:
    percent = row.share.percent
    return [
        row.rule.value, row.label, row.fired, row.interruptive, row.share.acted, row.share.judged,
        "" if percent is None else f"{percent:.0f}", row.put_off, row.closed_by_person,
        row.escalated, "yes" if row.is_to_review else "no",
    ]  # fmt: skip


def _row(row: RuleRow) -> dict[str, Any]:
    return {
        "name": row.rule.value,
        "label": row.label,
        "row": row,
        "percent": _percent(row.share),
        "bar": _tenth(row.share.percent),
        "title": labels.sentence(WORDS[row.rule]),
    }


def _tiles(found: Statistics) -> list[dict[str, Any]]:
    bands = [_band(row) for row in found.bands if row.band in _BANDS]
    acted = found.p1_share
    least = statistics.BUDGET_P1_ACTED_PERCENT
    useful = {
        "label": "P1 alerts acted on within 6 h",
        "value": _percent(acted),
        "detail": f"{acted.acted} of {acted.judged} that can be judged",
        "budget": f"at least {least} %",
        "is_within": None if acted.percent is None else acted.percent >= least,
    }
    return [*bands, useful, *(_answered(row) for row in found.answers)]


def _band(row: BandRow) -> dict[str, Any]:
    most = statistics.BUDGET_PER_PATIENT_DAY[row.band]
    return {
        "label": _BANDS[row.band],
        "value": NOT_ENOUGH if row.rate is None else f"{row.rate:.2f}",
        "unit": "" if row.rate is None else "per patient-day",
        "detail": f"{row.alerts} in {row.patient_days:.1f} patient-days",
        "budget": f"at most {most:g}",
        "is_within": None if row.rate is None else row.rate <= most,
    }


def _answered(row: AnswerRow) -> dict[str, Any]:
    most = statistics.BUDGET_ANSWER_MINUTES[row.severity]
    median = row.median_minutes
    return {
        "label": f"Time to answer a {row.severity}, median",
        "value": _minutes(median),
        "detail": f"{row.answered} of {row.alerts} answered",
        "budget": f"at most {most} min",
        "is_within": None if median is None else median <= most,
    }


def _answer(row: AnswerRow) -> dict[str, Any]:
    return {
        "severity": row.severity,
        "row": row,
        "unanswered": row.alerts - row.answered,
        "median": _minutes(row.median_minutes),
        "p90": _minutes(row.p90_minutes),
        "budget": statistics.BUDGET_ANSWER_MINUTES[row.severity],
    }


def _percent(share: Share) -> str:
    return NOT_ENOUGH if share.percent is None else f"{share.percent:.0f} %"


def _tenth(percent: float | None) -> int | None:
    """The length of the bar in tenths, for a style class; None draws none."""
    return None if percent is None else round(percent / 10)


def _minutes(minutes: float | None) -> str:
    if minutes is None:
        return NOT_ENOUGH
    return f"{minutes:.1f} min" if minutes < 10 else f"{minutes:.0f} min"
