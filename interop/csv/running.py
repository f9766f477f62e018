"""Turn rates charted one by one into the stretches during which a medicine ran at one rate."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from interop.csv.mapped import Given, RateCharted
from interop.csv.outcomes import Reason, Refusal, RefusedError
from patients.models import Treatment


@dataclass(slots=True)
class Stretches:
    """What the rates say: new stretches, ends of stretches stored before, ends of nothing."""

    given: list[Given] = field(default_factory=list)
    ends: list[tuple[Treatment, datetime]] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def stretches_of(rates: Sequence[RateCharted], *, running: Mapping[str, Treatment]) -> Stretches:
    """Return the stretches of every medicine; `running` are open ones of an earlier import.

    A rate holds until the next one is charted, the medicine is stopped or its rate
    is 0; the last one stays open when nobody charted its end.
    """
    by_code: dict[str, list[RateCharted]] = defaultdict(list)
    for rate in rates:
        by_code[rate.code].append(rate)
    found = Stretches()
    for code, of_code in by_code.items():
        of_code.sort(key=lambda rate: (rate.at, rate.row.file, rate.row.line))
        _follow(of_code, running.get(code), found)
    return found


def _follow(rates: Sequence[RateCharted], open_before: Treatment | None, found: Stretches) -> None:
    current: Given | None = None
    for rate in rates:
        if open_before is not None and open_before.started_at <= rate.at:
            found.ends.append((open_before, rate.at))
            open_before = None
        elif rate.stops and current is None:
            words = "it was not running: there is nothing this could end"
            found.refused.append(
                Refusal(rate.row, RefusedError(Reason.ENDS_NOTHING, "rate", words))
            )
            continue
        if current is not None:
            if not rate.stops and _same_rate(current, rate):
                continue
            found.given.append(replace(current, stopped_at=rate.at))
            current = None
        if not rate.stops:
            current = Given(
                rate.row, rate.code, rate.at, None, rate.dose_value, rate.dose_unit, rate.note
            )
    if current is not None:
        found.given.append(current)


def _same_rate(current: Given, rate: RateCharted) -> bool:
    return (current.dose_value, current.dose_unit, current.note) == (
        rate.dose_value, rate.dose_unit, rate.note,
    )  # fmt: skip
