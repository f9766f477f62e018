"""The addresses of what can be taken out."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from interop.exports import pages


class ChartId(IntConverter):
    """The number of a chart: what no table can hold is no address."""

    regex = "[1-9][0-9]{0,17}"


register_converter(ChartId, "chart")

urlpatterns = [
    path("patients/<chart:patient_id>/export/", pages.patient_export),
    path("patients/<chart:patient_id>/export/registry/<slug:form>/", pages.registry_page),
    path("patients/<chart:patient_id>/export/adverse-event/", pages.adverse_event_page),
    path("patients/<chart:patient_id>/export/<slug:kind>/", pages.patient_table),
    path("wards/<slug:code>/export/", pages.ward_export),
]
