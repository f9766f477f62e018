"""Tell Django that the house is an app, for its commands and its checks."""

from django.apps import AppConfig


class CrsMonitorConfig(AppConfig):
    """The house; it has no models."""

    name = "crs_monitor"
    verbose_name = "CRS Monitor"

    def ready(self) -> None:
        """Register the checks that guard the settings, and the schema of the API's sign-in."""
        from crs_monitor import checks, schema  # noqa: F401  importing the schema registers it

        checks.register_all()
