"""Broken copies of the design, each made in this process and caught by some seed.

A mutant that survives a hundred seeds shows a missing invariant, not good code.
"""

from typing import Final

from simulation.run import Simulator
from simulation.slips import Mutant, broken
from simulation.zoo_messages import MESSAGES
from simulation.zoo_people import PEOPLE
from simulation.zoo_sets import SETS

WITHIN_SEEDS: Final = 100
ZOO: Final = (*MESSAGES, *PEOPLE, *SETS)


def first_caught(simulator: Simulator, mutant: Mutant, *, within: int) -> tuple[int, str] | None:
    """Return the first seed that objects, and its words; None when none of them does."""
    with broken(mutant):
        for seed in range(within):
            result = simulator.run(seed)
            if not result.passed:
                return seed, result.violation
    return None
