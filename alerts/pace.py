"""How long a message waits before it is tried again. No Django here."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

LONGEST_WAIT: Final = timedelta(minutes=5)
# A message that failed this often is shown on every page, and is tried all the same.
POISONED_AFTER: Final = 5


def wait_after(attempts: int, *, chance: Callable[[], float]) -> timedelta:
    """Return half to all of 2^attempts seconds, at most five minutes, for ever.

    `chance` returns a number from 0 up to 1: it spreads out those who failed together,
    so that a mail server that comes back is not met by all of them at once.
    """
    full = min(timedelta(seconds=2 ** min(attempts, 9)), LONGEST_WAIT)
    return full * (0.5 + 0.5 * chance())
