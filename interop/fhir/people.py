"""Read a Patient and an Encounter: who somebody is, and where they stay from when to when."""

from datetime import date
from typing import Any, Final

from charting.entry import instant
from interop.csv.cells import LONGEST_IDENTIFIER
from interop.fhir import times
from interop.fhir.decoded import Decoded, Person, Visit
from interop.fhir.identity import identifiers
from interop.fhir.reasons import NotChartedError, Why
from interop.fhir.vocabulary import OUR_MRN
from patients.age import OLDEST_YEARS
from patients.models import Sex

LONGEST_NAME: Final = 80
_MRN: Final = "MR"
_OVER: Final = frozenset({"finished"})
_HERE: Final = frozenset({"arrived", "triaged", "in-progress", "onleave"})


def mrn_of(resource: dict[str, Any]) -> str:
    """The medical record number of a Patient; raises NotChartedError where it is not clear which.

    The identifier typed MR, else the one this system gave out, else the only one.
    """
    listed = [each for each in resource.get("identifier") or () if each.get("value")]
    # One that is no longer in use names nobody.
    listed = [each for each in listed if each.get("use") != "old"]
    typed = [each for each in listed if _is_mrn(each)]
    ours = [each for each in listed if each.get("system") == OUR_MRN]
    found = {each["value"].strip() for each in typed or ours or listed}
    if not found:
        words = "has no identifier: whose chart this is cannot be said"
        raise NotChartedError(Why.NO_MRN, "Patient.identifier", words)
    if len(found) > 1:
        words = "has several identifiers and none alone is typed MR (medical record number)"
        raise NotChartedError(Why.WHICH_PATIENT, "Patient.identifier", words)
    return checked_mrn(found.pop(), "Patient.identifier")


def checked_mrn(value: str, path: str) -> str:
    """A number that can be kept; raises NotChartedError."""
    if not value or len(value) > LONGEST_IDENTIFIER or not value.isprintable():
        words = f"a record number has 1 to {LONGEST_IDENTIFIER} printable characters"
        raise NotChartedError(Why.NO_MRN, path, words)
    return value


def _is_mrn(identifier: dict[str, Any]) -> bool:
    codings = (identifier.get("type") or {}).get("coding") or ()
    return any(
        each.get("code") == _MRN and ("v2-0203" in str(each.get("system", "v2-0203")))
        for each in codings
    )


def decode_patient(resource: dict[str, Any], *, today: date) -> Decoded:
    """Return who a Patient is; a date of birth that cannot be believed is unknown."""
    family, given = _name(resource)
    mrn = mrn_of(resource)
    made = Decoded("Patient", mrn)
    sex = resource.get("gender", Sex.UNKNOWN.value)
    made.person = Person(mrn, family, given, _born(resource, today), sex)
    return made


def _name(resource: dict[str, Any]) -> tuple[str, str]:
    names = resource.get("name") or [{}]
    order = {"official": 0, "usual": 1}
    best = min(names, key=lambda each: order.get(each.get("use"), 2))
    given = " ".join(each for each in best.get("given") or () if each)
    family = best.get("family") or ("" if given else best.get("text", ""))
    return _plain(family), _plain(given)


def _plain(text: str) -> str:
    kept = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(kept.split())[:LONGEST_NAME]


def _born(resource: dict[str, Any], today: date) -> date | None:
    text = resource.get("birthDate", "")
    if len(text) != len("2000-01-01"):
        return None  # a year or a month is no age in months
    born = date.fromisoformat(text)
    return born if 0 <= (today - born).days / 365.25 <= OLDEST_YEARS else None


def decode_encounter(resource: dict[str, Any], *, mrn: str) -> Decoded:
    """Return the stay an Encounter is; raises NotChartedError."""
    made = Decoded("Encounter", mrn, resource["status"])
    status = resource["status"]
    if status not in _OVER | _HERE:
        why = Why.ENTERED_IN_ERROR if status == "entered-in-error" else Why.HOLDS_NOTHING
        raise NotChartedError(why, "Encounter.status", f"“{status}”: nobody stayed")
    period = resource.get("period") or {}
    if "start" not in period:
        raise NotChartedError(Why.NO_TIME, "Encounter.period.start", "does not say since when")
    start = instant(times.moment(period["start"], "Encounter.period.start"))
    end = None
    if "end" in period:
        end = instant(times.moment(period["end"], "Encounter.period.end"))
    if status in _OVER and end is None:
        words = "is finished, but does not say when"
        raise NotChartedError(Why.NO_END, "Encounter.period.end", words)
    made.visit = Visit(start, end, _ward(resource), end is not None)
    return made


def _ward(resource: dict[str, Any]) -> str:
    """The code of the ward, as the display or identifier of the first location."""
    for each in resource.get("location") or ():
        where = each.get("location") or {}
        named = [value for _, value in identifiers(where)] + [where.get("display")]
        found = next((str(value) for value in named if value), "")
        if found:
            return found[:40]
    return ""
