"""The addresses of the pages; whatever is added here is private and never cached."""

from typing import Any

from django.urls import URLPattern, path, register_converter
from django.urls.converters import IntConverter

from screens.access import private
from screens.access_report.page import access_csv, access_page, access_pdf
from screens.access_report.search import audit_page
from screens.agency_page import agency_page
from screens.alert_page import alert, close, put_off
from screens.alert_statistics import alert_statistics, alert_statistics_csv
from screens.board import board, board_json
from screens.boards.acts import act
from screens.boards.wall import wall, wall_json
from screens.body_systems import body_systems, symptom_check
from screens.break_glass_page import break_glass, end_opening, openings
from screens.compare.view import compare
from screens.confirm import agree, confirm
from screens.context import alerting_json
from screens.course_page import course_page
from screens.device_page import devices
from screens.entry import entry
from screens.handing.papers import sheet_pdf, sheets_pdf, ward_sheet_pdf
from screens.handing.sheet_page import sheet_page
from screens.handover_page import handover_page
from screens.home import home
from screens.identity.account_page import account_page, password_page, sessions_page
from screens.identity.people_page import people_page, person_page
from screens.identity.second_factor_page import second_factor_page
from screens.identity.set_up_page import set_up_page
from screens.identity.sso_page import from_single_sign_on, to_single_sign_on
from screens.inbox import inbox
from screens.neuro_page import neuro_check, neuro_correct
from screens.neuro_result import neuro_result
from screens.neuro_samples import handwriting
from screens.patients import patient, patients
from screens.pin_page import pin_page
from screens.plan_page import plan_page
from screens.record import record, stop
from screens.reference_page import reference_page
from screens.result import result
from screens.rota_page import rota_page
from screens.rules_page import rules_page
from screens.schedule_page import schedule_page
from screens.shift_page import shift_page, shift_pdf
from screens.sign_in import SignIn, SignOut
from screens.summary_page import summary_pdf
from screens.switch_page import lock, still_here, switch
from screens.tablet.beat import beat
from screens.tablet.discarded import discarded
from screens.tablet.pack import pack_json
from screens.tablet.queued import queued
from screens.tablet.shell import shell
from screens.tablet.worker import service_worker, web_manifest
from screens.timeline.view import timeline, timeline_json
from screens.timeline.why import why
from screens.undo import undo
from screens.wristband import identify, scan


class RowId(IntConverter):
    """The number of a row: what no table can hold is no address."""

    regex = "[1-9][0-9]{0,17}"


register_converter(RowId, "row")


def _page(route: str, view: Any) -> URLPattern:
    return path(route, private(view))


urlpatterns = [
    _page("", home),
    _page("alerting.json", alerting_json),
    _page("sign-in/", SignIn.as_view()),
    _page("sign-in/sso/", to_single_sign_on),
    _page("sign-in/sso/callback/", from_single_sign_on),
    _page("sign-out/", SignOut.as_view()),
    _page("second-factor/", second_factor_page),
    _page("second-factor/set-up/", set_up_page),
    _page("account/", account_page),
    _page("account/password/", password_page),
    _page("account/sessions/", sessions_page),
    _page("people/", people_page),
    _page("people/<row:user_id>/", person_page),
    _page("switch/", switch),
    _page("lock/", lock),
    _page("still-here/", still_here),
    _page("pin/", pin_page),
    _page("devices/", devices),
    _page("reference/", reference_page),
    _page("compare/", compare),
    _page("patients/", patients),
    _page("patients/scan/", scan),
    _page("patients/<row:patient_id>/", patient),
    _page("patients/<row:patient_id>/identify/", identify),
    _page("patients/<row:patient_id>/chart/", entry),
    _page("patients/<row:patient_id>/sets/<row:set_id>/", result),
    _page("patients/<row:patient_id>/sets/<row:set_id>/undo/", undo),
    _page("patients/<row:patient_id>/schedule/", schedule_page),
    _page("patients/<row:patient_id>/plan/", plan_page),
    _page("patients/<row:patient_id>/grades/<row:assessment_id>/confirm/", confirm),
    _page("patients/<row:patient_id>/confirmations/<row:confirmation_id>/agree/", agree),
    _page("patients/<row:patient_id>/course/", course_page),
    _page("patients/<row:patient_id>/body-systems/", body_systems),
    _page("patients/<row:patient_id>/body-systems/check/", symptom_check),
    _page("patients/<row:patient_id>/summary.pdf", summary_pdf),
    _page("patients/<row:patient_id>/handover/", sheet_page),
    _page("patients/<row:patient_id>/handover.pdf", sheet_pdf),
    _page("patients/<row:patient_id>/timeline/", timeline),
    _page("patients/<row:patient_id>/timeline.json", timeline_json),
    _page("patients/<row:patient_id>/timeline/why/<row:assessment_id>/", why),
    _page("patients/<row:patient_id>/record/neuro/", neuro_check),
    _page("patients/<row:patient_id>/neuro/<row:check_id>/", neuro_result),
    _page("patients/<row:patient_id>/neuro/<row:check_id>/correct/", neuro_correct),
    _page("patients/<row:patient_id>/neuro/<row:check_id>/handwriting.svg", handwriting),
    _page("patients/<row:patient_id>/record/<slug:kind>/", record),
    _page("patients/<row:patient_id>/record/treatment/<row:treatment_id>/stop/", stop),
    _page("wards/<slug:code>/board/", board),
    _page("wards/<slug:code>/board.json", board_json),
    _page("wards/<slug:code>/board/acts/", act),
    _page("wards/<slug:code>/wall/", wall),
    _page("wards/<slug:code>/wall.json", wall_json),
    _page("break-glass/", break_glass),
    _page("break-glass/openings/", openings),
    _page("break-glass/<slug:code>/end/", end_opening),
    _page("patients/<row:patient_id>/access/", access_page),
    _page("patients/<row:patient_id>/access.pdf", access_pdf),
    _page("patients/<row:patient_id>/access.csv", access_csv),
    _page("audit/", audit_page),
    _page("alerts/", inbox),
    _page("alerts/<slug:code>/", alert),
    _page("alerts/<slug:code>/close/", close),
    _page("alerts/<slug:code>/snooze/", put_off),
    _page("wards/<slug:code>/handover/", handover_page),
    _page("wards/<slug:code>/handover.pdf", sheets_pdf),
    _page("wards/<slug:code>/sheet.pdf", ward_sheet_pdf),
    _page("wards/<slug:code>/shift/", shift_page),
    _page("wards/<slug:code>/shift.pdf", shift_pdf),
    _page("wards/<slug:code>/alerts/", alert_statistics),
    _page("wards/<slug:code>/alerts.csv", alert_statistics_csv),
    _page("wards/<slug:code>/rota/", rota_page),
    _page("wards/<slug:code>/agency/", agency_page),
    _page("wards/<slug:code>/rules/", rules_page),
    path("service-worker.js", service_worker),
    path("app.webmanifest", web_manifest),
    _page("tablet/shell/", shell),
    _page("tablet/unsent/", shell),
    _page("tablet/beat.json", beat),
    _page("tablet/pack.json", pack_json),
    _page("tablet/queued.json", queued),
    _page("tablet/discarded.json", discarded),
]
