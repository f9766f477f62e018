"""Who works here and where: users, roles, wards, beds and memberships."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Register the app; tables use 64-bit keys."""

    name = "staff"
    default_auto_field = "django.db.models.BigAutoField"
