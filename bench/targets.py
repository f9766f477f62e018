"""The goals of the benchmark, and whether a run reached them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Target:
    """One goal: the row that answers it, and the bound on that row's figure.

    `at_most` bounds a cost from above, else the bound is from below; the bound itself holds.
    """

    code: str
    row: str
    bound: float
    at_most: bool = False

    def holds(self, figure: float) -> bool:
        """Whether this figure reaches the goal."""
        return figure <= self.bound if self.at_most else figure >= self.bound

    @property
    def words(self) -> str:
        """The goal as the report writes it."""
        return f"{'<=' if self.at_most else '>='} {self.bound:,g}"


TARGETS: Final = (
    Target("a1", "chart, session, 1 client", 0.65),
    Target("a1", "chart, session, 8 clients", 0.65),
    Target("a2", "chart, token, 1 client", 0.45),
    Target("a2", "chart, token, 8 clients", 0.45),
    Target("b30", "board, 30 patients", 2.0, at_most=True),
    Target("b500", "board, 500 patients", 6.0, at_most=True),
    Target("c-rate", "grade a case", 20_000),
    Target("c-ratio", "grade findings", 0.9),
    Target("d", "board, 90,000 sets of history", 1.3, at_most=True),
    Target("e-file", "import, CSV", 0.25),
    Target("e-http", "import, CSV over HTTP", 0.15),
    Target("e-memory", "import, memory, 4 times the rows", 1.1, at_most=True),
)


def verdict(figures: Mapping[str, float]) -> str:
    """The last line: which targets hold, which are missed, which were not measured."""
    groups: dict[str, list[str]] = {"hold": [], "missed": [], "not measured": []}
    for code in dict.fromkeys(target.code for target in TARGETS):
        rows = [target for target in TARGETS if target.code == code]
        known = [(target, figures[target.row]) for target in rows if target.row in figures]
        if len(known) < len(rows):
            groups["not measured"].append(code)
        else:
            reached = all(target.holds(figure) for target, figure in known)
            groups["hold" if reached else "missed"].append(code)
    return "Targets: " + "; ".join(
        f"{name} {' '.join(codes)}" for name, codes in groups.items() if codes
    )
