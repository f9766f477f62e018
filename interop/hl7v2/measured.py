"""Turn an OBX into the reading or result it is, by the mappers that the CSV import uses."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from interop.codes import ALL, LOINC, Code, Kind
from interop.csv import laboratory, oxygen, vitals
from interop.csv.identity import NAMESPACE
from interop.csv.kinds import Kind as RowKind
from interop.csv.kinds import Row
from interop.csv.mapped import DeviceNotAgreed, Lab, Reading, Setting, Weight
from interop.hl7v2 import coding
from interop.hl7v2.coding import Mappings, Meaning
from interop.hl7v2.orders import Part
from interop.hl7v2.reasons import Reason, RefusedMessageError
from interop.hl7v2.times import Clock
from interop.hl7v2.values import Standing, Value, value_of
from interop.units import listed, name_with
from vitals.vocabulary import Consciousness

Payload = Reading | Weight | Lab | DeviceNotAgreed
_UTC: Final = ZoneInfo("UTC")
PRELIMINARY: Final = " (preliminary)"
_PARTS_OF_PRESSURE: Final = re.compile(r"\b(?:syst?|diast?|s|d|m)\b")
_NUMBER: Final = r"(\d{1,9}(?:\.\d{1,6})?)"
_RANGE: Final = re.compile(
    rf"\[?\s*(?:{_NUMBER}\s*-\s*{_NUMBER}|<=?\s*{_NUMBER}|>=?\s*{_NUMBER})\s*\]?", re.ASCII
)
_OXYGEN: Final = {"oxygen_device": "device", "oxygen_flow_lpm": "flow_lpm", "fio2_percent": "fio2"}
# Pain is between touch and none: AVPU does not say which, and ICANS counts them apart.
_WORDS: Final = {
    "a": Consciousness.ALERT, "alert": Consciousness.ALERT,
    "c": Consciousness.NEW_CONFUSION, "confusion": Consciousness.NEW_CONFUSION,
    "new confusion": Consciousness.NEW_CONFUSION, "confused": Consciousness.NEW_CONFUSION,
    "v": Consciousness.VOICE, "voice": Consciousness.VOICE, "verbal": Consciousness.VOICE,
    "u": Consciousness.UNAROUSABLE, "unresponsive": Consciousness.UNAROUSABLE,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """One OBX understood: `payload` is what will be stored, none where it takes one back.

    `key` names the result for its later corrections, `loose_key` does so without its time,
    `said` is its value and unit.
    """

    part: Part
    item: UUID
    value: Value
    meaning: Meaning
    payload: Payload | None
    key: str
    loose_key: str
    said: str

    @property
    def row(self) -> Row | None:
        """The row that stands for it in grouping."""
        return self.payload.row if self.payload else None


def item_of(message_digest: str, segment_number: int) -> UUID:
    """The mark of one OBX: the same message again has the same."""
    return uuid5(NAMESPACE, f"hl7v2 {message_digest} {segment_number}")


def result_of(
    part: Part, *, digest: str, mrn: str, sender: str, clock: Clock, mappings: Mappings
) -> Result:
    """Return the result; raises RefusedMessageError or the CSV mappers' RefusedError."""
    panel = part.order.text(4) if part.order else ""
    meaning = coding.meaning_of(part.result, sender=sender, panel=panel, mappings=mappings)
    value = value_of(part, clock)
    item = item_of(digest, part.result.number)
    payload = None
    if value.standing is not Standing.WITHDRAWN:
        coding.refuse_another_property(part.result, meaning)
        payload = _payload(part, value, meaning, item=item, mrn=mrn, clock=clock)
    key, loose_key = _keys(part, value, sender=sender, mrn=mrn)
    said = _digest(value.text, coding.unit_of(part.result))
    return Result(part, item, value, meaning, payload, key, loose_key, said)


def _payload(
    part: Part, value: Value, meaning: Meaning, *, item: UUID, mrn: str, clock: Clock
) -> Payload:
    setting = Setting(now=clock.now, zone=_UTC)
    code = meaning.code
    cells = _cells(part, value, meaning) | {"time": value.at.isoformat(sep=" ")}
    if code.kind is Kind.LAB:
        return _lab(part, value, meaning, cells, setting, item=item, mrn=mrn)
    if code.field == "consciousness":
        row = _row(RowKind.VITALS, part, mrn, cells)
        return Reading(row, value.at, code.field, _consciousness(value.text))
    if code.field == "glasgow_coma_score":
        cells |= {"gcs": value.text, "charttime": cells["time"]}
        return oxygen.map_gcs(_row(RowKind.GCS, part, mrn, cells), setting)
    if code.field in _OXYGEN:
        cells |= {"what": _OXYGEN[code.field], "value_text": value.text}
        if code.field == "oxygen_device":
            cells["value"] = ""
        return oxygen.map_oxygen(_row(RowKind.OXYGEN, part, mrn, cells), setting)
    cells["loinc"] = _loinc_of(code)
    read = vitals.map_vital(_row(RowKind.VITALS, part, mrn, cells), setting)
    if isinstance(read, Weight):
        return read
    # What one cuff or line measured belongs together, whatever its parts are called.
    series = " ".join(_PARTS_OF_PRESSURE.sub(" ", read.series).split())
    return replace(read, series=series, method=read.method or code.method)


def _lab(
    part: Part,
    value: Value,
    meaning: Meaning,
    cells: dict[str, str],
    setting: Setting,
    *,
    item: UUID,
    mrn: str,
) -> Lab:
    code = meaning.code
    spelled = listed(code.analyte, cells["unit"]) if code.analyte else None
    cells |= {
        "lab": _name(part, meaning, cells["unit"]),
        "loinc": code.code,
        "specimen": part.specimen,
        "value": "",
        "value_text": value.text,
        "unit": cells["unit"] if spelled is None else spelled,
    }
    lab = laboratory.map_lab(_row(RowKind.LABS, part, mrn, cells), setting)
    lab.result.client_id = item
    lab.result.reference_low, lab.result.reference_high = _limits(part.result.text(7))
    if value.standing is Standing.PRELIMINARY:
        room = laboratory.LONGEST_NAME - len(PRELIMINARY)
        lab.result.display = lab.result.display[:room] + PRELIMINARY
    return lab


def _name(part: Part, meaning: Meaning, unit: str) -> str:
    """The sender's name for it; not one of the other property, once a person said which it is."""
    name = part.result.text(3, 2) or meaning.code.display
    return name_with(meaning.code.code, unit, name) if meaning.by_person else name


def _limits(text: str) -> tuple[Decimal | None, Decimal | None]:
    """The reference range, where it is plainly two numbers or one bound; else none."""
    found = _RANGE.fullmatch(text)
    if found is None:
        return None, None
    low, high, most, least = (Decimal(each) if each else None for each in found.groups())
    if low is not None and high is not None and low > high:
        return None, None
    return (low if low is not None else least), (high if high is not None else most)


def _cells(part: Part, value: Value, meaning: Meaning) -> dict[str, str]:
    """Value, unit and names as the mappers read them; a person's word on a unit comes first."""
    unit = coding.unit_of(part.result)
    charted_unit = part.result.text(6, 2)
    if meaning.by_person and meaning.unit and unit == meaning.stated_unit:
        unit, charted_unit = meaning.unit, ""
    return {
        "value": value.text,
        "unit": unit,
        "unit_as_charted": "" if charted_unit.startswith("MDC_") else charted_unit,
        "charted_as": _charted_as(part, meaning),
        "loinc": meaning.code.code,
    }


def _charted_as(part: Part, meaning: Meaning) -> str:
    """The name under which it was charted: the sender's own, not that of the code's list."""
    if meaning.by_person or meaning.code.system != LOINC:
        return meaning.code.display.replace("_", " ")
    coded = coding.codings(part.result, 3)
    own = [each for each in coded[1:] if not coding.is_loinc(each)]
    named = [each.text or each.code for each in own] + [coded[0].text]
    return next((name for name in named if name), "")


def _consciousness(text: str) -> str:
    found = _WORDS.get(" ".join(text.casefold().split()))
    if found is None:
        words = "a level of consciousness that is not agreed: alert, confusion, voice, unresponsive"
        raise RefusedMessageError(Reason.WHICH_CONSCIOUSNESS, words, where="OBX-5")
    return found.value


def _row(kind: RowKind, part: Part, mrn: str, cells: dict[str, str]) -> Row:
    return Row(0, part.result.number, kind, mrn, cells)


@cache
def _loinc_of(code: Code) -> str:
    """The LOINC code of a field and method, for a code of another list."""
    if code.system == LOINC and code.code:
        # By pulse oximetry is what coding.meaning_of made sure of.
        return "59408-5" if code.only_as else code.code
    for row in ALL.values():
        is_same = (row.field, row.method) == (code.field, code.method)
        if row.system == LOINC and is_same and not row.only_as and not row.site:
            return row.code
    raise KeyError(code.code)


def _keys(part: Part, value: Value, *, sender: str, mrn: str) -> tuple[str, str]:
    order = ""
    if part.order is not None:
        order = part.order.field(3) or part.order.field(2)
    # The whole code: a cuff and a line may share its first part.
    names = (sender, mrn, order, part.result.field(3), part.result.text(4))
    return (
        _digest(*names, value.at.isoformat()),
        _digest(*names) if order else "",
    )


def _digest(*parts: str) -> str:
    content = "\x1f".join(parts).encode("utf-8", "replace")
    return blake2b(content, digest_size=16).hexdigest()
