"""The house: settings, addresses, health, and the processes that make up one ward server."""

from crs_monitor.celery import app as celery_app

__all__ = ["celery_app"]
