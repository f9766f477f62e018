"""Every address of CRS Monitor."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from crs_monitor import health
from interop.quarantine import ward_page

urlpatterns = [
    path("", include("screens.urls")),
    path("interop/", include("interop.quarantine.urls")),
    path("interop/", include("interop.feeds.urls")),
    path("wards/<slug:code>/quarantine/", ward_page.ward_quarantine),
    path("import/", include("interop.imports.urls")),
    path("", include("interop.exports.urls")),
    path("api/v1/", include("charting.api.urls")),
    path("api/v1/", include("screens.rest_urls")),
    path("api/v1/", include("interop.imports.rest_urls")),
    path("api/schema/", SpectacularAPIView.as_view()),
    path("fhir/", include("interop.fhir.urls")),
    # One way in, one way out, and one page for one's password; the stock ones know neither
    # second factors nor the trail.
    path("admin/login/", login_not_required(RedirectView.as_view(url="/sign-in/?next=/admin/"))),
    path("admin/password_change/", RedirectView.as_view(url="/account/password/")),
    path("admin/", admin.site.urls),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("health/alerting", health.alerting),
]
handler404 = "crs_monitor.faults.not_found"
handler500 = "crs_monitor.faults.server_error"
if settings.CRS_DEMO:
    urlpatterns.append(path("demo/", include("demo.urls")))
