"""The elements that resources share: quantities, concepts, references, versions."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from interop.codes import LOINC, Code
from interop.fhir.own import SOURCE
from interop.fhir.vocabulary import ABSENT, CATEGORY, OURS, UCUM

STANDING: Final = (
    "Decision support. Not a certified device, not a primary alarm, "
    "not for use as the sole basis for a decision."
)
_PROFILES: Final = "http://hl7.org/fhir/StructureDefinition/"


def meta(*, version: int = 1, updated: datetime | None = None, profile: str = "") -> dict[str, Any]:
    """Version, last change and maker of a resource."""
    found: dict[str, Any] = {"versionId": str(version), "source": SOURCE}
    if updated is not None:
        found["lastUpdated"] = updated
    if profile:
        found["profile"] = [f"{_PROFILES}{profile}"]
    return found


def number(value: Decimal | int) -> Decimal | int:
    """A number without trailing zeros, digit for digit otherwise."""
    if isinstance(value, int):
        return value
    return value.normalize() + 0 if value else Decimal(0)


def quantity(value: Decimal | int, unit: str, *, comparator: str = "") -> dict[str, Any]:
    """A quantity in a UCUM unit."""
    found: dict[str, Any] = {"value": number(value), "unit": unit, "system": UCUM, "code": unit}
    return {**found, "comparator": comparator} if comparator else found


def loinc(*rows: Code, text: str = "") -> dict[str, Any]:
    """A concept with LOINC codes."""
    codings = [{"system": LOINC, "code": row.code, "display": row.display} for row in rows]
    return {"coding": codings, "text": text or rows[0].display}


def ours(code: str, text: str) -> dict[str, Any]:
    """A concept of our own list."""
    return {"coding": [{"system": OURS, "code": code}], "text": text}


def category(code: str) -> list[dict[str, Any]]:
    """The category of an Observation."""
    return [{"coding": [{"system": CATEGORY, "code": code}]}]


def absent(code: str) -> dict[str, Any]:
    """Why there is no value."""
    return {"coding": [{"system": ABSENT, "code": code}]}


def reference(kind: str, ident: object) -> dict[str, str]:
    """A relative reference."""
    return {"reference": f"{kind}/{ident}"}
