"""The one door through which clinical facts enter."""

from django.apps import AppConfig


class ChartingConfig(AppConfig):
    """Register the app and its part of the sweep; tables use 64-bit keys."""

    name = "charting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the sweep look at what only waiting makes true."""
        from alerts import sweep
        from charting import alerting_sweep, forgetting

        sweep.add_step(alerting_sweep.look_at_the_clock)
        sweep.add_step(forgetting.forget_requests)
