"""Group the readings of one patient into sets: one a minute, and further ones where two differ."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Final

from interop.csv.cells import minute
from interop.csv.charted_as import PRESSURE_FIELDS
from interop.csv.kinds import Row
from interop.csv.mapped import DeviceNotAgreed, Reading
from interop.csv.outcomes import Reason, Refusal, RefusedError
from interop.csv.oxygen import DEVICE, FIO2, FLOW
from interop.csv.oxygen_of_minute import Bundle, bundles_of
from vitals.plausibility import pressure_refusal
from vitals.vocabulary import BloodPressureMethod

_OXYGEN: Final = frozenset({DEVICE, FLOW, FIO2})
# The line stands last: it is the pressure that is carried forward.
_METHODS: Final = ("", BloodPressureMethod.CUFF.value, BloodPressureMethod.ARTERIAL.value)


@dataclass(frozen=True, slots=True)
class GroupedSet:
    """Readings that go into one set of observations."""

    readings: tuple[Reading, ...]

    @property
    def taken_at(self) -> datetime:
        """The earliest of its readings; they are of one minute."""
        return min(reading.at for reading in self.readings)

    @property
    def rows(self) -> list[Row]:
        """The rows it is made of."""
        return [reading.row for reading in self.readings]


def grouped(
    readings: Sequence[Reading],
    not_agreed: Sequence[DeviceNotAgreed],
    *,
    before: Sequence[Reading] = (),
) -> tuple[list[GroupedSet], list[Refusal]]:
    """Return the sets, oldest first, and the rows that contradict each other.

    Readings stored `before` are weighed with the new ones and come back in no set.
    """
    stored = {id(reading.row) for reading in before}
    minutes: dict[datetime, list[Reading]] = defaultdict(list)
    for reading in [*before, *readings]:
        minutes[minute(reading.at)].append(reading)
    devices: dict[datetime, list[DeviceNotAgreed]] = defaultdict(list)
    for each in not_agreed:
        devices[minute(each.at)].append(each)
    sets: list[GroupedSet] = []
    refused: list[Refusal] = []
    for when in sorted(minutes):
        of_minute, contradictions = _of_minute(minutes[when], devices[when])
        sets += (fresh for each in of_minute if (fresh := _without(each, stored)))
        refused += (each for each in contradictions if id(each.row) not in stored)
    return sets, refused


def _without(each: GroupedSet, stored: set[int]) -> GroupedSet | None:
    left = tuple(reading for reading in each.readings if id(reading.row) not in stored)
    return GroupedSet(left) if left else None


def _of_minute(
    readings: Sequence[Reading], not_agreed: Sequence[DeviceNotAgreed]
) -> tuple[list[GroupedSet], list[Refusal]]:
    pressures, bad_pairs = _pressures([r for r in readings if r.field in PRESSURE_FIELDS])
    oxygen, contradictions = bundles_of([r for r in readings if r.field in _OXYGEN], not_agreed)
    alternatives = [pressures, oxygen, *_plain(readings)]
    sets = [
        GroupedSet(tuple(reading for bundle in bundles if bundle for reading in bundle))
        for bundles in zip_longest(*alternatives)
    ]
    sets.sort(key=lambda each: each.taken_at)
    return sets, bad_pairs + contradictions


def _plain(readings: Sequence[Reading]) -> list[list[Bundle]]:
    """For each other field its different values; rows that agree confirm one value."""
    fields: dict[str, dict[object, Bundle]] = {}
    for reading in readings:
        if reading.field not in PRESSURE_FIELDS and reading.field not in _OXYGEN:
            value: object = reading.value
            key = repr(value) if isinstance(value, list | dict) else value
            fields.setdefault(reading.field, {}).setdefault(key, []).append(reading)
    return [list(values.values()) for values in fields.values()]


def _pressures(readings: Sequence[Reading]) -> tuple[list[Bundle], list[Refusal]]:
    """Bundle what one cuff or line measured, and refuse pairs that cannot be."""
    places: dict[tuple[int, str], dict[str, dict[object, Bundle]]] = {}
    for reading in readings:
        place = (_METHODS.index(reading.method), reading.series)
        fields = places.setdefault(place, {})
        fields.setdefault(reading.field, {}).setdefault(reading.value, []).append(reading)
    bundles: list[Bundle] = []
    refused: list[Refusal] = []
    for place in sorted(places):
        for parts in zip_longest(*(values.values() for values in places[place].values())):
            bundle = [reading for part in parts if part for reading in part]
            pair = _impossible_pair(bundle)
            refused += pair
            gone = {id(refusal.row) for refusal in pair}
            bundle = [reading for reading in bundle if id(reading.row) not in gone]
            if bundle:
                bundles.append(bundle)
    return bundles, refused


def _impossible_pair(bundle: Bundle) -> list[Refusal]:
    value = {reading.field: reading.value for reading in bundle}
    words = pressure_refusal(value.get("systolic_mmhg"), value.get("diastolic_mmhg"))  # type: ignore[arg-type]
    if words is None:
        return []
    return [
        Refusal(reading.row, RefusedError(Reason.PRESSURE_PAIR, "value", words))
        for reading in bundle
        if reading.field != "mean_arterial_mmhg"
    ]
