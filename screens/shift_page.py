"""What a shift came to, for whoever runs the ward: a page, and the same on paper."""

from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts import shift
from alerts.models import RotaRole
from alerts.shift import Report
from alerts.shift_acts import Act
from audit import trail
from screens import labels
from screens.access import user_of, ward_for
from screens.answers import pdf_answer
from staff import permissions
from staff.models import User, Ward

_BACK: Final = {"": 0, "0": 0, "1": 1}
NOT_KNOWN: Final = "no set was due"


@require_safe
def shift_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show this shift, or the one before."""
    _, ward, back, now = _asked(request, code)
    found = shown(ward, back=back, now=now)
    acts = [(name, labels.sentence(name), found[name]) for name in ("overrides", "corrections")]
    content = found | {"ward": ward, "back": back, "acts": acts}
    return render(request, "screens/shift.html", content)


@require_safe
def shift_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the report as PDF, with patients by their number alone."""
    user, ward, back, now = _asked(request, code)
    from screens.paper import heads, shift_report  # the PDF writer loads slowly

    content = shown(ward, back=back, now=now)
    head = heads.of_ward(ward, "Shift report", content["title"], now=now, by=user.display_name())
    made = shift_report.make(head, content)
    trail.record(
        action="shift.printed", actor=user, scope=f"ward:{ward.pk}", subject=f"ward:{ward.pk}",
        at=now,
    )  # fmt: skip
    return pdf_answer(made, name=f"shift-{ward.code}-{now:%Y%m%dT%H%MZ}.pdf")


def shown(ward: Ward, *, back: int, now: datetime) -> dict[str, Any]:
    """Return the report in words: title, tiles and tables of rows."""
    span = shift.span_of(now, zone=ward.zone, back=back)
    found = shift.report(ward, span, now=now)
    end = span.end if now >= span.end else now
    title = f"{_stamp(span.start, ward)} to {_stamp(end, ward)}"
    return {
        "title": title if now >= span.end else f"{title}, not over",
        "tiles": _tiles(found),
        "answers": [_answer(each) for each in found.answers],
        "hours": [(f"{at:%H:%M}", str(count)) for at, count in found.lost_by_hour.items()],
        "overrides": [_act(each, ward) for each in found.overrides],
        "corrections": [_act(each, ward) for each in found.corrections],
        "gaps": [
            (RotaRole(gap.role).label, _stamp(gap.starts_at, ward), _stamp(gap.ends_at, ward))
            for gap in found.gaps
        ],
    }


def _asked(request: HttpRequest, code: str) -> tuple[User, Ward, int, datetime]:
    user = user_of(request)
    ward = ward_for(user, code)
    back = _BACK.get(request.GET.get("back", ""))
    if back is None or not permissions.can_see_shift_report(user, ward):
        raise Http404
    return user, ward, back, timezone.now()


def _tiles(found: Report) -> list[tuple[str, str, str]]:
    kept = found.compliance
    share = NOT_KNOWN if kept.percent is None else f"{kept.percent} %"
    raised = sum(row.raised for row in found.answers)
    still_open = sum(row.open for row in found.answers)
    return [
        ("Sets done within grace", share, f"{kept.kept} of {kept.due} due"),
        ("Alerts raised", str(raised), f"{still_open} open now"),
        ("Overrides", str(len(found.overrides)), "with their reasons below"),
        ("Corrections", str(len(found.corrections)), "sets, checks and results"),
        ("Gaps in the rota", str(len(found.gaps)), "of the roles a ward needs"),
    ]


def _answer(row: shift.AnswerRow) -> tuple[str, str, str, str, str]:
    waited = row.median_minutes
    return (
        row.severity,
        str(row.raised),
        str(row.answered),
        str(row.open),
        "not known: none answered" if waited is None else f"{waited:.1f} min",
    )


def _act(act: Act, ward: Ward) -> tuple[str, str, str, str, str]:
    return (_stamp(act.at, ward), act.mrn, act.what, act.reason or "no reason recorded", act.by)


def _stamp(at: datetime, ward: Ward) -> str:
    local = at.astimezone(ward.zone)
    return f"{local.day} {labels.MONTHS[local.month]} {local:%H:%M}"
