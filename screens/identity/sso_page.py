"""To the hospital's own sign-in and back; where that fails, plainly why and what still works."""

from typing import Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from identity import accounts, single_sign_on
from identity.accounts import NotAdmittedError, Why
from identity.record import note
from identity.single_sign_on import NotVouchedError, UnreachableError
from screens.sign_in import enter
from screens.wanted import wanted

_NOT_ADMITTED: Final = {
    Why.NO_GROUP: "The hospital knows you, but none of your groups has a place in CRS Monitor. "
    "Ask whoever gives out the groups.",
    Why.NAME_TAKEN: "An account of this name was made here by hand, and is not marked for single "
    "sign-on. Only an administrator can say that it is yours.",
    Why.NAME_UNUSABLE: "Your name at the hospital cannot be a sign-in name here. Tell the "
    "administrator.",
    Why.CLOSED: "This account is closed. Ask the administrator.",
}
# Not 503: this server is well, and a tablet would show its page for a server that is not.
_OF_ANOTHER: Final = 424
_UNREACHABLE: Final = "The hospital's sign-in does not answer."
_NOT_VOUCHED: Final = (
    "The hospital's sign-in did not confirm who you are, or the answer came too late, or twice. "
    "Nobody was signed in."
)


@login_not_required
@require_safe
def to_single_sign_on(request: HttpRequest) -> HttpResponse:
    """Send the browser to the hospital's sign-in; where there is none, to our own."""
    if not settings.CRS_OIDC:
        return redirect(settings.LOGIN_URL)
    try:
        return single_sign_on.begin(request, then=wanted(request) or "/")
    except UnreachableError:
        return _refused(request, _UNREACHABLE, status=_OF_ANOTHER)


@login_not_required
@require_safe
def from_single_sign_on(request: HttpRequest) -> HttpResponse:
    """Take the answer, and sign in whoever was vouched for and has a place here."""
    if not settings.CRS_OIDC:
        return redirect(settings.LOGIN_URL)
    now = timezone.now()
    try:
        vouched = single_sign_on.finish(request)
        user = accounts.admit(vouched.claims, now=now)
    except UnreachableError:
        return _refused(request, _UNREACHABLE, status=_OF_ANOTHER)
    except NotVouchedError:
        note("session.refused", None, None, at=now, way="sso", why="not_vouched")
        return _refused(request, _NOT_VOUCHED, status=403)
    except NotAdmittedError as refusal:
        return _refused(request, _NOT_ADMITTED[refusal.why], status=403)
    several = settings.CRS_OIDC.is_second_factor and vouched.claims.had_several_factors
    return enter(request, user, way="sso", then=vouched.then, has_second=several)


def _refused(request: HttpRequest, words: str, *, status: int) -> HttpResponse:
    content = {
        "words": words,
        "single_sign_on": settings.CRS_OIDC,
        "is_down": status == _OF_ANOTHER,
    }
    return render(request, "staff/sso_refused.html", content, status=status)
