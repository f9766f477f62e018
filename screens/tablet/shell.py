"""The page that opens without a network: no patient, no person; its script draws from the vault."""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from charting.models import PatientState
from patients.models import Patient
from screens import entry_page
from screens.entry_form import Typed

_A_CHILD: Final = timedelta(days=6 * 365)
SHELL_URL: Final = "/tablet/shell/"


@login_not_required
@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """Answer the page that the service worker keeps: the same for everybody."""
    return HttpResponse(shell_text())


def shell_text() -> str:
    """Return the page, drawn without a request: nothing of who asks for it can be in it."""
    return render_to_string("screens/tablet/shell.html", _content())


def _content() -> dict[str, Any]:
    """Return the charting form of nobody: its script puts in what the vault knows of somebody."""
    now = timezone.now()
    # A child's form has all that an adult's has, and what a parent says.
    nobody = PatientState(patient=Patient(birth_date=now.date() - _A_CHILD))
    content = entry_page.context(nobody, Typed({}), client_id="", now=now)
    # The clock would make every answer another page.
    return content | {
        "taken_at": {"value": "", "max": "", "now": "", "error": None},
        "patient": {},
        "for_every_age": True,
        "is_demo": settings.CRS_DEMO,
    }
