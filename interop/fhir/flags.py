"""An alert as a Flag, and its history read back: what was raised is never raised again."""

from typing import Any, Final

from alerts.models import Alert, AlertState, ClosedAs
from alerts.policy import Family, Rule, Severity
from charting.entry import instant
from interop.fhir import times
from interop.fhir.decoded import Decoded
from interop.fhir.identity import identifiers
from interop.fhir.reasons import NotChartedError, Why
from interop.fhir.vocabulary import OUR_ALERTS, OURS

_ALERT: Final = "alert."
_DETAIL: Final = f"{OURS}.alert"
_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/flag-category"
_PRIORITY: Final = "http://hl7.org/fhir/StructureDefinition/flag-priority"
_WHOLE: Final = ("step", "count")
_TEXTS: Final = ("family", "severity", "rulebook", "closed_as", "closed_reason")
_MOMENTS: Final = ("last_seen_at", "respond_by", "acknowledged_at")
_LONGEST: Final = {"family": 20, "severity": 2, "rulebook": 40, "closed_as": 16,
                   "closed_reason": 200}  # fmt: skip


def flag_of(alert: Alert) -> dict[str, Any]:
    """The alert as a resource: what happened in words, without any reading."""
    period: dict[str, Any] = {"start": alert.raised_at}
    if alert.closed_at is not None:
        period["end"] = alert.closed_at
    return {
        "resourceType": "Flag",
        "id": alert.code,
        "meta": {"versionId": str(alert.version)},
        "extension": [{"url": _DETAIL, "extension": _details(alert)}],
        "identifier": [{"system": OUR_ALERTS, "value": alert.code}],
        "status": "inactive" if alert.state == AlertState.CLOSED else "active",
        "category": [{"coding": [{"system": _CATEGORY, "code": "clinical"}]}],
        "code": {
            "coding": [{"system": OURS, "code": f"{_ALERT}{alert.rule}"}],
            "text": alert.words,
        },
        "subject": {"reference": f"Patient/{alert.patient_id}"},
        "period": period,
    }


def _details(alert: Alert) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"url": name, "valueInteger": getattr(alert, name)} for name in _WHOLE
    ]
    found += [
        {"url": name, "valueString": str(getattr(alert, name))}
        for name in _TEXTS
        if getattr(alert, name)
    ]
    found += [
        {"url": name, "valueDateTime": getattr(alert, name)}
        for name in _MOMENTS
        if getattr(alert, name) is not None
    ]
    found.append({"url": "provisional", "valueBoolean": alert.is_provisional})
    return found


def decode(resource: dict[str, Any], *, mrn: str) -> Decoded:
    """Read the history of an alert of this system; raises NotChartedError for any other flag."""
    codes = [value for system, value in identifiers(resource) if system == OUR_ALERTS]
    rule = _rule(resource)
    if len(codes) != 1 or rule is None or len(codes[0]) > 8:
        words = "is no alert of this system: flags of others are not taken over"
        raise NotChartedError(Why.NOT_IN_USE, "Flag.code", words)
    details = {
        each.get("url", ""): next((v for k, v in each.items() if k.startswith("value")), None)
        for outer in resource.get("extension") or ()
        if outer.get("url") == _DETAIL
        for each in outer.get("extension") or ()
    }
    period = resource.get("period") or {}
    if "start" not in period:
        raise NotChartedError(Why.NO_TIME, "Flag.period.start", "does not say since when")
    made = Decoded("Flag", mrn)
    made.history = _history(details, rule=rule, code=codes[0])
    made.history["raised_at"] = instant(times.moment(period["start"], "Flag.period.start"))
    if "end" in period:
        made.history["closed_at"] = instant(times.moment(period["end"], "Flag.period.end"))
    return made


def _rule(resource: dict[str, Any]) -> str | None:
    for each in (resource.get("code") or {}).get("coding") or ():
        code = str(each.get("code", ""))
        if each.get("system") == OURS and code.startswith(_ALERT):
            known = code.removeprefix(_ALERT)
            return known if known in {rule.value for rule in Rule} else None
    return None


def _history(details: dict[str, Any], *, rule: str, code: str) -> dict[str, Any]:
    found: dict[str, Any] = {"code": code, "rule": rule}
    for name in _WHOLE:
        value = details.get(name)
        found[name] = value if isinstance(value, int) and 0 <= value < 32_000 else 1
    for name in _TEXTS:
        found[name] = str(details.get(name) or "")[: _LONGEST[name]]
    for name in _MOMENTS:
        value = details.get(name)
        found[name] = instant(times.moment(value, "Flag.extension")) if value else None
    found["is_provisional"] = details.get("provisional") is True
    words = "does not say its family or severity as this system writes them"
    if found["family"] not in {each.value for each in Family}:
        raise NotChartedError(Why.NOT_IN_USE, "Flag.extension", words)
    if found["severity"] not in {each.value for each in Severity}:
        raise NotChartedError(Why.NOT_IN_USE, "Flag.extension", words)
    if found["closed_as"] not in ClosedAs.values:
        found["closed_as"] = ""
    return found
