"""What every page shows around its content: navigation, demo ribbon, alerting, open alerts."""

from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts import health, ward_notes
from alerts.models import Alert, AlertState
from charting import access as charts
from charting.models import PatientState
from screens import access, labels, strip
from staff import permissions
from staff.models import Role, User, Ward

# What this process knows of the wards' own arrangements.
KEPT: Final = ward_notes.Kept()


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Context processor: two queries of its own and those of alerts.health.judge.

    A page that was refused before anybody signed in shows the demo ribbon alone.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "is_demo": settings.CRS_DEMO, "alerting": None, "open_alert_count": 0}
    return {
        "nav": _navigation(request, user),
        "is_demo": settings.CRS_DEMO,
        "alerting": alerting(request),
        "ward_notes": _ward_notes(request, user),
        "open_alert_count": _open_alerts(user),
        "opened": _opened(user),
        "keeps_pack": permissions.keeps_pack(user),
    }


def _opened(user: User) -> dict[str, str] | None:
    """The opening that let this person see the patient of this page, for the bar that says so."""
    opening = charts.used_opening(user)
    if opening is None:
        return None
    state = PatientState.objects.select_related("ward").get(pk=opening.patient_id)
    until = labels.clock(opening.ends_at, zone=strip.zone_of(state), now=timezone.now())
    return {"code": opening.code, "until": until}


def alerting(request: HttpRequest, *, ward: Ward | None = None) -> dict[str, Any]:
    """Return whether alerts go out, judged once per request, on the clock of the (first) ward."""
    known: dict[str, Any] | None = getattr(request, "crs_alerting", None)
    if known is None:
        judged = health.judge(timezone.now())
        # Which clock matters only when there is something to say.
        zone = UTC if judged.ok else _zone(request, ward)
        known = {"ok": judged.ok, "message": judged.headline(zone)}
        request.crs_alerting = known  # type: ignore[attr-defined]
        request.crs_rules_ran_at = judged.swept_at  # type: ignore[attr-defined]
    return known


def rules_ran_at(request: HttpRequest) -> datetime | None:
    """Return when the rules that watch the clock last ran; None when they never did."""
    alerting(request)
    ran_at: datetime | None = request.crs_rules_ran_at  # type: ignore[attr-defined]
    return ran_at


@require_safe
def alerting_json(request: HttpRequest) -> JsonResponse:
    """Answer every open page whether alerts still go out; asking keeps nobody signed in."""
    return JsonResponse(alerting(request))


def _ward_notes(request: HttpRequest, user: User) -> list[ward_notes.Note]:
    """What a charge nurse should mend; asked at most once a minute for each ward."""
    if user.role != Role.CHARGE_NURSE:
        return []
    return KEPT.of_wards(_wards(request), now=timezone.now())


def _zone(request: HttpRequest, ward: Ward | None) -> tzinfo:
    wards = [ward] if ward else _wards(request)
    return wards[0].zone if wards else UTC


def _wards(request: HttpRequest) -> list[Ward]:
    """The person's wards, asked for once per request."""
    known: list[Ward] | None = getattr(request, "crs_wards", None)
    if known is None:
        known = access.clinical_wards(access.user_of(request))
        request.crs_wards = known  # type: ignore[attr-defined]
    return known


def _open_alerts(user: User) -> int:
    if user.role not in permissions.SEE_PATIENTS:
        return 0
    wards = permissions.ward_ids(user)
    return Alert.objects.on_wards(wards).filter(state=AlertState.OPEN).count()


def _navigation(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    links: list[tuple[str, str]] = []
    if user.role in permissions.SEE_PATIENTS:
        links.append(("Patients", "/patients/"))
        links += [(f"{ward.name} board", f"/wards/{ward.code}/board/") for ward in _wards(request)]
        links.append(("Alerts", "/alerts/"))
        if wards := _wards(request):
            links.append(("Rota", f"/wards/{wards[0].code}/rota/"))
        links += [("Reference", "/reference/"), ("Compare", "/compare/")]
    if user.role == Role.SAFETY_OFFICER:
        wards = access.own_wards(user)
        links += [(f"{ward.name} alerts", f"/wards/{ward.code}/alerts/") for ward in wards]
    if permissions.can_review_break_glass(user):
        links.append(("Openings", "/break-glass/openings/"))
    if permissions.can_read_audit(user):
        links.append(("Audit", "/audit/"))
    if user.role in permissions.REGISTER_DEVICE or user.role == Role.ADMINISTRATOR:
        links.append(("Tablets", "/devices/"))
    if user.role in permissions.IMPORT_FILES:
        links.append(("Import", "/import/"))
    links += _of_the_data(request, user)
    if user.role == Role.ADMINISTRATOR:
        links += [
            ("Feeds", "/interop/feeds/"),
            ("Sign-in", "/people/"),
            ("Administration", "/admin/"),
        ]
    return [
        {"label": label, "href": href, "current": request.path.startswith(href)}
        for label, href in links
    ]


def _of_the_data(request: HttpRequest, user: User) -> list[tuple[str, str]]:
    """What goes out of a ward, and what came in for it and could not be understood."""
    wards = _wards(request)
    links = []
    if wards and user.role in permissions.EXPORT:  # the page leads to those of the other wards
        links.append(("Export", f"/wards/{wards[0].code}/export/"))
    if wards and user.role in permissions.MEND_FEEDS:
        of_all = "/interop/quarantine/"
        here = f"/wards/{wards[0].code}/quarantine/"
        links.append(("Quarantine", here if len(wards) == 1 else of_all))
    return links
