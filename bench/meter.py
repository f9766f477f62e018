"""Read how much processor time whole trees of processes have used, dead children included."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Usage:
    """One process in /proc: its parent, and the ticks that it and its reaped children used."""

    parent: int
    ticks: int


def cpu_seconds(roots: Iterable[int]) -> float:
    """User and system seconds used so far by these processes and all they started.

    Steps of one clock tick, mostly 10 ms. A child that ended counts through the parent that
    reaped it, a thread that ended through its process. Raises ProcessLookupError when a root
    has ended, because its tree could then no longer be told from others.
    """
    usages = _snapshot()
    counted: set[int] = set()
    for root in roots:
        if root not in usages:
            raise ProcessLookupError(f"process {root} has ended")
        counted |= tree(root, {pid: usage.parent for pid, usage in usages.items()})
    return sum(usages[pid].ticks for pid in counted) / TICKS_PER_SECOND


def tree(root: int, parent_of: dict[int, int]) -> set[int]:
    """The process and everything below it."""
    found = {root}
    while True:
        below = {pid for pid, parent in parent_of.items() if parent in found} - found
        if not below:
            return found
        found |= below


def parse_stat(line: str) -> Usage:
    """One line of /proc/PID/stat; a command may hold spaces and brackets of its own."""
    fields = line.rpartition(")")[2].split()
    own_and_reaped = fields[11:15]  # utime, stime, cutime, cstime
    return Usage(parent=int(fields[1]), ticks=sum(map(int, own_and_reaped)))


def _snapshot() -> dict[int, Usage]:
    usages = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                usages[int(folder.name)] = parse_stat((folder / "stat").read_text())
            except (FileNotFoundError, ProcessLookupError):
                continue  # ended between the listing and the reading
    return usages
