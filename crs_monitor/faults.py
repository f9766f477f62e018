"""What is answered where no view answers: pages to people, problem details to programs."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views import defaults

from charting.api import problems

_FOR_PROGRAMS = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer an address that does not exist."""
    if request.path.startswith(_FOR_PROGRAMS):
        return _problem(404, "There is no such address.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer a fault of ours, and say nothing of the inside."""
    if request.path.startswith(_FOR_PROGRAMS):
        return _problem(500, "Nothing was stored. Send the same request again later.")
    return defaults.server_error(request)


def _problem(status: int, words: str) -> HttpResponse:
    said = problems.document(status, [problems.row("", words)])
    return JsonResponse(said, status=status, content_type=problems.CONTENT_TYPE)
