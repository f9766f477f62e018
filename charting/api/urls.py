"""The addresses below /api/v1/."""

from django.urls import path

from charting.api.alert_statistics import AlertStatistics
from charting.api.answers import Acknowledgement, CallNext, CannotCome, Closure, Snooze
from charting.api.body import Burdens, Weights
from charting.api.break_glass import BreakGlassEnds, BreakGlasses, BreakGlassReviews
from charting.api.care import Care, CareEnd
from charting.api.course import Course
from charting.api.found import LabCorrections, Labs
from charting.api.given import Infusions, Treatments, TreatmentStop
from charting.api.grades import Confirmations, OneGrade, SecondPerson
from charting.api.handover import Handover, HandoverSheetWords
from charting.api.me import Me
from charting.api.neuro import (
    NeuroChecks,
    NeuroCorrections,
    OneNeuroCheck,
    PatientNeuroChecks,
)
from charting.api.observations import Corrections, Moves, Observations, OneSet, Undo
from charting.api.orders import Intervals, Orders, PauseEnd, Pauses, Sleeps
from charting.api.patient_lists import (
    PatientInfusions,
    PatientLabs,
    PatientTreatments,
    Schedule,
)
from charting.api.plans import PlanCancel, Plans, Supply
from charting.api.rota import Rota, RotaTest, SlotCancel, SlotSwap
from charting.api.rules import RuleDecisions, Rules
from charting.api.symptoms import PatientSymptoms, SymptomCorrections, Symptoms
from charting.api.ward_people import Agency, AgencyEnd, DeviceEnd, Devices, Nurses
from charting.api.watch import Alerts, OneAlert, OnePatient, Patients

urlpatterns = [
    path("me/", Me.as_view()),
    path("observations/", Observations.as_view()),
    path("observations/<int:set_id>/", OneSet.as_view()),
    path("observations/<int:set_id>/undo/", Undo.as_view()),
    path("observations/<int:set_id>/corrections/", Corrections.as_view()),
    path("observations/<int:set_id>/move/", Moves.as_view()),
    path("infusions/", Infusions.as_view()),
    path("treatments/", Treatments.as_view()),
    path("treatments/<int:treatment_id>/stop/", TreatmentStop.as_view()),
    path("labs/", Labs.as_view()),
    path("labs/<int:result_id>/corrections/", LabCorrections.as_view()),
    path("neuro-checks/", NeuroChecks.as_view()),
    path("neuro-checks/<int:check_id>/", OneNeuroCheck.as_view()),
    path("neuro-checks/<int:check_id>/corrections/", NeuroCorrections.as_view()),
    path("symptoms/", Symptoms.as_view()),
    path("symptoms/<int:report_id>/corrections/", SymptomCorrections.as_view()),
    path("assessments/<int:assessment_id>/", OneGrade.as_view()),
    path("assessments/<int:assessment_id>/confirmations/", Confirmations.as_view()),
    path("confirmations/<int:confirmation_id>/second/", SecondPerson.as_view()),
    path("patients/", Patients.as_view()),
    path("patients/<int:patient_id>/", OnePatient.as_view()),
    path("patients/<int:patient_id>/symptoms/", PatientSymptoms.as_view()),
    path("patients/<int:patient_id>/neuro-checks/", PatientNeuroChecks.as_view()),
    path("patients/<int:patient_id>/labs/", PatientLabs.as_view()),
    path("patients/<int:patient_id>/infusions/", PatientInfusions.as_view()),
    path("patients/<int:patient_id>/treatments/", PatientTreatments.as_view()),
    path("patients/<int:patient_id>/weights/", Weights.as_view()),
    path("patients/<int:patient_id>/burdens/", Burdens.as_view()),
    path("patients/<int:patient_id>/course/", Course.as_view()),
    path("patients/<int:patient_id>/schedule/", Schedule.as_view()),
    path("patients/<int:patient_id>/plans/", Plans.as_view()),
    path("patients/<int:patient_id>/supply/", Supply.as_view()),
    path("plans/<int:plan_id>/cancel/", PlanCancel.as_view()),
    path("patients/<int:patient_id>/nurses/", Nurses.as_view()),
    path("patients/<int:patient_id>/handover/words/", HandoverSheetWords.as_view()),
    path("patients/<int:patient_id>/orders/", Orders.as_view()),
    path("patients/<int:patient_id>/orders/off-ward/", Pauses.as_view()),
    path("patients/<int:patient_id>/orders/sleep/", Sleeps.as_view()),
    path("patients/<int:patient_id>/orders/interval/", Intervals.as_view()),
    path("patients/<int:patient_id>/orders/care/", Care.as_view()),
    path("orders/<int:order_id>/end/", PauseEnd.as_view()),
    path("orders/<int:order_id>/care-end/", CareEnd.as_view()),
    path("break-glass/", BreakGlasses.as_view()),
    path("break-glass/<str:code>/end/", BreakGlassEnds.as_view()),
    path("break-glass/<str:code>/review/", BreakGlassReviews.as_view()),
    path("alerts/", Alerts.as_view()),
    path("wards/<slug:code>/alert-statistics/", AlertStatistics.as_view()),
    path("wards/<slug:code>/handover/", Handover.as_view()),
    path("wards/<slug:code>/rota/", Rota.as_view()),
    path("wards/<slug:code>/rota/test/", RotaTest.as_view()),
    path("wards/<slug:code>/rota/<int:slot_id>/swap/", SlotSwap.as_view()),
    path("wards/<slug:code>/rota/<int:slot_id>/cancel/", SlotCancel.as_view()),
    path("wards/<slug:code>/rules/", Rules.as_view()),
    path("wards/<slug:code>/rules/<int:change_id>/decision/", RuleDecisions.as_view()),
    path("wards/<slug:code>/agency/", Agency.as_view()),
    path("wards/<slug:code>/agency/<str:username>/end/", AgencyEnd.as_view()),
    path("wards/<slug:code>/devices/", Devices.as_view()),
    path("wards/<slug:code>/devices/<int:device_id>/revoke/", DeviceEnd.as_view()),
    path("alerts/<str:code>/", OneAlert.as_view()),
    path("alerts/<str:code>/call-next/", CallNext.as_view()),
    path("alerts/<str:code>/acknowledgement/", Acknowledgement.as_view()),
    path("alerts/<str:code>/cannot-come/", CannotCome.as_view()),
    path("alerts/<str:code>/snooze/", Snooze.as_view()),
    path("alerts/<str:code>/closure/", Closure.as_view()),
]
