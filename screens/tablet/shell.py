"""The page that opens without a network: no patient, no person; its script draws from the vault."""

from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

SHELL_URL: Final = "/tablet/shell/"


@login_not_required
@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """Answer the page that the service worker keeps: the same for everybody."""
    return render(request, "screens/tablet/shell.html", shell_context())


def shell_context() -> dict[str, Any]:
    """Return what the page is made of: nothing that changes."""
    return {}
