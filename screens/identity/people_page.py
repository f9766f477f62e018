"""How people sign in, for administrators: second factors, sessions, single sign-on."""

import secrets
from datetime import datetime
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from identity import accounts, passwords, second_factor, sessions, setting_up
from identity.record import note
from screens.access import user_of
from screens.identity import notices
from screens.identity.account_page import number_in, row
from staff import permissions
from staff.models import Role, User

# No letter or digit that is read as another one from a slip of paper.
_ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@require_safe
def people_page(request: HttpRequest) -> HttpResponse:
    """List everybody who can sign in, with what they sign in by."""
    _administrator(request)
    have_one = set(
        Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values_list(
            "user_id", flat=True
        )
    )
    people = User.objects.exclude(role=Role.INTEGRATION).order_by("username")
    rows = [
        {
            "pk": person.pk,
            "name": person.display_name(),
            "username": person.username,
            "role": person.role_label(),
            "is_active": person.is_active,
            "has_factor": person.pk in have_one,
            "needs_factor": second_factor.always_needs_one(person),
            "by": _way_of(person),
        }
        for person in people
    ]
    return render(request, "staff/people.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def person_page(request: HttpRequest, user_id: int) -> HttpResponse:
    """Show how one person signs in; a POST changes it, on record."""
    by, now = _administrator(request), timezone.now()
    person = User.objects.filter(pk=user_id).exclude(role=Role.INTEGRATION).first()
    if person is None:
        raise Http404
    if request.method != "POST":
        return _page(request, person, now=now)
    done = _ACTS.get(request.POST.get("do", ""))
    if done is None:
        return _page(request, person, now=now, status=400)
    if request.POST["do"] == "password":
        return _give_password(request, person, by=by, now=now)
    words = done(request, person, by=by, now=now)
    messages.success(request, words)
    return redirect(f"/people/{person.pk}/")


def _reset(_request: HttpRequest, person: User, *, by: User, now: datetime) -> str:
    with transaction.atomic():
        if not setting_up.reset(person, by=by, now=now):
            return "There was no second factor."
        sessions.end_all(person, by=by, now=now)
        notices.second_factor_reset(person, now=now)
    return "The second factor is gone, every session has ended, and the person is told by mail."


def _end(request: HttpRequest, person: User, *, by: User, now: datetime) -> str:
    number = number_in(request, "number")
    if number is None:
        return f"Ended: {sessions.end_all(person, by=by, now=now)}."
    return "Ended." if sessions.end(person, number, by=by, now=now) else "It had ended."


def _mark(_request: HttpRequest, person: User, *, by: User, now: datetime) -> str:
    if person.is_emergency:
        return "An emergency account must not depend on single sign-on."
    accounts.link(person, by=by, now=now)
    return "Whoever the hospital vouches for under this name signs in to this account."


def _unmark(_request: HttpRequest, person: User, *, by: User, now: datetime) -> str:
    accounts.unlink(person, by=by, now=now)
    return "This account signs in by password alone."


@transaction.atomic
def _emergency(request: HttpRequest, person: User, *, by: User, now: datetime) -> str:
    wanted = request.POST.get("emergency") == "1"
    if wanted and person.is_single_sign_on:
        return "An emergency account must not depend on single sign-on."
    User.objects.filter(pk=person.pk).update(is_emergency=wanted)
    note("emergency.marked" if wanted else "emergency.unmarked", by, person, at=now)
    return "Every sign-in of it will be reported." if wanted else "It is an ordinary account."


@sensitive_variables("code")
def _give_password(request: HttpRequest, person: User, *, by: User, now: datetime) -> HttpResponse:
    """Give a new password to somebody who forgot theirs; shown this once."""
    if person.is_single_sign_on:
        return _page(request, person, now=now, status=400)
    code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    with transaction.atomic():
        passwords.give(person, code, by=by, now=now)
        sessions.end_all(person, by=by, now=now)
    return _page(request, person, now=now, slip=code)


_ACTS: Final[dict[str, Any]] = {
    "reset": _reset,
    "end": _end,
    "mark": _mark,
    "unmark": _unmark,
    "emergency": _emergency,
    "password": _give_password,
}


def _administrator(request: HttpRequest) -> User:
    user = user_of(request)
    if not permissions.can_manage_sign_in(user):
        raise Http404
    return user


def _page(
    request: HttpRequest, person: User, *, now: datetime, status: int = 200, slip: str = ""
) -> HttpResponse:
    content = {
        "person": person,
        "role": person.role_label(),
        "by": _way_of(person),
        "kinds": second_factor.kinds(person),
        "needs_factor": second_factor.always_needs_one(person),
        "waits": second_factor.waits_until(person, now=now),
        "rows": [row(each, now=now) for each in sessions.of(person, now=now)],
        "slip": slip,
    }
    return render(request, "staff/person.html", content, status=status)


def _way_of(person: User) -> str:
    if person.is_emergency:
        return "password, emergency account"
    return "single sign-on" if person.is_single_sign_on else "password"
