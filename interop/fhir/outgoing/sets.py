"""A set of observations as the Observations of the vital signs profiles, and as a whole."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from charting.entry import READERS
from interop.codes import code_of, field_for
from interop.fhir import own
from interop.fhir.outgoing.elements import (
    absent,
    category,
    loinc,
    meta,
    ours,
    quantity,
    reference,
)
from interop.fhir.targets import TAG_OF, WHOLE
from interop.fhir.vocabulary import OUR_SETS
from vitals.models import ObservationSet
from vitals.vocabulary import SkipReason

_PROFILE: Final = {
    "temperature": "bodytemp", "heart-rate": "heartrate", "respiratory-rate": "resprate",
    "blood-pressure": "bp", "oxygen-saturation": "oxygensat",
}  # fmt: skip
_FIELD: Final = {
    "temperature": "temperature_celsius", "heart-rate": "heart_rate_bpm",
    "respiratory-rate": "respirations_per_minute", "oxygen-saturation": "spo2_percent",
    "oxygen-flow": "oxygen_flow_lpm", "oxygen-concentration": "fio2_percent",
    "coma-score": "glasgow_coma_score",
}  # fmt: skip
_PRESSURES: Final = ("systolic_mmhg", "diastolic_mmhg", "mean_arterial_mmhg")
_OXYGEN: Final = ("oxygen_flow_lpm", "fio2_percent")
_DECLINED: Final = {SkipReason.REFUSED.value: "asked-declined"}


def tags_of(row: ObservationSet) -> list[str]:
    """Which Observations a set is shown as: those with a value, those skipped, and the whole."""
    has_saturation = row.spo2_percent is not None
    found = {
        tag
        for field, tag in TAG_OF.items()
        if getattr(row, field) is not None or field in (row.skipped or {})
    }
    if has_saturation:
        # Shown as components of the saturation, as the pulse oximetry profile has it.
        found -= {TAG_OF[field] for field in _OXYGEN}
    return [*sorted(found), WHOLE]


def observations_of(row: ObservationSet, *, root: int, version: int) -> Iterator[dict[str, Any]]:
    """Every Observation of a set in force."""
    for tag in tags_of(row):
        yield observation(row, tag, root=root, version=version)


def observation(row: ObservationSet, tag: str, *, root: int, version: int) -> dict[str, Any]:
    """One Observation of a set; `root` is the first row that corrections go back to."""
    is_gone = row.withdrawn
    found: dict[str, Any] = {
        "resourceType": "Observation",
        "id": f"set-{root}-{tag}",
        "meta": meta(version=version, updated=row.received_at, profile=_PROFILE.get(tag, "")),
        "identifier": [{"system": OUR_SETS, "value": _mark(row, tag)}],
        "status": "entered-in-error" if is_gone else "corrected" if version > 1 else "final",
        "category": category("exam" if tag in (WHOLE, "coma-score") else "vital-signs"),
        "code": _code(tag),
        "subject": reference("Patient", row.patient_id),
        "effectiveDateTime": row.taken_at,
        "issued": row.charted_at if tag == WHOLE else row.received_at,
    }
    status = (row.as_entered or {}).get("status")
    if status == "preliminary" and version == 1:
        found["status"] = "preliminary"
    return found | (_whole(row, root) if tag == WHOLE else _values(row, tag))


def _mark(row: ObservationSet, tag: str) -> str:
    return str(row.client_id) if tag == WHOLE else f"{row.client_id}.{tag}"


def _code(tag: str) -> dict[str, Any]:
    if tag == WHOLE:
        return ours(own.SET, "Set of observations")
    if tag == "blood-pressure":
        panel = field_for("85354-9")
        assert panel is not None
        return loinc(panel)
    if tag == "oxygen-saturation":
        general = field_for("2708-6")
        assert general is not None
        return loinc(general, code_of("spo2_percent"))
    return loinc(code_of(_FIELD[tag]))


def _whole(row: ObservationSet, root: int) -> dict[str, Any]:
    recorded = {name: getattr(row, name) for name in (*READERS, "vasopressor_doses")}
    values = {
        name: value
        for name, value in recorded.items()
        if value is not None and (value not in ("", {}) or value == [])
    }
    members = [reference("Observation", f"set-{root}-{tag}") for tag in tags_of(row)[:-1]]
    found: dict[str, Any] = {"component": own.components_of(_plain(values))} if values else {}
    return found | ({"hasMember": members} if members else {})


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.normalize() + 0 if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def _values(row: ObservationSet, tag: str) -> dict[str, Any]:
    if tag == "blood-pressure":
        return _pressure(row)
    field = _FIELD[tag]
    found = _part(row, field)
    if tag == "oxygen-saturation":
        parts = [
            {"code": loinc(code_of(name)), **_part(row, name)}
            for name in _OXYGEN
            if getattr(row, name) is not None
        ]
        if parts:
            found["component"] = parts
    return found


def _pressure(row: ObservationSet) -> dict[str, Any]:
    parts = [
        {"code": loinc(code_of(name)), **_part(row, name)}
        for name in _PRESSURES
        # The profile has systolic and diastolic always, with the reason where one is missing.
        if name != "mean_arterial_mmhg" or getattr(row, name) is not None
    ]
    found: dict[str, Any] = {"component": parts}
    if row.blood_pressure_method:
        found["method"] = {"text": row.get_blood_pressure_method_display()}
    return found


def _part(row: ObservationSet, field: str) -> dict[str, Any]:
    value = getattr(row, field)
    if value is not None:
        return {"valueQuantity": quantity(value, code_of(field).unit)}
    skipped = (row.skipped or {}).get(field)
    said = _DECLINED.get(skipped, "not-performed") if skipped else "unknown"
    return {"dataAbsentReason": absent(said)}
