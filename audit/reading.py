"""Put on record who looked at which patient: once for each request, and not for each poll."""

import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from audit import trail
from audit.models import AuditEntry
from staff import here
from staff.models import User

logger = logging.getLogger(__name__)

CHART: Final = "chart.read"
SEVERAL: Final = "charts.read"
WARD: Final = "ward.read"
OWN_WARDS: Final = "wards.read"
ACTIONS: Final = frozenset({CHART, SEVERAL, WARD, OWN_WARDS})
# A page that asks again by itself, or is opened again, is one look for so long.
ONE_LOOK_SECONDS: Final = 600.0
MOST_REMEMBERED: Final = 10_000


@dataclass(slots=True)
class Seen:
    """The patients that one request opened."""

    patients: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Look:
    """What one request showed, and by which door: `surface` is an address without its ids."""

    surface: str
    action: str
    subject: str
    detail: dict[str, Any]


_SEEN: ContextVar[Seen | None] = ContextVar("seen", default=None)


def opened(*patient_ids: int) -> None:
    """Say that the request under way shows these patients; nothing outside of a request."""
    seen = _SEEN.get()
    if seen is not None:
        seen.patients.update(patient_ids)


@contextmanager
def collected() -> Iterator[Seen]:
    """Collect what is opened inside."""
    seen = Seen()
    before = _SEEN.set(seen)
    try:
        yield seen
    finally:
        _SEEN.reset(before)


@contextmanager
def only_asked() -> Iterator[None]:
    """Inside, a permission is asked for and nobody is shown, as where a list is made."""
    before = _SEEN.set(None)
    try:
        yield
    finally:
        _SEEN.reset(before)


def of_patients(surface: str, patients: set[int], *, openings: dict[int, Any]) -> Look:
    """A look at one patient or several; `openings` are those of break-glass, by patient."""
    marks = {
        str(pk): getattr(openings[pk], "pk", None)
        for pk in sorted(patients)
        if openings.get(pk) is not None
    }
    detail: dict[str, Any] = {"break_glass": marks} if marks else {}
    if len(patients) == 1:
        return Look(surface, CHART, f"patient:{next(iter(patients))}", detail)
    # Between commas, so that one number is found in it on either database.
    numbers = f",{','.join(str(pk) for pk in sorted(patients))},"
    return Look(surface, SEVERAL, "patients", detail | {"patients": numbers})


def of_ward(surface: str, code: str) -> Look:
    """A look at the patients of a ward, who are those who lay there then."""
    return Look(surface, WARD, f"ward:{code}"[:80], {})


def of_own_wards(surface: str, wards: frozenset[int]) -> Look:
    """A look at a list of the patients of all of one's wards."""
    numbers = f",{','.join(str(pk) for pk in sorted(wards))},"
    return Look(surface, OWN_WARDS, "wards", {"wards": numbers})


def put_on_record(look: Look, *, by: User, now: datetime) -> bool:
    """Write a look down, unless this process did so a short while ago; whether it wrote.

    The chain is the day's: a look never waits for the chart of a patient, nor does
    charting ever wait for somebody who looks.
    """
    key = (by.pk, here.device_id(), look.surface, look.subject, repr(look.detail))
    if not _MEMORY.is_news(key):
        return False
    trail.record(
        action=look.action,
        actor=by,
        scope=f"reads:{now.astimezone(UTC):%Y-%m-%d}",
        subject=look.subject,
        at=now,
        detail={"surface": look.surface, **look.detail},
    )
    _MEMORY.keep(key)
    return True


def entries_of(patient_id: int) -> QuerySet[AuditEntry]:
    """What was done with one patient's chart, and who opened it by itself; in no list."""
    own = f"patient:{patient_id}"
    return AuditEntry.objects.filter(Q(scope=own) | Q(subject=own, action=CHART))


def patient_of(entry: AuditEntry) -> int | None:
    """The patient whose chart an entry is about; None for any other entry."""
    whose = entry.subject if entry.action == CHART else entry.scope
    kind, _, number = whose.partition(":")
    return int(number) if kind == "patient" and number.isdecimal() else None


def forget() -> None:
    """Forget every look; the next of each is written again."""
    _MEMORY.clear()


class _Memory:
    """The looks of the last minutes, the oldest first, and never more than fit."""

    def __init__(self) -> None:
        self._at: OrderedDict[tuple[Any, ...], float] = OrderedDict()
        self._lock = threading.Lock()

    def is_news(self, key: tuple[Any, ...]) -> bool:
        with self._lock:
            at = self._at.get(key)
        return at is None or time.monotonic() - at >= ONE_LOOK_SECONDS

    def keep(self, key: tuple[Any, ...]) -> None:
        with self._lock:
            self._at[key] = time.monotonic()
            self._at.move_to_end(key)
            while len(self._at) > MOST_REMEMBERED:
                self._at.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._at.clear()


_MEMORY: Final = _Memory()
_PART: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_NAMED: Final = frozenset({"kind", "form"})
_WORD: Final = re.compile(r"[A-Za-z-]{1,40}")


def surface_of(route: str, words: dict[str, Any]) -> str:
    """An address without ids; what a page asks of itself (.json) is the page."""

    def part(found: re.Match[str]) -> str:
        name = found[1]
        word = str(words.get(name, ""))
        return word if name in _NAMED and _WORD.fullmatch(word) else f"({name})"

    return _PART.sub(part, route).rstrip("/").removesuffix(".json")
