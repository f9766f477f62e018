"""What every page shows around its content: navigation, demo ribbon, alerting, open alerts."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from alerts import health
from alerts.models import Alert, AlertState
from screens import access
from staff import permissions
from staff.models import Role, User

PROBLEM_UNKNOWN = "the reason is not known"


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Context processor: two queries of its own and the three of alerts.health.judge.

    A page that was refused before anybody signed in shows the demo ribbon alone.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "is_demo": settings.CRS_DEMO, "alerting": None, "open_alert_count": 0}
    return {
        "nav": _navigation(user, request.path),
        "is_demo": settings.CRS_DEMO,
        "alerting": alerting(request),
        "open_alert_count": _open_alerts(user),
    }


def alerting(request: HttpRequest) -> dict[str, Any]:
    """Return whether alerts go out, judged once per request from the rows."""
    known: dict[str, Any] | None = getattr(request, "crs_alerting", None)
    if known is None:
        judged = health.judge(timezone.now())
        message = "; ".join(judged.reasons) or PROBLEM_UNKNOWN
        known = {"ok": judged.ok, "message": "" if judged.ok else message}
        request.crs_alerting = known  # type: ignore[attr-defined]
    return known


def _open_alerts(user: User) -> int:
    if user.role not in permissions.SEE_PATIENTS:
        return 0
    wards = permissions.ward_ids(user)
    return Alert.objects.on_wards(wards).filter(state=AlertState.OPEN).count()


def _navigation(user: User, path: str) -> list[dict[str, Any]]:
    links: list[tuple[str, str]] = []
    if user.role in permissions.SEE_PATIENTS:
        links.append(("Patients", "/patients/"))
        wards = access.clinical_wards(user)
        links += [(f"{ward.name} board", f"/wards/{ward.code}/board/") for ward in wards]
        links.append(("Alerts", "/alerts/"))
    if user.role == Role.ADMINISTRATOR:
        links.append(("Administration", "/admin/"))
    return [
        {"label": label, "href": href, "current": path.startswith(href)} for label, href in links
    ]
