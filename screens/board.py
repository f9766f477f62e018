"""The ward board: a page, and the JSON that keeps it true."""

from datetime import datetime
from typing import Final

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from alerts import tablets
from screens import context
from screens.access import user_of, ward_for
from screens.boards import content
from screens.boards.acts import nurses_of
from screens.boards.content import Board
from staff import permissions
from staff.models import Ward

REFRESH_SECONDS: Final = 5
WARD_CLOCK: Final = "X-Ward-Clock"
SERVER_TIME: Final = "X-Server-Time"
RULES_RAN: Final = "X-Rules-Ran"


@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    """Show the ward; the first tiles come with the page."""
    user = user_of(request)
    ward, now = ward_for(user, code), timezone.now()
    may = {
        "arrange": permissions.can_arrange_beds(user, ward),
        "assign": permissions.can_assign_nurse(user, ward),
        "acknowledge": permissions.can_acknowledge(user, ward),
        "call_next": permissions.can_call_next(user, ward),
        "pause": permissions.can_pause(user, ward),
    }
    return render(
        request,
        "screens/board.html",
        {
            "ward": ward,
            "refresh_seconds": REFRESH_SECONDS,
            "rules_ran": _seconds(context.rules_ran_at(request)),
            "may": may,
            "nurses": nurses_of(ward) if may["assign"] else [],
            "board": orjson.loads(_content(request, ward, now=now).json),
        },
    )


@require_safe
def board_json(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the ward's tiles, or 304 when nothing but the clock has moved."""
    ward, now = ward_for(user_of(request), code), timezone.now()
    return answer(request, _content(request, ward, now=now), ward=ward, now=now)


def answer(request: HttpRequest, found: Board, *, ward: Ward, now: datetime) -> HttpResponse:
    """Return the board with its tag, or 304 to a page that has it.

    Either way the clocks come along: the ward's, ours, and when the rules last ran.
    """
    whole = HttpResponse(found.json, content_type="application/json", headers={"ETag": found.etag})
    response = get_conditional_response(request, etag=found.etag, response=whole) or whole
    response.headers[WARD_CLOCK] = f"{now.astimezone(ward.zone):%H:%M:%S}"
    response.headers[SERVER_TIME] = str(int(now.timestamp()))
    response.headers[RULES_RAN] = str(_seconds(context.rules_ran_at(request)) or "")
    return response


def _content(request: HttpRequest, ward: Ward, *, now: datetime) -> Board:
    return content.board(
        ward,
        alerting=context.alerting(request, ward=ward),
        tablets=tablets.troubles(ward, now=now),
        now=now,
    )


def _seconds(at: datetime | None) -> int | None:
    return None if at is None else int(at.timestamp())
