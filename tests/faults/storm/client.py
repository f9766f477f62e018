"""One process that charts its share of the storm as fast as the door takes it.

Run as `python -m tests.faults.storm.client EVENTS MINE OF FILE`; FILE gets a line for each alert
that was raised or told again: the moment its transaction had committed, its severity and code.
"""

import sys
import time
from pathlib import Path

import django

django.setup()

from django.utils import timezone  # noqa: E402

from charting import chart  # noqa: E402
from tests.faults.storm import ward  # noqa: E402


def main(events: int, mine: int, of: int, file: Path) -> None:
    """Chart until nothing is left."""
    nurse = ward.nurse()
    with file.open("w") as out:
        for event in ward.events(events, mine=mine, of=of):
            charted = chart.chart_observations(
                patient_id=event.patient_id,
                entry=event.entry(),
                charted_by=nurse,
                now=timezone.now(),
            )
            committed = time.time()
            for raised in charted.raised:
                if raised.told:
                    out.write(f"{committed:.3f} {raised.alert.severity} {raised.alert.code}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
