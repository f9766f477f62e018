"""FHIR over HTTP: what is asked for and sent, and how every refusal is answered."""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db import DataError, IntegrityError, OperationalError
from django.http import Http404, HttpResponse
from rest_framework.exceptions import APIException, MethodNotAllowed, NotAuthenticated
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from charting.api.access import user_of
from charting.chart import ConflictError, NotInForceError
from charting.entry import EntryRefusedError
from interop.fhir import text
from interop.fhir.live_facts import refused
from interop.fhir.outcome import FhirError, Issue, IssueCode, operation_outcome, refusal
from staff.tokens import Scope

__all__ = ["FhirView", "answer", "base_of", "body_of", "user_of"]

logger = logging.getLogger(__name__)
_JSON: Final = frozenset({"application/fhir+json", "application/json", "text/json"})
_ANY: Final = _JSON | {"*/*", "application/*"}
_FORMATS: Final = _JSON | {"json"}
_CODE_OF: Final = {
    401: IssueCode.LOGIN, 403: IssueCode.FORBIDDEN, 404: IssueCode.NOT_FOUND,
    405: IssueCode.NOT_SUPPORTED, 406: IssueCode.NOT_SUPPORTED, 415: IssueCode.NOT_SUPPORTED,
    429: IssueCode.TRANSIENT,
}  # fmt: skip
_ADVICE: Final = "Facts are appended and corrected, never replaced or deleted."


def answer(
    status: int,
    resource: dict[str, Any],
    *,
    location: str = "",
    version: str = "",
    updated: datetime | None = None,
) -> HttpResponse:
    """A resource as an answer, with its version and place."""
    response = HttpResponse(
        text.write(resource), status=status, content_type=f"{text.MEDIA_TYPE}; charset=utf-8"
    )
    response["Cache-Control"] = "no-store"
    if location:
        response["Location"] = location
    if version:
        response["ETag"] = f'W/"{version}"'
    if updated is not None:
        response["Last-Modified"] = updated.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return response


def base_of(request: Request) -> str:
    """The address of this FHIR server, as the client wrote it."""
    return request.build_absolute_uri("/fhir")


def body_of(request: Request) -> dict[str, Any]:
    """The resource sent; raises FhirError for another media type or what is no resource."""
    kind = (request.content_type or "").partition(";")[0].strip().casefold()
    if kind not in _JSON:
        words = f"“{kind[:60]}” is not read here: send {text.MEDIA_TYPE}"
        raise refusal(415, "", words, IssueCode.NOT_SUPPORTED)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > text.LARGEST_BODY_BYTES:
        words = f"the body is over {text.LARGEST_BODY_BYTES} bytes: send several Bundles"
        raise refusal(413, "", words, IssueCode.TOO_LONG)
    stream = request._request
    return text.read(stream.read(text.LARGEST_BODY_BYTES + 1))


class _NoParser(BaseParser):
    """Bodies are read by body_of, whatever their media type."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Nothing is parsed here."""
        return {}


class FhirView(APIView):
    """Common to all addresses: JSON only, and an OperationOutcome for every refusal."""

    schema = None
    # A Bundle may hold anything: what each resource needs is asked at the door.
    scopes: ClassVar[dict[str, Scope]] = {
        "GET": Scope.READ_PATIENTS,
        "POST": Scope.WRITE_OBSERVATIONS,
        "PUT": Scope.WRITE_OBSERVATIONS,
    }
    renderer_classes = [JSONRenderer]
    parser_classes = [_NoParser]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Answer JSON or nothing; raises FhirError 406."""
        renderer = JSONRenderer()
        asked = request.META.get("QUERY_STRING", "") and request.GET.get("_format", "")
        if asked:
            plain = asked.partition(";")[0].strip().casefold().replace(" ", "+")
            if plain not in _FORMATS and not force:
                raise _not_acceptable(asked)
            return renderer, text.MEDIA_TYPE
        accept = request.META.get("HTTP_ACCEPT", "*/*")
        kinds = {each.partition(";")[0].strip().casefold() for each in accept.split(",")}
        if not kinds & (_ANY | {""}) and not force:
            raise _not_acceptable(accept)
        return renderer, text.MEDIA_TYPE

    def handle_exception(self, exc: Exception) -> HttpResponse:  # type: ignore[override]
        """Turn what is refused into an answer; what is unexpected stays loud."""
        if isinstance(exc, FhirError):
            return self._refused(exc.status, exc.issues)
        if isinstance(exc, EntryRefusedError | ConflictError | NotInForceError):
            found = refused("", exc)
            return self._refused(found.status, found.issues)
        if isinstance(exc, IntegrityError | DataError):
            words = "the database refuses this combination"
            return self._refused(409, [Issue("", words, IssueCode.CONFLICT)])
        if isinstance(exc, OperationalError):
            words = "the database is not reachable: send the same again"
            response = self._refused(503, [Issue("", words, IssueCode.TRANSIENT)])
            response["Retry-After"] = "2"
            return response
        if isinstance(exc, Http404):
            return self._refused(404, [Issue("", "There is nothing here.", IssueCode.NOT_FOUND)])
        if isinstance(exc, APIException):
            return self._of_framework(exc)
        raise exc

    def _of_framework(self, exc: APIException) -> HttpResponse:
        status = exc.status_code
        if isinstance(exc, NotAuthenticated):
            status = 401
        words = str(exc.detail) if not isinstance(exc.detail, list | dict) else "refused"
        if isinstance(exc, MethodNotAllowed):
            words = f"{words} {_ADVICE}"
        code = _CODE_OF.get(status, IssueCode.EXCEPTION)
        response = self._refused(status, [Issue("", words, code)])
        if status == 401:
            response["WWW-Authenticate"] = "Bearer"
        if status == 405:
            response["Allow"] = ", ".join(self.allowed_methods)
        return response

    def _refused(self, status: int, issues: Iterable[Issue]) -> HttpResponse:
        logger.info("fhir.refused", extra={"status": status})
        return answer(status, operation_outcome(issues))


def _not_acceptable(asked: str) -> FhirError:
    words = f"“{asked[:60]}” is not written here: ask for {text.MEDIA_TYPE}"
    return refusal(406, "", words, IssueCode.NOT_SUPPORTED)
