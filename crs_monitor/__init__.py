"""The house: settings, addresses, health, and the processes that make up one ward server."""

from crs_monitor.celery import app as celery_app

__all__ = ["VERSION", "celery_app"]

# As in pyproject.toml, which is not in the image.
VERSION = "0.1.0"
