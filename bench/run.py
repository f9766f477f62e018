"""One run: every contender in every round, in shuffled order, and what was wrong with any."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from bench import contest, flows, grading_rate, imports, load, machine, meter, ward
from bench.contest import Sample
from bench.flows import Contender
from bench.house import BOARDS, BY_SESSION, BY_TOKEN, House

WARM_UP_SECONDS: Final = 0.7
READERS: Final = 2
# What the boards are measured against.
PAGE: Final = "one row, session"


@dataclass(frozen=True, slots=True)
class Options:
    """How long, how often and in which order."""

    rounds: int
    seconds: float
    seed: int
    growth: bool
    only_imports: bool = False


@dataclass(slots=True)
class Outcome:
    """What a run measured, and why it may not count."""

    machine: dict[str, Any]
    samples: list[Sample] = field(default_factory=list)
    base_of: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    memory: dict[str, float] = field(default_factory=dict)  # peak, as a multiple of a smaller one


def run(house: House, options: Options, *, say: Callable[[str], None]) -> Outcome:
    """Measure everything; a wrong answer anywhere is a fault of the whole run."""
    outcome = Outcome(machine={})
    contenders = {} if options.only_imports else _flows(house, options, outcome, say)
    if not outcome.faults:
        outcome.base_of |= imports.BASE_OF
        samples, outcome.memory, faults = imports.measured(
            house, rounds=options.rounds, seed=options.seed, say=say
        )
        outcome.samples += samples
        outcome.faults += faults
    outcome.faults += _miscounts(house, contenders.values())
    outcome.machine = machine.described(postgresql=house.postgresql)
    return outcome


def _flows(
    house: House, options: Options, outcome: Outcome, say: Callable[[str], None]
) -> dict[str, Contender]:
    """What is asked over HTTP, and the rules by themselves."""
    contenders = {each.name: each for each in contenders_of(house)}
    outcome.base_of = {name: each.base for name, each in contenders.items() if each.base}
    outcome.base_of |= dict.fromkeys((grading_rate.CASE, grading_rate.FINDINGS), grading_rate.PLAIN)
    for each in contenders.values():
        _stretch(house, each, 0, WARM_UP_SECONDS, outcome)
    orders = contest.shuffled(list(contenders), rounds=options.rounds, seed=options.seed)
    for number, order in enumerate(orders, start=1):
        if outcome.faults:
            break
        say(f"round {number} of {options.rounds}")
        for name in order:
            sample = _stretch(house, contenders[name], number, options.seconds, outcome)
            outcome.samples += [sample] if sample else []
    say("grading")
    samples, faults = grading_rate.measured(
        rounds=options.rounds, seed=options.seed, seconds=options.seconds / 2
    )
    outcome.samples += samples
    outcome.faults += faults
    return contenders


def contenders_of(house: House) -> list[Contender]:
    """Every row of the benchmark."""
    found = []
    for clients in (1, 8):
        found += _charting(house, clients)
    found.append(
        Contender(
            PAGE,
            house.servers["floor"],
            flows.reading(
                house.nurses[BOARDS[30]][:READERS], path=f"/sets/{house.page}/", fault_of=flows.row
            ),
        )
    )
    for size in BOARDS:
        found.append(_board(house, size, f"board, {size} patients"))
        found.append(_board(house, size, f"board, {size} patients, 304", known=True))
    if "grown" in house.servers:
        grown = _board(house, 500, "board, 90,000 sets of history", server="grown")
        grown.base = "board, 500 patients"
        found.append(grown)
    return found


def _charting(house: House, clients: int) -> list[Contender]:
    count = f"{clients} client{'s' if clients > 1 else ''}"
    rows = (
        # name, server, ward, by token, base
        (f"chart, session, {count}", "product", BY_SESSION, False, f"floor, session, {count}"),
        (f"floor, session, {count}", "floor", BY_SESSION, False, ""),
        (f"chart, token, {count}", "product", BY_TOKEN, True, f"bare floor, {count}"),
        (f"bare floor, {count}", "bare", BY_TOKEN, True, ""),
    )
    return [
        Contender(
            name,
            house.servers[server],
            flows.charting(
                house.nurses[ward_code],
                mrns=house.mrns(ward_code),
                path=flows.CHART if server == "product" else flows.FLOOR,
                by_token=by_token,
                graded=server == "product",
            )[:clients],
            base,
        )
        for name, server, ward_code, by_token, base in rows
    ]


def _board(
    house: House, size: int, name: str, *, server: str = "product", known: bool = False
) -> Contender:
    code = BOARDS[size]
    clients = flows.reading(
        house.nurses[code][:READERS],
        path=f"/wards/{code}/board.json",
        fault_of=flows.tiles(size),
        known=known,
    )
    return Contender(name, house.servers[server], clients, PAGE)


def _stretch(
    house: House, contender: Contender, number: int, seconds: float, outcome: Outcome
) -> Sample | None:
    ward.stand_in_for_the_sender()
    contender.server.check_ownership()
    roots = (contender.server.pid, house.postgres.pid)
    before = meter.cpu_seconds(roots)
    done = load.drive(contender.server.port, contender.clients, seconds=seconds)
    used = meter.cpu_seconds(roots) - before
    contender.stored += done.requests - len(done.faults)
    outcome.faults += [f"{contender.name}: {fault}" for fault in done.faults[:3]]
    if done.faults:
        return None
    if not done.requests or not used:
        outcome.faults.append(f"{contender.name}: nothing was measured")
        return None
    return Sample(
        contender.name, number, done.requests, used, done.wall_seconds, tuple(done.latencies_ms)
    )


def _miscounts(house: House, contenders: Iterable[Contender]) -> list[str]:
    """Where the rows stored are not as many as the answers that said so."""
    said = {each.name: each.stored for each in contenders}
    faults = []
    for way, code in (("session", BY_SESSION), ("token", BY_TOKEN)):
        new = sum(count for name, count in said.items() if name.startswith(f"chart, {way}"))
        before, after = house.before[code], ward.charts_of(code)
        grown = (after.sets - before.sets, after.grades - before.grades,
                 after.audited - before.audited)  # fmt: skip
        if grown != (new, new, new) or after.states_behind:
            faults.append(
                f"{code}: {new} answers 201, but sets, grades and audit grew by {grown} "
                f"and {after.states_behind} state rows are behind"
            )
    floors = sum(count for name, count in said.items() if "floor" in name)
    if ward.floor_rows() != floors + 1:
        faults.append(f"floor: {floors} answers 201, {ward.floor_rows() - 1} rows")
    if broken := ward.breaks_in_the_trail():
        faults.append(f"the audit trail is broken in {broken} places")
    return faults
