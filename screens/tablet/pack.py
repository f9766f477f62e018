"""What a tablet keeps of a person's wards, sealed and not for long, when there is no network."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts import rota
from alerts.models import AlertState, RotaRole
from charting import state as charting_state
from charting.browser.situation import situations_of
from charting.models import PatientState
from grading import hypotension
from screens import roster, strip
from screens.access import clinical_wards, user_of
from screens.answers import etag_of, json_answer
from screens.entry_form import CHOICES, NUMBERS
from screens.roster import Watched
from staff import permissions
from staff.models import User, Ward
from vitals import plausibility
from vitals.models import ObservationSet
from vitals.plausibility import ADULT_FROM_MONTHS

SPAN: Final = timedelta(hours=24)
_CALLED: Final = (RotaRole.CHARGE_NURSE, RotaRole.ONCOLOGY_FELLOW, RotaRole.ONCOLOGY_ATTENDING)
# Of a situation, what counts minutes.
_CLOCKED: Final = frozenset({"as_of", "until", "spans"})
_KEPT_OF_A_SET: Final = (*NUMBERS, *CHOICES, "vasopressors", "hypotension")


@require_safe
def pack_json(request: HttpRequest) -> HttpResponse:
    """Answer the person's wards, or 304 to a tablet that has them; never kept by an HTTP cache."""
    user, now = user_of(request), timezone.now()
    if not permissions.keeps_pack(user):
        raise PermissionDenied
    wards = clinical_wards(user)
    content = pack(user, wards, now=now)
    zone = wards[0].zone if wards else timezone.get_default_timezone()
    return json_answer(request, content, etag=_etag(content, now=now), now=now, zone=zone)


def pack(user: User, wards: Sequence[Ward], *, now: datetime) -> dict[str, Any]:
    """Return the whole pack: nine queries, and two for each ward's rota, whoever lies there."""
    found = roster.watched({ward.pk for ward in wards}, now=now)
    situations = _situations([each.state.pk for each in found], now=now)
    limits = {str(months): _limits(months) for months in {_months(each, now) for each in found}}
    sets = _sets([each.state.pk for each in found], now=now)
    return {
        "owner": user.pk,
        "generated_at": now.isoformat(),
        "wards": [_ward(ward, now=now) for ward in wards],
        "patients": [
            _patient(each, now=now)
            | {"sets": sets.get(each.state.pk, []), "situation": situations[each.state.pk]}
            for each in found
        ],
        "limits": limits,
    }


def _etag(content: dict[str, Any], *, now: datetime) -> str:
    """Changes with what was charted, and once an hour; a minute that passed is no news."""
    patients = [
        {**each, "situation": {k: v for k, v in each["situation"].items() if k not in _CLOCKED}}
        for each in content["patients"]
    ]
    facts = {**content, "generated_at": f"{now:%Y%m%d%H}", "patients": patients}
    return etag_of(facts)


def _situations(patients: Sequence[int], *, now: datetime) -> dict[int, dict[str, Any]]:
    """What the tablet's own rules need; the course is in no list, so these rows are read anew."""
    rows = PatientState.objects.select_related("patient", "ward", "latest_assessment")
    return situations_of(list(rows.filter(pk__in=patients)), now=now)


def _ward(ward: Ward, *, now: datetime) -> dict[str, Any]:
    held = rota.by_role(ward, at=now)
    phones = [
        {"role": role.label, "phone": holder.phone}
        for role in _CALLED
        for holder in held.get(role, [])
        if holder.phone
    ]
    if ward.phone and ward.phone not in {each["phone"] for each in phones}:
        phones.insert(0, {"role": "", "phone": ward.phone})
    return {"code": ward.code, "name": ward.name, "zone": ward.time_zone, "phones": phones}


def _patient(each: Watched, *, now: datetime) -> dict[str, Any]:
    state = each.state
    alerts = sum(alert.state == AlertState.OPEN for alert in each.alerts)
    shown = strip.strip(state, now=now, alerts=alerts, shares_surname=each.shares_surname)
    due, months = roster.due_of(state), _months(each, now)
    return {
        "id": state.pk,
        "ward_code": state.ward.code if state.ward else "",
        "strip": {name: value for name, value in shown.items() if name != "due"},
        "due_at": due.due_at.isoformat() if due else None,
        "limits": str(months),
        "is_child": months is not None and months < ADULT_FROM_MONTHS,
        "hypotension_below": hypotension.limit_mmhg(
            state.patient.birth_date, on=now.astimezone(strip.zone_of(state)).date()
        ),
    }


def _months(each: Watched, now: datetime) -> int | None:
    """The age that limits go by; those of one age share one table."""
    months = charting_state.age_months(each.state, at=now)
    if months is None:
        return None
    return next(first for first in plausibility.BANDS_FROM_MONTHS if months >= first)


def _limits(months: int | None) -> dict[str, dict[str, str]]:
    found = {}
    for name in NUMBERS:
        limits = plausibility.limits_for(name, age_months=months)
        bounds = {
            "hardLow": limits.hard_low,
            "hardHigh": limits.hard_high,
            "softLow": limits.soft_low,
            "softHigh": limits.soft_high,
            "jump": limits.jump.size if limits.jump else None,
        }
        found[name] = {key: f"{value:f}" for key, value in bounds.items() if value is not None}
        if limits.jump and limits.jump.within:
            found[name]["jumpSeconds"] = f"{limits.jump.within.total_seconds():.0f}"
    return found


def _sets(patients: Sequence[int], *, now: datetime) -> dict[int, list[dict[str, Any]]]:
    """The last day's sets in force, newest first; what was not recorded is absent."""
    rows = (
        ObservationSet.objects.filter(patient_id__in=patients, taken_at__gte=now - SPAN)
        .in_force()
        .order_by("-taken_at", "-pk")
        .values("patient_id", "taken_at", *_KEPT_OF_A_SET)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        values = {name: _plain(row[name]) for name in _KEPT_OF_A_SET if row[name] not in (None, "")}
        kept = {"taken_at": row["taken_at"].isoformat(), "values": values}
        found.setdefault(row["patient_id"], []).append(kept)
    return found


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
