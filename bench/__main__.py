"""`python -m bench`: start everything, measure, report; 1 only when the run does not count."""

import argparse
import atexit
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench import postgres
from bench.postgres import Postgres

LEAST_ROUNDS: Final = 5
IMPORTS: Final = "imports"
# What the ward's own environment could change about a run.
_NOT_OURS: Final = ("CRS_REDIS_URL", "CRS_EMAIL_URL", "CRS_BASE_URL", "CRS_ALLOWED_HOSTS")


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark in a folder of its own, removed at the end."""
    options = _parser().parse_args(arguments)
    if not Path("/proc/self/stat").exists():
        sys.stderr.write("The benchmark reads processor times from /proc, so it needs Linux.\n")
        return 1
    # An end from outside must end the servers, too.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    # The path of a socket may have a hundred letters only, so the folder lies high up.
    folder = Path(tempfile.mkdtemp(prefix="crs-bench-", dir="/tmp"))
    # Registered before the wheel's own work at exit, and so done after it.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with postgres.running(folder) as database:
        _point_at(database, folder)
        return _measure(database, folder, options)


def _point_at(database: Postgres, folder: Path) -> None:
    for name in _NOT_OURS:
        os.environ.pop(name, None)
    os.environ |= {
        "CRS_DATA_DIR": str(folder / "data"),
        "CRS_STATIC_ROOT": str(folder / "static"),
        "CRS_DATABASE_URL": database.url(),
        "CRS_SECRET_KEY": secrets.token_urlsafe(50),
        "CRS_DEMO": "0",
        "CRS_DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "crs_monitor.settings",
    }
    (folder / "data").mkdir()
    (folder / "static").mkdir()


def _measure(database: Postgres, folder: Path, options: argparse.Namespace) -> int:
    import django

    django.setup()
    from bench import house, report
    from bench.run import Options, run

    _say("filling the wards")
    seconds = options.seconds or (0.6 if options.quick else 2.0)
    rounds = options.rounds or (LEAST_ROUNDS if options.quick else 7)
    alone = options.only == IMPORTS
    plan = Options(rounds, seconds, options.seed, options.growth, only_imports=alone)
    with house.opened(
        folder, database, with_growth=options.growth and not alone, for_imports=alone
    ) as opened:
        outcome = run(opened, plan, say=_say)
    if options.json:
        report.write_json(outcome, options.json)
    sys.stdout.write(f"{report.table(outcome)}\n\n{report.last_line(outcome)}\n")
    return 1 if outcome.faults else 0


def _say(line: str) -> None:
    sys.stderr.write(f"bench: {line}\n")


def _rounds(text: str) -> int:
    rounds = int(text)
    if rounds < LEAST_ROUNDS:
        raise argparse.ArgumentTypeError(f"at least {LEAST_ROUNDS}, or a median says little")
    return rounds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about a minute, and a wider spread")
    parser.add_argument("--rounds", type=_rounds, help=f"{LEAST_ROUNDS} or more (default 7)")
    parser.add_argument("--seconds", type=float, help="length of one stretch (default 2)")
    parser.add_argument("--only", choices=(IMPORTS,), help="leave the rest out")
    parser.add_argument("--growth", action="store_true", help="boards over 90,000 sets, too")
    parser.add_argument("--seed", type=int, default=2019, help="of order and cases")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep everything measured")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
