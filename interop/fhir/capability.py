"""What this server does, said from the table that it does it by."""

from datetime import datetime
from typing import Any, Final

from interop.fhir.reading import CHARTED
from interop.fhir.search import PARAMETERS, TYPE_OF
from interop.fhir.shelf import KINDS
from interop.fhir.text import MEDIA_TYPE
from staff.limits import BUNDLE_ENTRIES, FHIR_BODY_BYTES, JSON_DEPTH, JSON_NAMES

FHIR_VERSION: Final = "4.0.1"
# Asked of every request: what is not here is answered 405.
INTERACTIONS: Final[dict[str, tuple[str, ...]]] = {
    kind: (
        "read",
        "vread",
        *(("create",) if kind in CHARTED else ()),
        *(("update",) if kind == "Observation" else ()),
        "search-type",
    )
    for kind in KINDS
}
_HOW: Final = {
    "Observation": "Facts are appended. An update with status corrected, amended or "
    "entered-in-error corrects or withdraws; any other is answered 405.",
    "Patient": "Registered by the identifier typed MR, else the only one.",
    "Procedure": "Doses of cells and antibodies, and supports, by codes of this system.",
    "Flag": "Alerts; raised by this system alone.",
}
_DESCRIPTION: Final = (
    "Decision support for cytokine release syndrome. Not a certified device, not a primary "
    "alarm, not for use as the sole basis for a decision."
)

_LIMITS: Final = (
    f"A body has at most {FHIR_BODY_BYTES // 2**20} MB and {JSON_DEPTH} levels, an object at most "
    f"{JSON_NAMES} names, a Bundle at most {BUNDLE_ENTRIES} entries; what is beyond is refused "
    "with the limit named."
)


def statement(*, base: str, now: datetime) -> dict[str, Any]:
    """The CapabilityStatement of this server."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": now,
        "kind": "instance",
        "software": {"name": "CRS Monitor"},
        "implementation": {"description": _DESCRIPTION, "url": base},
        "fhirVersion": FHIR_VERSION,
        "format": [MEDIA_TYPE, "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": _LIMITS,
                "security": {
                    "cors": False,
                    "description": "Authorization: Bearer with a token of an integration, or a "
                    "signed-in session. Only patients of the user's own wards are found.",
                },
                "resource": [_resource(kind) for kind in KINDS],
                "interaction": [{"code": "transaction"}, {"code": "batch"}],
            }
        ],
    }


def _resource(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": kind,
        "interaction": [{"code": code} for code in INTERACTIONS[kind]],
        "versioning": "versioned",
        "readHistory": False,
        "updateCreate": False,
        "conditionalCreate": kind in CHARTED,
        "searchParam": [{"name": name, "type": TYPE_OF[name]} for name in PARAMETERS[kind]],
        "operation": [{"name": "validate", "definition": _operation("Resource-validate")}],
    }
    if kind in _HOW:
        found["documentation"] = _HOW[kind]
    if kind == "Patient":
        found["operation"].append(
            {"name": "everything", "definition": _operation("Patient-everything")}
        )
    return found


def _operation(name: str) -> str:
    return f"http://hl7.org/fhir/OperationDefinition/{name}"
