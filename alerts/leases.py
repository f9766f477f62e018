"""Set ahead, the clock says of every lease that it is over, while its holder still sends."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from alerts.models import LEASE

# The door asked the clock before the turn began, some seconds ago on a slow database: less may
# be that, and ends no lease by more than half.
LEAST: Final = LEASE / 2


@dataclass(slots=True)
class Watch:
    """What this process saw when it last looked: its clock, and seconds that never step."""

    _last: tuple[datetime, float] | None = field(default=None)
    _doubts_until: float = field(default=0.0)

    def trusts(self, *, now: datetime) -> bool:
        """Whether a lease that looks over is over.

        For as long as a lease lasts after the clock was seen to step ahead, it may not be: a
        message that somebody is handing over would go out twice. What nobody holds waits for
        nothing. A process that has only begun has seen no step, and takes over.
        """
        mono = time.monotonic()
        if self._last is not None:
            at, then = self._last
            if now - at - timedelta(seconds=mono - then) >= LEAST:
                self._doubts_until = mono + LEASE.total_seconds()
        self._last = now, mono
        return mono >= self._doubts_until


of_this_process: Final = Watch()
