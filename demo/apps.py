"""The demo ward: invented patients whose courses go on; mounted only when CRS_DEMO is set."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Register the app for its commands and templates; it keeps no tables."""

    name = "demo"
