"""Conditions that need a person, and the proof that somebody was told."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Register the app; tables use 64-bit keys."""

    name = "alerts"
    default_auto_field = "django.db.models.BigAutoField"
