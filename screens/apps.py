"""What people look at: read below, written through the door only."""

from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """Register the app and the papers that the sender writes beside its work."""

    name = "screens"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the sender write the papers for a downtime, with or without Celery."""
        from alerts import sweep
        from screens.continuity import writing

        sweep.add_aside(writing.write_due)
