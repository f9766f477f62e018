"""After each answer that showed a patient, put on record who looked."""

import logging
from collections.abc import Callable
from typing import Final

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch
from django.utils import timezone

from audit import reading
from staff import permissions
from staff.models import User

logger = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]
_READS: Final = frozenset({"GET", "HEAD"})
# A search that is sent in a body, so that no log of addresses holds it.
READ_BY_POST: Final = frozenset({"audit", "compare", "fhir/(kind)/_search"})
# Lists of the patients, or their alerts, of all of one's wards.
LISTS: Final = frozenset(
    {
        "alerts",
        "api/v1/alerts",
        "api/v1/patients",
        "patients",
        "tablet/pack",
    }
)
# Addresses with a ward in them that show no patient, and why.
SHOWS_NOBODY: Final = {
    "wards/(code)/wall": "the wall names nobody: beds and colors, for whoever passes",
    "wards/(code)/rota": "who is on call, and no patient",
    "api/v1/wards/(code)/rota": "who is on call, and no patient",
    "wards/(code)/rules": "alert minutes, and no patient",
    "api/v1/wards/(code)/rules": "alert minutes, and no patient",
    "wards/(code)/agency": "accounts of agency nurses",
    "api/v1/wards/(code)/agency": "accounts of agency nurses",
    "api/v1/wards/(code)/devices": "tablets",
    "wards/(code)/alerts": "counts of alerts, and no patient",
    "wards/(code)/alerts.csv": "counts of alerts, and no patient",
    "api/v1/wards/(code)/alert-statistics": "counts of alerts, and no patient",
}


class ReadTrailMiddleware:
    """Stands inside of everything that says who is signed in, and on which tablet."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Collect what the view opens; write it once, when it was shown."""
        with reading.collected() as seen:
            response = self.get_response(request)
        match = request.resolver_match
        user = request.user
        if match is None or not isinstance(user, User) or not _was_shown(request, response):
            return response
        look = look_of(match, str(request.method), seen.patients, user)
        if look is not None:
            try:
                reading.put_on_record(look, by=user, now=timezone.now())
            except DatabaseError:
                # A chart that cannot be read harms sooner than a look that is not written.
                logger.exception("audit.look_not_written")
        return response


def look_of(
    match: ResolverMatch, method: str, patients: set[int], user: User
) -> reading.Look | None:
    """What an answer showed, from its address and what the view opened; None for nobody."""
    surface = reading.surface_of(match.route, match.kwargs)
    if method not in _READS and surface not in READ_BY_POST:
        return None
    if isinstance(match.kwargs.get("patient_id"), int):
        patients = patients | {match.kwargs["patient_id"]}
    code = match.kwargs.get("code")
    if isinstance(code, str) and "wards/" in surface:
        return None if surface in SHOWS_NOBODY else reading.of_ward(surface, code)
    if patients:
        openings = getattr(user, "_openings", {})
        return reading.of_patients(surface, patients, openings=openings)
    if surface in LISTS:
        return reading.of_own_wards(surface, permissions.ward_ids(user))
    return None


def _was_shown(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether a page was sent, or the browser told to show what it has."""
    return 200 <= response.status_code < 300 or response.status_code == 304
