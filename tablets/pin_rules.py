"""Which six digits nobody would guess first: the standard library and nothing else."""

from itertools import pairwise
from typing import Final

LENGTH: Final = 6
# Fewer different digits than this are guessed first.
FEWEST_DIGITS: Final = 3
# Lines across a keypad.
_KEYPAD_LINES: Final = frozenset({"123", "456", "789", "147", "258", "369", "159", "357"})
_KEYPAD_LINES_BOTH_WAYS: Final = _KEYPAD_LINES | {line[::-1] for line in _KEYPAD_LINES}
_DAYS: Final = range(1, 32)
_MONTHS: Final = range(1, 13)


def refusal(pin: str) -> str | None:
    """Return why this PIN is not taken, in a sentence; None when it is."""
    if len(pin) != LENGTH or not (pin.isascii() and pin.isdigit()):
        return "A PIN has six digits."
    if len(set(pin)) < FEWEST_DIGITS or _repeats(pin):
        return "These digits repeat. Choose others."
    if _runs(pin) or {pin[:3], pin[3:]} <= _KEYPAD_LINES_BOTH_WAYS:
        return "These digits follow each other. Choose others."
    if _reads_as_a_date(pin):
        return "This reads like a date, such as a birthday. Choose other digits."
    return None


def _repeats(pin: str) -> bool:
    return pin[:3] == pin[3:] or pin[:2] == pin[2:4] == pin[4:] or pin == pin[::-1]


def _runs(pin: str) -> bool:
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9}, {2}, {8})


def _reads_as_a_date(pin: str) -> bool:
    """Day, month and year of two digits, in the orders people write them."""
    first, second, third = int(pin[:2]), int(pin[2:4]), int(pin[4:])
    return (
        (first in _DAYS and second in _MONTHS)
        or (first in _MONTHS and second in _DAYS)
        or (second in _MONTHS and third in _DAYS)
    )
