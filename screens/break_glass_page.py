"""Break-glass: open one patient of another ward, end it, and look at who did."""

from datetime import datetime
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from charting.break_glass import opening as glass
from charting.break_glass.models import BreakGlass, Reason
from charting.break_glass.opening import Asked, Outcome
from screens import labels
from screens.access import own_wards, user_of
from staff import permissions
from staff.models import Role, User

_MOST_SHOWN: Final = 200
_LONGEST_MRN: Final = 40
_LONGEST_WORDS: Final = 200
_NO_MATCH: Final = (
    "No patient has this MRN and this date of birth together. Read both from the wristband or the "
    "referral. This attempt is on record."
)
_TOO_MANY: Final = (
    "Too many attempts without a match in the last hour. Telephone the ward where the patient is."
)


class BreakGlassForm(forms.Form):
    """Two identifiers that are read from somewhere, and why."""

    mrn = forms.CharField(
        label="MRN", max_length=_LONGEST_MRN, widget=forms.TextInput({"autocapitalize": "none"})
    )
    birth_date = forms.DateField(
        label="Date of birth",
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.ChoiceField(
        label="Why you need this patient", choices=[("", "Choose"), *Reason.choices]
    )
    words = forms.CharField(
        label="In your own words",
        max_length=_LONGEST_WORDS,
        help_text="Read by those who review it. No name, no MRN.",
    )

    def asked(self) -> Asked:
        """Return what was typed."""
        said = self.cleaned_data
        return Asked(said["mrn"], said["birth_date"], Reason(said["reason"]), said["words"])


class ReviewForm(forms.Form):
    """What came of looking at an opening."""

    code = forms.CharField(max_length=8)
    finding = forms.CharField(max_length=_LONGEST_WORDS)


@require_http_methods(["GET", "HEAD", "POST"])
def break_glass(request: HttpRequest) -> HttpResponse:
    """Ask for two identifiers and a reason; on a match lead to the patient."""
    user, now = user_of(request), timezone.now()
    if not permissions.can_break_glass(user):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, BreakGlassForm())
    form = BreakGlassForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    answer = glass.open_patient(form.asked(), by=user, now=now)
    if answer.outcome is Outcome.NO_MATCH:
        return _page(request, form, status=404, refused=_NO_MATCH)
    if answer.outcome is Outcome.TOO_MANY:
        return _page(request, form, status=429, refused=_TOO_MANY)
    return redirect(f"/patients/{answer.patient_id}/timeline/")


@require_POST
def end_opening(request: HttpRequest, code: str) -> HttpResponse:
    """End one's own opening before its time."""
    opening = BreakGlass.objects.filter(code=code, user=user_of(request)).first()
    if opening is None:
        raise Http404
    if glass.end(opening, now=timezone.now()):
        messages.success(request, "Closed: this patient is no longer open to you.")
    return redirect("/break-glass/")


@require_http_methods(["GET", "HEAD", "POST"])
def openings(request: HttpRequest) -> HttpResponse:
    """List who opened a patient of another ward, when and why; a POST keeps what a review found."""
    user, now = user_of(request), timezone.now()
    if not permissions.can_review_break_glass(user):
        raise PermissionDenied
    if request.method == "POST":
        return _reviewed(request, user, now=now)
    rows = BreakGlass.objects.complete().order_by("-opened_at", "-pk")[:_MOST_SHOWN]
    wards = own_wards(user)
    content = {"rows": [_row(each, user, now=now, wards=wards) for each in rows]}
    return render(request, "screens/openings.html", content)


def _reviewed(request: HttpRequest, user: User, *, now: datetime) -> HttpResponse:
    form = ReviewForm(request.POST)
    code = request.POST.get("code", "")
    opening = BreakGlass.objects.filter(code=code).first()
    if opening is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, "Say what you found, in at most 200 characters.")
    elif glass.review(opening, finding=form.cleaned_data["finding"], by=user, now=now):
        messages.success(request, f"Opening {opening.code} is reviewed.")
    else:
        messages.error(request, "It was reviewed before, or it is your own.")
    return redirect("/break-glass/openings/")


def _row(opening: BreakGlass, user: User, *, now: datetime, wards: list[Any]) -> dict[str, Any]:
    """One opening; the patient is a number here, for a reviewer need not know who it is."""
    zone = wards[0].zone if wards else timezone.get_default_timezone()
    ended, review = getattr(opening, "end", None), getattr(opening, "review", None)
    until = ended.at if ended else opening.ends_at
    return {
        "code": opening.code,
        "who": opening.user.display_name(),
        "role": Role(opening.user.role).label,
        "patient": opening.patient_id,
        "reason": Reason(opening.reason).label,
        "words": opening.words,
        "opened": labels.clock(opening.opened_at, zone=zone, now=now),
        "until": labels.clock(until, zone=zone, now=now),
        "is_open": until > now,
        "is_own": opening.user_id == user.pk,
        "review": {
            "by": review.by.display_name(),
            "at": labels.clock(review.at, zone=zone, now=now),
            "finding": review.finding,
        }
        if review
        else None,
    }


def _page(
    request: HttpRequest, form: BreakGlassForm, *, status: int = 200, refused: str = ""
) -> HttpResponse:
    content = {"form": form, "refused": refused, "minutes": settings.CRS_BREAK_GLASS_MINUTES}
    return render(request, "screens/break_glass.html", content, status=status)
