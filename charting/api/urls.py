"""The addresses below /api/v1/."""

from django.urls import path

from charting.api.given import Infusions, Labs, NeuroChecks, Treatments, TreatmentStop
from charting.api.grades import Confirmations, OneGrade, SecondPerson
from charting.api.observations import Corrections, Observations
from charting.api.watch import Acknowledgement, Alerts, OnePatient, Patients

urlpatterns = [
    path("observations/", Observations.as_view()),
    path("observations/<int:set_id>/corrections/", Corrections.as_view()),
    path("infusions/", Infusions.as_view()),
    path("treatments/", Treatments.as_view()),
    path("treatments/<int:treatment_id>/stop/", TreatmentStop.as_view()),
    path("labs/", Labs.as_view()),
    path("neuro-checks/", NeuroChecks.as_view()),
    path("assessments/<int:assessment_id>/", OneGrade.as_view()),
    path("assessments/<int:assessment_id>/confirmations/", Confirmations.as_view()),
    path("confirmations/<int:confirmation_id>/second/", SecondPerson.as_view()),
    path("patients/", Patients.as_view()),
    path("patients/<int:patient_id>/", OnePatient.as_view()),
    path("alerts/", Alerts.as_view()),
    path("alerts/<str:code>/acknowledgement/", Acknowledgement.as_view()),
]
