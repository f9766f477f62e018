"""Rounds in shuffled order, and the ratios between contenders of the same round."""

import random
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """One contender in one round: units done, and the processor seconds they cost.

    The latencies are wall times in ms, for one unit at a time; empty where none were taken.
    """

    contender: str
    round: int
    units: int
    cpu_seconds: float
    wall_seconds: float
    latencies_ms: tuple[float, ...] = ()

    @property
    def per_cpu_second(self) -> float:
        """Units for each second of processor time, the figure of merit."""
        return self.units / self.cpu_seconds


@dataclass(frozen=True, slots=True)
class Spread:
    """A median with the least and the most that were seen."""

    median: float
    low: float
    high: float


def shuffled(names: Sequence[str], *, rounds: int, seed: int) -> list[list[str]]:
    """Each round's order; the same seed gives the same orders."""
    source = random.Random(seed)
    return [source.sample(list(names), len(names)) for _ in range(rounds)]


def spread(values: Sequence[float]) -> Spread:
    """Raises ValueError for no values: nothing measured is not zero."""
    if not values:
        raise ValueError("nothing was measured")
    return Spread(statistics.median(values), min(values), max(values))


def rate(samples: Sequence[Sample], contender: str) -> Spread:
    """Units per processor second of one contender over all rounds."""
    return spread([each.per_cpu_second for each in samples if each.contender == contender])


def ratio(samples: Sequence[Sample], contender: str, *, to: str) -> Spread:
    """The contender's rate for each unit of the base's rate, round by round."""
    base = {each.round: each.per_cpu_second for each in samples if each.contender == to}
    return spread(
        [
            each.per_cpu_second / base[each.round]
            for each in samples
            if each.contender == contender and each.round in base
        ]
    )


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile; raises ValueError for no values."""
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[int(rank) - 1]
