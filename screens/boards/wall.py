"""The wall display of a ward: beds without names, read from across the corridor."""

from datetime import datetime
from typing import Any, Final

import orjson
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from screens import context
from screens.access import user_of
from screens.board import REFRESH_SECONDS, answer
from screens.boards import content, plan
from screens.boards.content import Board
from screens.boards.kept import Kept
from screens.boards.reading import Facts
from screens.boards.tile import Place, tile
from staff import permissions
from staff.models import BoardLabel, Ward

# On the ward's clock; the last hour is out.
NIGHT_FROM_HOUR: Final = 22
NIGHT_UNTIL_HOUR: Final = 6
# Nothing else of a tile leaves for a wall that visitors pass: no name, number, product or value.
_SHOWN: Final = (
    "bed_id", "bed", "chip", "grade", "icans", "trend", "due", "set_at",
    "opens_today",
)  # fmt: skip
_SHOWN_OF_ALERT: Final = ("severity", "state", "raised_at")


@require_safe
def wall(request: HttpRequest, code: str) -> HttpResponse:
    """Show the wall; the first beds come with the page."""
    ward, now = _ward(request, code), timezone.now()
    found = orjson.loads(_content(request, ward, now=now).json)
    page = {"ward": ward, "refresh_seconds": REFRESH_SECONDS, "board": found}
    return render(request, "screens/wall.html", page)


@require_safe
def wall_json(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the beds of the wall, or 304 when nothing but the clock has moved."""
    ward, now = _ward(request, code), timezone.now()
    return answer(request, _content(request, ward, now=now), ward=ward, now=now)


def wall_tile(facts: Facts, place: Place, *, now: datetime) -> dict[str, Any]:
    """Return what a wall shows of one patient: a bed, a neutral chip, and how urgent it is."""
    whole = tile(facts, place, now=now)
    alerts = [{name: each[name] for name in _SHOWN_OF_ALERT} for each in whole["alerts"]]
    return {name: whole[name] for name in _SHOWN} | {"alerts": alerts}


def is_night(at: datetime) -> bool:
    """Whether a moment on the ward's clock lies in the night."""
    return at.hour >= NIGHT_FROM_HOUR or at.hour < NIGHT_UNTIL_HOUR


_TILES: Final = Kept(wall_tile)


def _ward(request: HttpRequest, code: str) -> Ward:
    ward = Ward.objects.filter(code=code).first()
    if ward is None or not permissions.can_see_wall(user_of(request), ward):
        raise Http404
    # Whatever the board of the ward shows, its wall names nobody.
    ward.board_label = BoardLabel.BED
    return ward


def _content(request: HttpRequest, ward: Ward, *, now: datetime) -> Board:
    judged = context.alerting(request, ward=ward)
    around = {
        "alerting": {"ok": judged["ok"], "message": judged["message"]},
        "is_night": is_night(now.astimezone(ward.zone)),
        "beds": plan.places(ward),
    }
    return content.whole(around, content.drawn_of(ward, kept=_TILES, now=now), ward=ward, now=now)
