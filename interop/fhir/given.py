"""Read what was given: a MedicationAdministration, a dose of cells, a support as Procedure."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

import interop.codes
from charting.entry import instant
from interop.csv import drugs
from interop.csv.kinds import Kind as RowKind
from interop.csv.kinds import Row
from interop.csv.mapped import Given
from interop.fhir import times
from interop.fhir.coding import words_of
from interop.fhir.decoded import Decoded, Dose
from interop.fhir.quantities import unit_of
from interop.fhir.reasons import NotChartedError, Why
from interop.fhir.vocabulary import ATC, OURS
from patients import therapies
from patients.medicines import DOSE_UNITS, TreatmentCode
from patients.windows import DoseKind

_GIVEN: Final = frozenset({"completed", "in-progress", "stopped"})
_STEP: Final = Decimal("0.0001")
_DOSE: Final = "dose"
_TREATMENT: Final = "treatment"
_LARGEST: Final = Decimal(10) ** 8


def decode_medication(
    resource: dict[str, Any], *, mrn: str, mark: str, place: tuple[int, int] = (0, 0)
) -> Decoded:
    """Return the medicine an administration is; raises NotChartedError."""
    kind = "MedicationAdministration"
    made = Decoded(kind, mrn, resource["status"])
    _refuse_not_given(resource, kind)
    concept = resource.get("medicationCodeableConcept") or {}
    code = _medicine(concept)
    if code is None:
        where = f"{kind}.medicationCodeableConcept"
        name = words_of(concept) or "a reference"
        raise NotChartedError(Why.UNKNOWN_DRUG, where, f"“{name[:80]}” is on no list of ours")
    started, stopped = _span(resource, "effective", kind)
    value, unit, note = _dose(resource)
    made.given = _given(
        mrn, mark, place, code=code, started=started, stopped=stopped, dose=(value, unit, note)
    )
    return made


def decode_procedure(
    resource: dict[str, Any], *, mrn: str, mark: str, place: tuple[int, int] = (0, 0)
) -> Decoded:
    """Return the dose of cells or the support a Procedure is; raises NotChartedError."""
    made = Decoded("Procedure", mrn, resource["status"])
    _refuse_not_given(resource, "Procedure")
    codes = [
        str(each.get("code", ""))
        for each in (resource.get("code") or {}).get("coding") or ()
        if each.get("system") == OURS
    ]
    started, stopped = _span(resource, "performed", "Procedure")
    for code in codes:
        what, _, rest = code.partition(".")
        if what == _DOSE:
            # Begun at a moment: that it ended there is not said of a dose.
            ended = stopped if "performedPeriod" in resource else None
            made.dose = _therapy(rest, resource, started, ended)
            return made
        if what == _TREATMENT and rest in TreatmentCode.values:
            made.given = _given(
                mrn, mark, place, code=rest, started=started, stopped=stopped,
                dose=(None, "", _note(resource)),
            )  # fmt: skip
            return made
    words = f"“{words_of(resource.get('code'))[:80]}” is no dose and no support we chart"
    raise NotChartedError(Why.UNKNOWN_THERAPY, "Procedure.code", words)


def therapy_code(therapy: str, edition: int, kind: str) -> str:
    """The code under which a dose is sent out, and by which it is read back."""
    return f"{_DOSE}.{therapy}.{edition}.{kind.replace('_', '-')}"


def support_code(code: str) -> str:
    """The code of a support or procedure that is no medicine."""
    return f"{_TREATMENT}.{code}"


def _therapy(code: str, resource: dict[str, Any], started: Any, stopped: Any) -> Dose:
    parts = code.split(".")
    kind = parts[2].replace("-", "_") if len(parts) == 3 else ""
    edition = int(parts[1]) if len(parts) == 3 and parts[1].isdecimal() else None
    try:
        therapies.profile(parts[0], edition)
        DoseKind(kind)
    except (therapies.UnknownTherapyError, ValueError) as error:
        words = f"“{code[:60]}” is no dose of a therapy we know"
        raise NotChartedError(Why.UNKNOWN_THERAPY, "Procedure.code", words) from error
    value, unit = None, ""
    for each in resource.get("extension") or ():
        if each.get("url") == f"{OURS}.dose" and "valueQuantity" in each:
            value, unit = each["valueQuantity"].get("value"), each["valueQuantity"].get("code", "")
    kept = Decimal(value) if value is not None and unit in DOSE_UNITS else None
    return Dose(parts[0], edition, kind, started, stopped, kept, unit if kept is not None else "")


def _refuse_not_given(resource: dict[str, Any], kind: str) -> None:
    status = resource["status"]
    if status == "entered-in-error":
        raise NotChartedError(Why.ENTERED_IN_ERROR, f"{kind}.status", "was entered in error")
    if status not in _GIVEN:
        words = f"“{status}”: it was not given"
        raise NotChartedError(Why.HOLDS_NOTHING, f"{kind}.status", words)


def _span(resource: dict[str, Any], name: str, kind: str) -> tuple[Any, Any]:
    if f"{name}DateTime" in resource:
        path = f"{kind}.{name}DateTime"
        at = instant(times.moment(resource[f"{name}DateTime"], path))
        # At one moment: begun and ended there, unless it says that it still runs.
        return at, None if resource["status"] == "in-progress" else at
    period = resource.get(f"{name}Period") or {}
    path = f"{kind}.{name}Period"
    if "start" not in period:
        raise NotChartedError(Why.NO_TIME, f"{path}.start", "does not say since when")
    start = instant(times.moment(period["start"], f"{path}.start"))
    end = period.get("end")
    if end is None and resource["status"] != "in-progress":
        raise NotChartedError(Why.NO_END, f"{path}.end", "is over, but does not say since when")
    return start, instant(times.moment(end, f"{path}.end")) if end else None


def _medicine(concept: dict[str, Any]) -> str | None:
    """The one medicine that all codes and names say; None where they say none or two."""
    found: set[str] = set()
    for each in concept.get("coding") or ():
        system, code = each.get("system"), str(each.get("code", ""))
        if system == OURS and code in TreatmentCode.values:
            found.add(code)
        if system == ATC and code in _atc():
            found.add(_atc()[code])
    names = [concept.get("text"), *(each.get("display") for each in concept.get("coding") or ())]
    for name in names:
        plain = str(name or "").casefold().strip()
        named = drugs.named(plain) or _by_label().get(plain)
        if named:
            found.add(named)
    return found.pop() if len(found) == 1 else None


@cache
def _atc() -> dict[str, str]:
    path = Path(interop.codes.__file__).with_name("medicines.yaml")
    content: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content["atc"]


@cache
def _by_label() -> dict[str, str]:
    labels = {str(label).casefold(): value for value, label in TreatmentCode.choices}
    labels |= {value: value for value in TreatmentCode.values if value != TreatmentCode.OTHER}
    return labels | {"acetaminophen": TreatmentCode.PARACETAMOL.value}


def _dose(resource: dict[str, Any]) -> tuple[Decimal | None, str, str]:
    """The dose where its unit is one we chart by; else what was said, as a note."""
    dosage = resource.get("dosage") or {}
    found = dosage.get("dose") or dosage.get("rateQuantity") or {}
    note = _note(resource) or dosage.get("text", "")[: drugs.LONGEST_NOTE]
    if found.get("value") is None:
        return None, "", note
    value = Decimal(found["value"])
    unit, shown = unit_of(found, "MedicationAdministration.dosage.dose")
    if (unit or shown) in DOSE_UNITS and 0 <= value < _LARGEST and value == value.quantize(_STEP):
        return value, unit or shown, note
    words = f"charted {value:f} {unit or shown}".strip()
    return None, "", (f"{note}; {words}" if note else words)[: drugs.LONGEST_NOTE]


def _note(resource: dict[str, Any]) -> str:
    notes = [each.get("text", "") for each in resource.get("note") or ()]
    return " ".join(" ".join(notes).split())[: drugs.LONGEST_NOTE]


def _given(
    mrn: str,
    mark: str,
    place: tuple[int, int],
    *,
    code: str,
    started: Any,
    stopped: Any,
    dose: tuple[Decimal | None, str, str],
) -> Given:
    value, unit, note = dose
    cells = {"patient_id": mrn, "encounter_id": mark, "drug": code}
    row = Row(place[0], place[1], RowKind.INFUSIONS, mrn, cells)
    return Given(row, code, started, stopped, value, unit, note)
