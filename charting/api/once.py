"""A write that comes twice under one client_id is done once; another body under it is refused."""

import functools
import json
import uuid
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from audit.models import KeptRequest
from charting.api.access import user_of
from charting.chart import ConflictError

Post = Callable[..., Response]


def once(again: Post | None = None) -> Callable[[Post], Post]:
    """Decorate a post method: of equal requests only the first one is new, and the rest are 200.

    Where the domain's own door knows the client_id, it is simply asked again. Where it
    does not (an answer to an alert, say), `again` answers in its place, with what was
    kept as its keyword `kept`; it must ask for the same permission.
    """

    def decorate(post: Post) -> Post:
        @functools.wraps(post)
        def posted(view: Any, request: Request, **named: Any) -> Response:
            key = _key(request)
            if key is None:
                return post(view, request, **named)
            with transaction.atomic():
                kept, is_new = _keep(request, key)
                if is_new:
                    return _noted(kept, post(view, request, **named))
                answer = (
                    again(view, request, kept=kept, **named)
                    if again
                    else post(view, request, **named)
                )
                answer.status_code = 200
                return answer

        return posted

    return decorate


def _noted(kept: KeptRequest, answer: Response) -> Response:
    made = answer.data.get("id") if isinstance(answer.data, dict) else None
    if isinstance(made, int):
        KeptRequest.objects.filter(pk=kept.pk).update(made=made)
    return answer


def _key(request: Request) -> uuid.UUID | None:
    sent = request.data.get("client_id") if isinstance(request.data, dict) else None
    try:
        return uuid.UUID(sent) if isinstance(sent, str) else None
    except ValueError:
        return None  # the view says what is wrong with it


def _keep(request: Request, key: uuid.UUID) -> tuple[KeptRequest, bool]:
    user = user_of(request)
    content = [user.pk, request.path, request.data]
    digest = sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    kept, is_new = KeptRequest.objects.get_or_create(
        client_id=key, defaults={"digest": digest, "at": timezone.now()}
    )
    if kept.digest != digest:
        raise ConflictError(f"client_id {key} belongs to another request")
    return kept, is_new
