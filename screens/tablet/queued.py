"""A set typed without a network arrives: stored as who typed it, at the time it was true."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, transaction
from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from audit import trail
from charting import chart
from charting.chart import Charted, ConflictError
from charting.entry import Entry, EntryRefusedError, FieldError
from charting.models import PatientState
from screens import entry_form, labels, near_sets, roster, strip, words
from screens.tablet.envelope import Envelope, MalformedError
from staff import offline_grant, permissions
from staff.models import User
from staff.offline_grant import Grant, GrantRefusedError

_CONFLICT: Final = (
    "Another set was saved under this number. Open the patient, compare, "
    "and chart this one again or discard it."
)
_NOT_THEIRS: Final = "This patient is not on the wards of who typed this set."


@dataclass(frozen=True, slots=True)
class Arrival:
    """A set, who typed it, and when the server sees it."""

    sent: Envelope
    owner: User
    state: PatientState
    now: datetime


# The grant in the body says who typed; no cookie is believed, so none can be abused.
@csrf_exempt
@login_not_required
@require_POST
def queued(request: HttpRequest) -> JsonResponse:
    """Store a queued set once: 201 when new, 200 when it is here already, else words."""
    now = timezone.now()
    try:
        sent = Envelope.read(request.body)
        grant = offline_grant.read(sent.grant, captured_at=sent.captured_at, now=now)
    except MalformedError as error:
        return JsonResponse({"errors": [{"label": "", "message": str(error)}]}, status=400)
    except GrantRefusedError as error:
        return _no(sent, 401, [FieldError("", None, str(error))])
    state = _state_for(grant, sent)
    if state is None:
        return _no(sent, 404, [FieldError("", None, _NOT_THEIRS)])
    return _answer(request, Arrival(sent, grant.user, state, now))


def _answer(request: HttpRequest, arrival: Arrival) -> JsonResponse:
    try:
        charted = _store(request, arrival)
    except EntryRefusedError as refused:
        return _no(arrival.sent, 422, refused.errors)
    except ConflictError:
        return _no(arrival.sent, 409, [FieldError("", None, _CONFLICT)])
    except OperationalError:
        # Whether a commit happened is unknown; the same number makes a repeat safe.
        return JsonResponse({"client_id": str(arrival.sent.client_id), "again": True}, status=503)
    stored = charted.observations
    return JsonResponse(
        {
            "client_id": str(stored.client_id),
            "stored": stored.pk,
            "url": f"/patients/{stored.patient_id}/sets/{stored.pk}/",
            "near": [
                near_sets.words(each, zone=strip.zone_of(arrival.state), now=arrival.now)
                for each in near_sets.near(stored)
            ],
        },
        status=201 if charted.is_new else 200,
    )


def _store(request: HttpRequest, arrival: Arrival) -> Charted:
    sent = arrival.sent
    entry = _entry(arrival)
    session = request.user.pk if request.user.is_authenticated else None
    with transaction.atomic():
        charted = chart.chart_observations(
            patient_id=arrival.state.pk, entry=entry, charted_by=arrival.owner, now=arrival.now
        )
        if charted.is_new:
            trail.record(
                action="observations.arrived_from_queue",
                actor=arrival.owner,
                scope=f"patient:{arrival.state.pk}",
                subject=f"set:{charted.observations.pk}",
                at=arrival.now,
                detail={"tablet": sent.tablet, "sent_in_session_of": session},
            )
    return charted


def _entry(arrival: Arrival) -> Entry:
    """Read the form as it was when it was saved, so that it is the same entry."""
    sent = arrival.sent
    # The wall clock that the nurse read is resolved as of then: late at night it may be another.
    typed_at = min(sent.captured_at, arrival.now)
    form = QueryDict(mutable=True)
    for name, value in sent.fields:
        form.appendlist(name, value)
    entry = entry_form.entry_of(form, zone=strip.zone_of(arrival.state), now=typed_at)
    if entry.client_id != sent.client_id:
        raise EntryRefusedError([FieldError("client_id", None, "is not the number of this set")])
    kept = {"captured_at": sent.captured_at.isoformat(), "clock": sent.clock, "tablet": sent.tablet}
    # Nobody is there to be asked about an unusual value: it is stored, and marked for review.
    return replace(
        entry,
        charted_at=typed_at,
        confirmed=None,
        as_entered={**entry.as_entered, "offline": kept},
    )


def _state_for(grant: Grant, sent: Envelope) -> PatientState | None:
    """The patient, when they are, or were when the leave was given, on a ward of who typed."""
    state = roster.states().filter(pk=sent.patient_id).first()
    if state is None or permissions.can_chart(grant.user, state.ward):
        return state
    was_theirs = sent.patient_id in grant.patients and grant.user.role in permissions.CHART
    return state if was_theirs else None


def _no(sent: Envelope, status: int, errors: list[FieldError]) -> JsonResponse:
    said = [
        {"label": labels.sentence(words.field(e.field)) if e.field else "", "message": e.message}
        for e in errors
    ]
    return JsonResponse({"client_id": str(sent.client_id), "errors": said}, status=status)
