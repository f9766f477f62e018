"""What somebody reads whose account waits after too many wrong passwords."""

from typing import Any

from axes.helpers import get_cool_off
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def locked_out(request: HttpRequest, *_more: Any) -> HttpResponse:
    """Say how long it lasts; the same whether the name exists or not."""
    lasts = get_cool_off(request)
    minutes = int(lasts.total_seconds() // 60) if lasts else 0
    return render(request, "staff/locked_out.html", {"minutes": minutes}, status=429)
