"""Answers that are no page: JSON with an entity tag, and paper."""

from datetime import datetime, tzinfo
from hashlib import sha256
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

WARD_CLOCK = "X-Ward-Clock"


def etag_of(content: Any) -> str:
    """Return a strong entity tag of JSON content."""
    return f'"{sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()}"'


def json_answer(
    request: HttpRequest, content: Any, *, etag: str, now: datetime, zone: tzinfo
) -> HttpResponse:
    """Return the content with its tag, or 304 to somebody who has it.

    Either way the ward's own clock comes along: a page must not show the tablet's.
    """
    body = orjson.dumps(content)
    whole = HttpResponse(body, content_type="application/json", headers={"ETag": etag})
    response = get_conditional_response(request, etag=etag, response=whole) or whole
    response.headers[WARD_CLOCK] = f"{now.astimezone(zone):%H:%M:%S}"
    return response


def pdf_answer(content: bytes, *, name: str) -> HttpResponse:
    """Return a PDF that opens in the browser; `name` says nothing about a person."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
