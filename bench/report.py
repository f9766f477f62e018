"""A run as a table for people and as JSON for programs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import contest, machine
from bench.contest import Sample, Spread
from bench.run import Outcome
from bench.targets import TARGETS, Target, verdict

_HEAD = (
    "Units per second of processor time (all processes of server or import, and PostgreSQL); an "
    "import counts sets. Ratios are medians "
    "of rounds, with the least and the most."
)


def figures(outcome: Outcome) -> dict[str, float]:
    """The figure of each target's row: a rate, a ratio to its base, or a cost in base units.

    A run with a fault has none, for what it measured may be how fast errors are.
    """
    if outcome.faults:
        return {}
    names = {each.contender for each in outcome.samples} | outcome.memory.keys()
    return {t.row: _figure(outcome, t) for t in TARGETS if t.row in names}


def table(outcome: Outcome) -> str:
    """The whole report but for its last line."""
    if outcome.faults:
        return "\n".join(["THIS RUN DOES NOT COUNT:", *(f"  {each}" for each in outcome.faults)])
    head = f"{'':34}{'per CPU-s':>10}  {'of base':>22}  {'times':>6}  {'p50 ms':>7}  {'p95 ms':>7}"
    lines = [_HEAD, machine.line(outcome.machine), "", head]
    lines += [_row(outcome, name) for name in _in_order(outcome)]
    lines += ["", "Targets"]
    found = figures(outcome)
    for target in TARGETS:
        shown = "not measured"
        if target.row in found:
            answer = "holds" if target.holds(found[target.row]) else "missed"
            shown = f"{_digits(found[target.row])}  {answer}"
        lines.append(f"  {target.code:<9}{target.row:<32}{target.words:>10}  {shown}")
    return "\n".join(lines)


def last_line(outcome: Outcome) -> str:
    """Which targets hold; an invalid run has none."""
    return "Targets: the run is invalid" if outcome.faults else verdict(figures(outcome))


def write_json(outcome: Outcome, file: Path) -> None:
    """Keep everything that was measured, latencies as percentiles."""
    document = {
        "machine": outcome.machine,
        "valid": not outcome.faults,
        "faults": outcome.faults,
        "figures": figures(outcome),
        "targets": {f"{t.code}: {t.row}": t.words for t in TARGETS},
        "bases": outcome.base_of,
        "memory": outcome.memory,
        "samples": [_sample(each) for each in outcome.samples],
    }
    file.write_text(json.dumps(document, indent=1) + "\n")


def _figure(outcome: Outcome, target: Target) -> float:
    if target.code == "c-rate":
        return contest.rate(outcome.samples, target.row).median
    if target.row in outcome.memory:
        return outcome.memory[target.row]
    base = outcome.base_of[target.row]
    if target.at_most:
        # A cost: how many of the base's units one of these takes.
        return contest.ratio(outcome.samples, base, to=target.row).median
    return contest.ratio(outcome.samples, target.row, to=base).median


def _in_order(outcome: Outcome) -> list[str]:
    names = {each.contender for each in outcome.samples}
    return sorted(names, key=lambda each: (_place(each), each))


def _place(name: str) -> int:
    order = ("chart, session", "floor, session", "chart, token", "bare floor", "one row", "board",
             "raw COPY", "bulk_create", "import")  # fmt: skip
    return next((place for place, start in enumerate(order) if name.startswith(start)), len(order))


def _row(outcome: Outcome, name: str) -> str:
    rate = contest.rate(outcome.samples, name).median
    latencies = [ms for each in outcome.samples if each.contender == name
                 for ms in each.latencies_ms]  # fmt: skip
    text = f"{name:34}{_digits(rate):>10}  "
    base = outcome.base_of.get(name)
    if base:
        ratio = contest.ratio(outcome.samples, name, to=base)
        text += f"{_spread(ratio):>22}  {1 / ratio.median:>6.2f}"
    else:
        text += f"{'base':>22}  {'':6}"
    if latencies:
        text += "".join(f"  {contest.percentile(latencies, p):>7.1f}" for p in (50, 95))
    return text


def _spread(of: Spread) -> str:
    return f"{of.median:.3f} ({of.low:.3f}-{of.high:.3f})"


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _sample(each: Sample) -> Mapping[str, Any]:
    shown = {
        "contender": each.contender,
        "round": each.round,
        "units": each.units,
        "cpu_seconds": round(each.cpu_seconds, 3),
        "wall_seconds": round(each.wall_seconds, 3),
    }
    if each.latencies_ms:
        shown |= {f"p{p}_ms": round(contest.percentile(each.latencies_ms, p), 2) for p in (50, 95)}
    return shown
