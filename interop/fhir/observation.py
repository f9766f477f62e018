"""Read an Observation: codes, units, names and category must agree before a value counts."""

from collections.abc import Iterator
from typing import Any, Final

from interop.codes import Kind
from interop.csv import charted_as
from interop.csv.kinds import Kind as RowKind
from interop.csv.kinds import Row
from interop.fhir import findings, laboratory, own, quantities, times
from interop.fhir.coding import Meaning, is_listed_name, meaning_of, words_of
from interop.fhir.decoded import Absent, Decoded, PartRow
from interop.fhir.reasons import NotChartedError, Refusal, Why, outcome_of
from interop.fhir.vocabulary import ABSENT
from vitals.vocabulary import BloodPressureMethod, SkipReason

_NOT_FINAL: Final = {
    "registered": (Why.NOT_YET, "is registered only: there is no result yet"),
    "cancelled": (Why.CANCELLED, "was cancelled: no result will come"),
    "unknown": (Why.STATUS_UNKNOWN, "nobody knows whether it is a result"),
}
_SKIPPED: Final = {"asked-declined": SkipReason.REFUSED, "error": SkipReason.EQUIPMENT}
_OXYGEN: Final = {"oxygen_flow_lpm": "flow_lpm", "fio2_percent": "fio2"}
_AS_CHARTED: Final = {
    BloodPressureMethod.CUFF.value: "non invasive",
    BloodPressureMethod.ARTERIAL.value: "arterial",
    "": "",
}
_VALUES: Final = "value"


def decode(
    resource: dict[str, Any], *, mrn: str, mark: str, file: int = 0, line: int = 0
) -> Decoded:
    """Return what an Observation says of the patient with this MRN; its parts fail alone.

    Raises NotChartedError where nothing of it can be charted.
    """
    made = Decoded("Observation", mrn, resource["status"])
    if resource["status"] == "entered-in-error":
        return made  # what it said does not matter any more
    if resource.get("modifierExtension"):
        words = "an extension changes what this means, and it is not known here"
        raise NotChartedError(Why.MODIFIER, "Observation.modifierExtension", words)
    if resource.get("focus"):
        words = "is about somebody or something other than the patient"
        raise NotChartedError(Why.NOT_THE_PATIENT, "Observation.focus", words)
    if own.is_own(resource):
        own.decode(resource, made)
        return made
    if findings.code_of(resource):
        findings.decode(resource, made)
        return made
    if resource["status"] in _NOT_FINAL:
        why, words = _NOT_FINAL[resource["status"]]
        raise NotChartedError(why, "Observation.status", words)
    at, _ = times.effective(resource, "Observation")
    reader = _Reader(resource, made, at=at, mark=mark, place=(file, line))
    for part, path in _parts(resource):
        try:
            reader.read(part, path)
        except NotChartedError as error:
            made.refusals.append(error.refusal)
    quantities.refuse_swapped(made)
    _refuse_twice(made)
    if not (made.rows or made.absents or made.refusals):
        words = "holds no value of its own"
        raise NotChartedError(Why.HOLDS_NOTHING, "Observation", words)
    return made


def _refuse_twice(made: Decoded) -> None:
    """Refuse readings of one quantity that differ within one Observation: which is right?"""
    said: dict[tuple[str, ...], list[PartRow]] = {}
    for part in made.rows:
        key = tuple(part.row[name] for name in ("vital", "what", "loinc", "lab"))
        said.setdefault(key, []).append(part)
    for same in said.values():
        if (
            len({(part.row["value"], part.row["value_text"], part.row["unit"]) for part in same})
            < 2
        ):
            continue
        for part in same:
            made.rows.remove(part)
            why = Why.CODES_DISAGREE
            words = "stands twice in one Observation, with different values"
            made.refusals.append(Refusal(f"{part.path}.code", why.value, words, outcome_of(why)))


def _parts(resource: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    components = resource.get("component") or []
    if _says_something(resource) or not components:
        yield resource, "Observation"
    for index, component in enumerate(components):
        yield component, f"Observation.component[{index}]"


def _says_something(part: dict[str, Any]) -> bool:
    return any(name.startswith(_VALUES) for name in part) or "dataAbsentReason" in part


class _Reader:
    """Reads the parts of one Observation, which share time, category, name and method."""

    def __init__(
        self,
        resource: dict[str, Any],
        made: Decoded,
        *,
        at: str,
        mark: str,
        place: tuple[int, int],
    ) -> None:
        self._resource, self._made, self._at, self._mark = resource, made, at, mark
        self._place = place

    def read(self, part: dict[str, Any], path: str) -> None:
        """Read one part into a row, or the reason for its absence."""
        meaning = meaning_of(part, whole=self._resource, path=path)
        if meaning.row is not None and meaning.row.kind is Kind.PANEL:
            if _says_something(part) and any(name.startswith(_VALUES) for name in part):
                words = "a panel has no value of its own"
                raise NotChartedError(Why.NOT_A_QUANTITY, path, words)
            return
        if "dataAbsentReason" in part:
            self._absent(part, meaning, path)
            return
        if meaning.is_lab:
            self._made.rows.append(
                laboratory.row(
                    part, meaning, resource=self._resource, at=self._at, mrn=self._made.mrn,
                    mark=self._mark_of(path), place=self._place, path=path,
                )
            )  # fmt: skip
            return
        if not _says_something(part):
            raise NotChartedError(Why.ABSENT, path, "neither a value nor why there is none")
        self._made.rows.append(self._vital(part, meaning, path))

    def _mark_of(self, path: str) -> str:
        return f"{self._mark}{path.removeprefix('Observation')}"

    def _vital(self, part: dict[str, Any], meaning: Meaning, path: str) -> PartRow:
        assert meaning.row is not None
        found = quantities.vital(part, meaning.row, path=path)
        cells = {
            "patient_id": self._made.mrn, "encounter_id": self._mark_of(path), "time": self._at,
            "value": found.value, "charted_as": self._charted_as(meaning),
        }  # fmt: skip
        field = meaning.row.field
        if field in _OXYGEN:
            kind = RowKind.OXYGEN
            cells |= {"what": _OXYGEN[field], "value_text": found.value}
            cells["unit_as_charted"] = found.unit
        elif field == "glasgow_coma_score":
            kind = RowKind.GCS
            cells |= {"gcs": found.value, "charttime": self._at}
        else:
            kind = RowKind.VITALS
            cells |= {"vital": _NAME_OF[field]}
            cells |= {"unit": found.unit, "unit_as_charted": found.as_charted}
        file, line = self._place
        return PartRow(Row(file, line, kind, self._made.mrn, cells), path, self._made.status)

    def _charted_as(self, meaning: Meaning) -> str:
        """The name charted; of a pressure only where it was measured, for the panel and its
        mean are named apart and belong together."""
        name = meaning.name or words_of(self._resource.get("code"))
        assert meaning.row is not None
        if meaning.row.field not in charted_as.PRESSURE_FIELDS:
            # The list's own name of a code says no more than the code.
            return "" if is_listed_name(name) else name[:120]
        whole = words_of(self._resource.get("code"))
        spoken = f"{name} {whole} {words_of(self._resource.get('method'))}"
        said = meaning.row.method or charted_as.method(spoken)
        return _AS_CHARTED[said]

    def _absent(self, part: dict[str, Any], meaning: Meaning, path: str) -> None:
        said = _absence(part)
        if meaning.is_lab or meaning.row is None or meaning.row.field == "weight_kg":
            words = f"no result: {said}"
            raise NotChartedError(Why.HOLDS_NOTHING, f"{path}.dataAbsentReason", words)
        skip = _SKIPPED.get(said, SkipReason.OTHER).value
        self._made.absents.append(Absent(meaning.row.field, self._at, said, skip, path))


_NAME_OF: Final = {
    "heart_rate_bpm": "heart_rate",
    "respirations_per_minute": "respiratory_rate",
    "systolic_mmhg": "sbp",
    "diastolic_mmhg": "dbp",
    "mean_arterial_mmhg": "map",
    "spo2_percent": "spo2",
    "temperature_celsius": "temperature",
    "weight_kg": "weight",
}


def _absence(part: dict[str, Any]) -> str:
    concept = part["dataAbsentReason"]
    codes = [
        each.get("code", "") for each in concept.get("coding") or () if each.get("system") == ABSENT
    ]
    return str((codes or [concept.get("text") or "unknown"])[0])[:60]
