"""Turns a function over many small choices into a table that a browser looks an answer up in.

Standard library only.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

# One character a class: nothing that JSON would have to escape.
ALPHABET: Final = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"\\')


@dataclass(frozen=True, slots=True)
class Part:
    """What one choice of digits means: what a set records, and what the past adds to it."""

    recorded: dict[str, Any] = field(default_factory=dict)
    past: dict[str, Any] = field(default_factory=dict)
    drugs: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Core:
    """One combination that stands for all that change the answer alike, and what it says."""

    part: Part
    said: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of the table: its digits, the class of every combination, and one of each core.

    Combinations of one class read alike. Classes of one core differ in words alone: what they
    say and flag, never in the answer.
    """

    sizes: tuple[int, ...]
    keys: str
    classes: tuple[tuple[Any, ...], ...]
    cores: tuple[Core, ...]

    def as_json(self) -> dict[str, Any]:
        """The axis as the browser reads it; `width` characters of `keys` name a class."""
        width = len(self.keys) // len(list(product(*map(range, self.sizes))))
        return {"sizes": self.sizes, "width": width, "keys": self.keys, "classes": self.classes}


def axis_of(
    sizes: Sequence[int],
    part_of: Callable[..., Part],
    *,
    findings: Callable[[Part], Any],
    signature: Callable[[Part], Any],
    words: Callable[[Part], tuple[Any, ...]],
) -> Axis:
    """Put every combination of digits into its class.

    `findings` is what a rule would be told of it; combinations with the same need asking once.
    `signature` is what it does to the answer, `words` what it says beside it.
    """
    asked: dict[Any, tuple[Any, tuple[Any, ...]]] = {}
    cores: dict[Any, int] = {}
    standing: list[Core] = []
    classes: dict[tuple[Any, ...], int] = {}
    found: list[int] = []
    for digits in product(*map(range, sizes)):
        part = part_of(*digits)
        told = findings(part)
        if told not in asked:
            asked[told] = (signature(part), words(part))
        seen, said = asked[told]
        if seen not in cores:
            cores[seen] = len(cores)
            standing.append(Core(part, said))
        row = (cores[seen], *said)
        found.append(classes.setdefault(row, len(classes)))
    return Axis(tuple(sizes), encoded(found), tuple(classes), tuple(standing))


def encoded(numbers: Sequence[int]) -> str:
    """Numbers as characters of ALPHABET: one each, or two where there are more than it holds."""
    base = len(ALPHABET)
    if max(numbers) < base:
        return "".join(ALPHABET[number] for number in numbers)
    return "".join(ALPHABET[number // base] + ALPHABET[number % base] for number in numbers)


def diagram(axes: Iterable[Axis], answer: Callable[..., Any]) -> dict[str, Any]:
    """Ask for every combination of cores, and keep each answer and each branch once."""
    leaves: dict[Any, int] = {}
    nodes: dict[tuple[int, ...], int] = {}

    def build(chosen: tuple[Core, ...], left: Sequence[Axis]) -> int:
        if not left:
            return leaves.setdefault(answer(*chosen), len(leaves))
        branches = tuple(build((*chosen, core), left[1:]) for core in left[0].cores)
        return nodes.setdefault(branches, len(nodes))

    root = build((), tuple(axes))
    return {"root": root, "nodes": list(nodes), "leaves": list(leaves)}
