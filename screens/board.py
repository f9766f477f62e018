"""The ward board: a page, and the JSON that keeps it true."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts import tablets
from screens import context, roster, tiles
from screens.access import user_of, ward_for
from screens.answers import etag_of, json_answer
from staff.models import Ward

REFRESH_SECONDS = 5


@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    """Show the ward; the first tiles come with the page."""
    ward = ward_for(user_of(request), code)
    content = _content(request, ward, now=timezone.now())
    return render(
        request,
        "screens/board.html",
        {
            "ward": ward,
            "tiles_url": f"/wards/{ward.code}/board.json",
            "refresh_seconds": REFRESH_SECONDS,
            "summary": tiles.summary(content),
            "board": content,
        },
    )


@require_safe
def board_json(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the ward's tiles, or 304 when nothing but the clock has moved."""
    ward, now = ward_for(user_of(request), code), timezone.now()
    content = _content(request, ward, now=now)
    etag = etag_of(
        {name: each for name, each in content.items() if not name.startswith("generated_")}
    )
    return json_answer(request, content, etag=etag, now=now, zone=ward.zone)


def _content(request: HttpRequest, ward: Ward, *, now: datetime) -> dict[str, Any]:
    found = roster.watched({ward.pk}, now=now)
    return tiles.board(
        ward,
        found,
        alerting=context.alerting(request, ward=ward),
        tablets=tablets.troubles(ward, now=now),
        now=now,
    )
