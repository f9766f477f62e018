"""Who somebody is, beyond name and password."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Register the app; tables use 64-bit keys."""

    name = "identity"
    default_auto_field = "django.db.models.BigAutoField"
