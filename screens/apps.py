"""What people look at: read below, written through the door only."""

from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """Register the app; tables use 64-bit keys."""

    name = "screens"
    default_auto_field = "django.db.models.BigAutoField"
