"""Chart on a tablet whose network fails at seeded moments and count what came of every set.

`python -m tests.faults.flaky --seeds 200`; the last line says how many seeds passed.
`--seed N` replays one.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path


def main() -> int:
    """Run the seeds, print the table, and return 1 when a set was lost or doubled."""
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="crs-flaky-") as name:
        folder = Path(name)
        from tests.faults.kill.machine import settle_environment

        settle_environment(folder, f"sqlite:///{folder / 'ward.sqlite3'}")
        return _run(asked, folder)


def _run(asked: argparse.Namespace, folder: Path) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from tests.faults.flaky import shift, tablets

    call_command("migrate", interactive=False, verbosity=0)
    seeds = (
        [asked.seed] if asked.seed is not None else range(asked.first, asked.first + asked.seeds)
    )
    faults: Counter[str] = Counter()
    failed, sets, started = [], 0, time.monotonic()
    with tablets.running(folder) as hospital:
        for seed in seeds:
            told = shift.work(seed, hospital)
            faults.update(told.faults)
            sets += told.saved
            print(f"seed {seed} of {seeds[-1]} done", file=sys.stderr, flush=True)
            if told.wrong:
                failed.append(seed)
                print(f"seed {seed}: {'; '.join(told.wrong)}", flush=True)
                print(f"  replay: python -m tests.faults.flaky --seed {seed}", flush=True)
            if asked.verbose or told.wrong:
                print("  " + "\n  ".join(told.story), flush=True)
    for fault, count in sorted(faults.items()):
        print(f"{fault:<44}{count:>8}")
    print(f"{'sets saved by a nurse':<44}{sets:>8}")
    print(f"{'seconds':<44}{time.monotonic() - started:>8.0f}")
    print(f"{len(seeds) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.flaky", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=1, help="the first seed of the run")
    parser.add_argument("--seed", type=int, default=None, help="replay this one")
    parser.add_argument("--verbose", action="store_true", help="tell what happened in each")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
