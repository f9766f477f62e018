"""Every address of CRS Monitor."""

from django.urls import path

from crs_monitor import health

urlpatterns = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("health/alerting", health.alerting),
]
