"""Derive what is due from the tables and do it: the promise that needs no broker."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.db import DatabaseError

from alerts import canary, delivery, digests, escalation, set_back, system, webhook
from alerts.overdue import raise_overdue
from alerts.pulse import SWEEP, beat

__all__ = ["ASIDE", "add_aside", "add_step", "derive", "raise_overdue", "sweep"]

logger = logging.getLogger(__name__)
# Each does one thing that is due and is safe to run twice at once.
_AT_EVERY_TURN: Final[tuple[Callable[..., Any], ...]] = (
    set_back.of_this_process,
    raise_overdue,
    escalation.step_due,
    webhook.owe,
)
_NOW_AND_THEN: Final[tuple[Callable[..., Any], ...]] = (
    digests.write_due,
    canary.send_due,
    system.tell_of_gaps,
    system.tell_of_old_packs,
)

_ADDED: Final[list[Callable[..., Any]]] = []
ASIDE: Final[list[Callable[..., Any]]] = []


def add_step(step: Callable[..., Any]) -> None:
    """Let a package that stands on this one have something done now and then, as it starts."""
    if step not in _ADDED:
        _ADDED.append(step)


def add_aside(step: Callable[..., Any]) -> None:
    """Let a package above have something done each minute beside the sweep, in its own thread.

    For what may take long or hang, such as a disk: it holds up no alert.
    """
    if step not in ASIDE:
        ASIDE.append(step)


def sweep(*, now: datetime, name: str) -> None:
    """See to everything that is due, deliver what is owed, and say that this loop turned."""
    is_whole = derive(now=now)
    delivery.deliver_due(now=now)
    if is_whole:
        beat(SWEEP, now=now)
        beat(name, now=now)


def derive(*, now: datetime, seldom: bool = True) -> bool:
    """Write what the tables say is due, sending nothing; false when a step failed.

    One step's failure stops no other. The caller then leaves its beat out, so that
    every page says that alerting is not whole. `seldom`: with what can wait a minute.
    """
    steps = _AT_EVERY_TURN + ((*_NOW_AND_THEN, *_ADDED) if seldom else ())
    done = [_done(step, now=now) for step in steps]  # each one, whatever became of the others
    return all(done)


def _done(step: Callable[..., Any], *, now: datetime) -> bool:
    try:
        step(now=now)
    except DatabaseError:
        raise  # the loop waits for the database; no step can do anything without it
    except Exception:
        logger.exception("sweep.step_failed")
        return False
    return True
