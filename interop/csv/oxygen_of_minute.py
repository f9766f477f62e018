"""Pair devices, flows and FiO2 of one minute, where the chart says which belong together."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from interop.csv.mapped import DeviceNotAgreed, Reading
from interop.csv.outcomes import Reason, Refusal, RefusedError
from interop.csv.oxygen import ADDITIONAL, DEVICE, FIO2, FLOW
from vitals.vocabulary import OxygenDevice

Bundle = list[Reading]
Table = dict[Any, Bundle]  # the rows that say one value, by that value
_AIR: Final = OxygenDevice.ROOM_AIR.value
_CANNULA: Final = OxygenDevice.NASAL_CANNULA.value
_SUPPORT: Final = [device.value for device in OxygenDevice]  # least support first
_AIR_PERCENT: Final = Decimal(21)


def bundles_of(
    readings: Sequence[Reading], not_agreed: Sequence[DeviceNotAgreed]
) -> tuple[list[Bundle], list[Refusal]]:
    """Return what goes into one set each, least support first, and what contradicts itself.

    The last bundle of a minute is the one that is carried forward, so the most
    support stands last.
    """
    refused: list[Refusal] = []
    devices = _by_value(readings, DEVICE)
    others = {each.row["value_text"].casefold() for each in not_agreed}
    if _AIR in devices and (len(devices) > 1 or others):
        words = "room air, beside another device in the same minute"
        refused += _refusals(devices.pop(_AIR), Reason.CONTRADICTION, words)
    flows = _by_value([r for r in readings if r.series != ADDITIONAL], FLOW)
    extra = _by_value([r for r in readings if r.series == ADDITIONAL], FLOW)
    fio2 = _by_value(readings, FIO2)
    if _AIR in devices:
        refused += _refuse_air_with_oxygen(devices, flows, extra, fio2)
    if len(devices) + len(others) <= 1:
        return _one_device(devices, flows, extra, fio2), refused
    bundles, unclear = _several_devices(devices, others, flows, extra, fio2)
    return bundles, refused + unclear


def _one_device(
    devices: Table,
    flows: Table,
    extra: Table,
    fio2: Table,
) -> list[Bundle]:
    device = next(iter(devices.values()), [])
    if _CANNULA in devices and not flows:
        flows, extra = extra, {}
    # The device holds for each of two flows; the additional cannula's is another device's.
    main = [device + flows[flow] for flow in sorted(flows)] or [device]
    shares = [fio2[share] for share in sorted(fio2)]
    if shares:
        main[-1] = main[-1] + shares.pop()
    return [bundle for bundle in [*extra.values(), *shares, *main] if bundle]


def _several_devices(
    devices: Table,
    others: set[str],
    flows: Table,
    extra: Table,
    fio2: Table,
) -> tuple[list[Bundle], list[Refusal]]:
    """Give each device its flow where the chart tells whose it is, and refuse the other flows."""
    alone: list[Bundle] = list(fio2.values())
    flow_of: dict[str, list[Bundle]] = {}
    refused: list[Refusal] = []
    if _CANNULA in devices and extra:
        flow_of[_CANNULA] = list(extra.values())
        # Two devices, and the cannula's flow is known: the plain flow is the other's.
        rest = [name for name in devices if name != _CANNULA]
        if len(rest) + len(others) == 1:
            if rest:
                flow_of[rest[0]] = list(flows.values())
            else:
                alone += flows.values()
            flows = {}
    else:
        alone += extra.values()
    for bundle in flows.values():
        words = "several devices in the same minute: it is not said whose flow this is"
        refused += _refusals(bundle, Reason.WHICH_DEVICE, words)
    paired = [
        devices[name] + flow
        for name in sorted(devices, key=_SUPPORT.index)
        for flow in flow_of.get(name) or [[]]
    ]
    return alone + paired, refused


def _refuse_air_with_oxygen(
    devices: Table,
    flows: Table,
    extra: Table,
    fio2: Table,
) -> list[Refusal]:
    """Refuse room air together with the oxygen charted beside it; neither is believed."""
    against: Bundle = []
    for table, most in ((flows, Decimal(0)), (extra, Decimal(0)), (fio2, _AIR_PERCENT)):
        for value in [each for each in table if each > most]:
            against += table.pop(value)
    if not against:
        return []
    words = "room air and oxygen in the same minute contradict each other"
    return _refusals([*devices.pop(_AIR), *against], Reason.CONTRADICTION, words)


def _by_value(readings: Sequence[Reading], field: str) -> Table:
    found: Table = {}
    for reading in readings:
        if reading.field == field:
            found.setdefault(reading.value, []).append(reading)
    return found


def _refusals(bundle: Bundle, reason: Reason, words: str) -> list[Refusal]:
    columns = {DEVICE: "value_text"}
    return [
        Refusal(each.row, RefusedError(reason, columns.get(each.field, "value"), words))
        for each in bundle
    ]
