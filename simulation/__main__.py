"""Run seeds, or replay one with its whole trace: `python -m simulation --seed 123`."""

import argparse
import atexit
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from simulation.run import Result, Simulator

_SAID_EVERY: Final = 100
# Seeds that found a flaw once, of the program or of the simulation, and what it was.
KEPT: Final = {
    0: "a dead address repeated the last call every few seconds",
    64: "a last call that came late was repeated minutes later",
    102: "a process that was just killed counted as dead in the minutes before as well",
    163: "a message of a clock that was set back counted as one of before the event it tells",
    187: "an alert that rested on a corrected reading ends as the first true one is told",
    204: "the oracle knew no six-hourly sets after the high-risk days",
    290: "a message that was written in the last second counted as never delivered",
    312: "a set with a gap and a worse grade put off a set that was due before",
    1189: "an answer ended where nobody held the next rung, and nobody was told",
    2145: "the oracle remembered who had nobody to tell from before the turn that told",
    2534: "a wait of before the clock was set back found no sender that looked again",
    2644: "a mail refused late called those again who had just been called",
    4189: "a clock set back was measured by a sweep that had stood before, and a call came late",
    7002: "a clock set ahead ended the lease of a message that was being handed over",
}


def prepare() -> None:
    """Set Django up on a database in memory, apart from whatever this machine is set to."""
    for name in [name for name in os.environ if name.startswith("CRS_")]:
        os.environ.pop(name)
    folder = tempfile.mkdtemp(prefix="crs-simulation-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ |= {
        "CRS_DATA_DIR": folder,
        "CRS_DEMO": "1",
        "CRS_LOG_LEVEL": "ERROR",
        "CRS_SECRET_KEY": "a key for simulated wards alone, which protects nothing",
        "DJANGO_SETTINGS_MODULE": "crs_monitor.settings",
    }
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = ":memory:"
    django.setup()
    logging.disable(logging.CRITICAL)


def main(arguments: list[str]) -> int:
    """Run what was asked for; the last line counts."""
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, nargs="+")
    parser.add_argument(
        "--kept", action="store_true", help="with the seeds kept for what they found"
    )
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--zoo", nargs="*", metavar="MUTANT", help="all of them without a name")
    asked = parser.parse_args(arguments)
    if asked.zoo is not None:
        return _zoo(asked.zoo)
    if asked.seed is not None:
        return _replay(asked.seed)
    seeds = list(range(asked.first, asked.first + asked.seeds))
    seeds += [seed for seed in KEPT if asked.kept and seed not in seeds]
    began, passed, failed = time.monotonic(), 0, 0
    for result in _results(seeds, jobs=asked.jobs):
        if result.passed:
            passed += 1
        else:
            failed += 1
            print(
                f"seed {result.seed}: {result.violation}   (make simulate SEED={result.seed})",
                flush=True,
            )
        if (passed + failed) % _SAID_EVERY == 0:
            print(f"{passed} passed, {failed} failed, now at {result.seed}", file=sys.stderr)
    seconds = time.monotonic() - began
    print(f"{(passed + failed) / seconds:.2f} seeds/s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def _replay(seeds: list[int]) -> int:
    simulator, failed = _simulator(), 0
    for seed in seeds:
        result = simulator.run(seed, shouts=True)
        failed += not result.passed
        print(f"trace {result.trace_hash}: {result.violation or 'every invariant held'}")
    print(f"{len(seeds) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _zoo(names: list[str]) -> int:
    """Show each mutant to the seeds until one objects."""
    simulator = _simulator()
    from simulation import zoo

    mutants = [each for each in zoo.ZOO if not names or each.name in names]
    survivors = 0
    for mutant in mutants:
        caught = zoo.first_caught(simulator, mutant, within=zoo.WITHIN_SEEDS)
        survivors += caught is None
        words = "SURVIVED" if caught is None else f"seed {caught[0]}: {caught[1]}"
        print(f"{mutant.name}: {words}   ({mutant.breaks})", flush=True)
    print(f"{len(mutants) - survivors} caught, {survivors} survived")
    return 1 if survivors else 0


def _results(seeds: list[int], *, jobs: int) -> "Iterator[Result]":
    if jobs <= 1:
        simulator = _simulator()
        yield from map(simulator.run, seeds)
        return
    prepare()  # a result that comes back brings the models with it
    with ProcessPoolExecutor(jobs, initializer=_begin_job) as pool:
        yield from pool.map(_run_in_job, seeds, chunksize=10)


_OF_THIS_JOB: "list[Simulator]" = []


def _begin_job() -> None:
    _OF_THIS_JOB.append(_simulator())


def _run_in_job(seed: int) -> "Result":
    return _OF_THIS_JOB[0].run(seed)


def _simulator() -> "Simulator":
    prepare()
    from simulation.run import Simulator

    return Simulator()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
