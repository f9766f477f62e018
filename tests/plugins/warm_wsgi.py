"""The program as gunicorn's first process holds it: loaded, asked nothing yet, ready to fork."""

from django.urls import get_resolver

from crs_monitor.wsgi import application

__all__ = ["application"]

# Django reads the addresses, and with them every view, at the first request.
_ = get_resolver().url_patterns
