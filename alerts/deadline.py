"""End what takes too long, whatever it waits for: a name, a connection, a byte now and then."""

import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

# So many left behind at once mean that the other side hangs each time; start no more.
MOST_ABANDONED: Final = 32
_NAME: Final = "crs-deadline"


class DeadlineError(TimeoutError):
    """It was not done in time; whether the other side took it is not known."""


class _Outcome(Generic[T]):
    """What the work came to, written by its thread alone."""

    result: T
    error: Exception | None = None


def within(seconds: float, work: Callable[[], T], *, give_up: Callable[[], None]) -> T:
    """Return what `work` returns, or raise DeadlineError after `seconds`.

    A time-out of a socket begins again with every byte, so a server that drips holds a
    sender for as long as it likes. Here the work has a thread of its own: at the deadline
    `give_up` cuts its connection and the caller goes on, even if the thread does not end.
    """
    if sum(each.name == _NAME for each in threading.enumerate()) >= MOST_ABANDONED:
        raise DeadlineError("too many earlier attempts still hang")
    outcome: _Outcome[T] = _Outcome()

    def run() -> None:
        try:
            outcome.result = work()
        except Exception as error:  # handed to the caller, below
            outcome.error = error

    thread = threading.Thread(target=run, name=_NAME, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        give_up()
        raise DeadlineError(f"not done within {seconds:g} s")
    if outcome.error is not None:
        raise outcome.error
    return outcome.result
