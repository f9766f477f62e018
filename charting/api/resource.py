"""What every address of the interface does alike: answers to reads carry their tag."""

from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Resource(APIView):
    """A view whose reads answer 304 to a caller that has the same already."""

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Tag what is read once it is written out; no cache keeps it, a caller may compare tags."""
        done = super().finalize_response(request, response, *args, **kwargs)
        done["Cache-Control"] = "no-store, private"
        if request.method == "GET" and done.status_code == 200:
            done.add_post_render_callback(lambda answer: _tagged(request, answer))
        return done


def _tagged(request: Request, answer: HttpResponse) -> HttpResponse | None:
    etag = f'"{sha256(answer.content).hexdigest()}"'
    answer["ETag"] = etag
    return get_conditional_response(request._request, etag=etag, response=answer)
