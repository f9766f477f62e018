"""JSON answers with an entity tag, so that asking again costs only the question."""

from hashlib import sha256
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response


def etag_of(content: Any) -> str:
    """Return a strong entity tag of JSON content."""
    return f'"{sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()}"'


def json_answer(request: HttpRequest, content: Any, *, etag: str) -> HttpResponse:
    """Return the content with its tag, or 304 to somebody who has it."""
    body = orjson.dumps(content)
    response = HttpResponse(body, content_type="application/json", headers={"ETag": etag})
    return get_conditional_response(request, etag=etag, response=response) or response
