"""Every address of CRS Monitor."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from crs_monitor import health

urlpatterns = [
    path("", include("screens.urls")),
    path("interop/", include("interop.quarantine.urls")),
    path("import/", include("interop.imports.urls")),
    path("", include("interop.exports.urls")),
    path("api/v1/", include("charting.api.urls")),
    path("api/v1/", include("screens.rest_urls")),
    path("api/schema/", SpectacularAPIView.as_view()),
    path("fhir/", include("interop.fhir.urls")),
    path("admin/", admin.site.urls),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("health/alerting", health.alerting),
]
handler404 = "crs_monitor.faults.not_found"
handler500 = "crs_monitor.faults.server_error"
if settings.CRS_DEMO:
    urlpatterns.append(path("demo/", include("demo.urls")))
