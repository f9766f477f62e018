"""The addresses below /api/v1/ that answer what a screen shows."""

from django.urls import path

from screens.access_report.rest import AccessReport, AuditTrail
from screens.rest import Beds, Board, ReadBack, Sheet, Timeline

urlpatterns = [
    path("audit/", AuditTrail.as_view()),
    path("patients/<int:patient_id>/access/", AccessReport.as_view()),
    path("wards/<slug:code>/board/", Board.as_view()),
    path("wards/<slug:code>/beds/<int:bed_id>/place/", Beds.as_view()),
    path("patients/<int:patient_id>/timeline/", Timeline.as_view()),
    path("patients/<int:patient_id>/handover/", Sheet.as_view()),
    path("patients/<int:patient_id>/handover/read-back/", ReadBack.as_view()),
]
