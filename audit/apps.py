"""The append-only, hash-chained trail of who did what."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Register the app; tables use 64-bit keys."""

    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the check of the database's rights."""
        from audit import checks

        checks.register_all()
