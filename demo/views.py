"""The one page of the demo: the mailbox in which every message ends."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from demo import mailbox


@require_safe
def show_mailbox(request: HttpRequest) -> HttpResponse:
    """Show what was sent to anybody; the messages name no patient."""
    folder = settings.EMAIL_FILE_PATH
    mails = mailbox.newest(Path(folder)) if folder else []
    return render(request, "demo/mailbox.html", {"mails": mails, "is_kept": bool(folder)})
