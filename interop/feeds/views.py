"""The administrators' page of the feeds: read-only, for what it shows is a log."""

from datetime import datetime
from typing import Any, Final, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from interop import spans
from interop.codes import VERSION
from interop.csv.outcomes import Outcome
from interop.feeds import heard
from interop.feeds.heard import FeedRow, Voice
from staff import permissions
from staff.models import User

_LOOKS: Final = {Voice.HEARD: "", Voice.SILENT: "alarm", Voice.NEVER: "alarm", Voice.OFF: "caution",
                 Voice.UNASKED: ""}  # fmt: skip


@never_cache
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """Show each feed, when it was last heard, and what became of its last day."""
    if not permissions.can_see_feeds(cast(User, request.user)):
        raise Http404
    now = timezone.now()
    parts = [
        ("hl7", "HL7 v2 senders", "Parts of new messages. A whole message that is sent again is "
         "answered and leaves no row.", heard.hl7_senders(now=now)),
        ("programs", "Programs with a token (FHIR and REST)", "FHIR resources. Repeats and "
         "refusals are answered and leave no row: they are not counted.", heard.programs(now=now)),
        ("files", "Files", "Rows of files that were imported to the end.", heard.files(now=now)),
    ]  # fmt: skip
    content = {
        "listener": _listener(now),
        "parts": [
            (mark, title, words, [_shown(row, now) for row in rows])
            for mark, title, words, rows in parts
        ],
        "outcomes": [each.value.capitalize() for each in Outcome],
        "codes_version": VERSION,
    }
    return render(request, "interop/feeds.html", content)


def _listener(now: datetime) -> dict[str, str]:
    found = heard.listener(now=now)
    if found.beat_at is None:
        return {"look": "alarm", "words": "No HL7 v2 listener runs: messages are not taken"}
    ago = f"{spans.in_words(now - found.beat_at)} ago"
    if not found.is_alive:
        return {"look": "alarm", "words": f"The HL7 v2 listener is silent, last seen {ago}"}
    return {"look": "ok", "words": f"The HL7 v2 listener lives, last seen {ago}"}


def _shown(row: FeedRow, now: datetime) -> dict[str, Any]:
    return {
        "name": row.name,
        "more": row.more,
        "voice": row.voice.value,
        "look": _LOOKS[row.voice],
        "heard": f"{row.heard_at:%-d %b %Y %H:%M} UTC" if row.heard_at else "never",
        "ago": f"{spans.in_words(now - row.heard_at)} ago" if row.heard_at else "",
        "counts": [row.counts[each.value] for each in Outcome],
        "waiting": row.waiting,
        "mapping": row.mapping or "the common table alone",
        "clock": row.clock,
    }
