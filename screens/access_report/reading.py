"""Read who looked at one patient's record: one line for each day, person and purpose."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from django.conf import settings
from django.db.models import QuerySet

from audit import about
from audit.models import AuditEntry
from charting.models import PatientState
from screens import strip
from screens.access_report import words
from staff.models import User, Ward

LONGEST: Final = timedelta(days=366)
USUAL: Final = timedelta(days=90)
_AT_ONCE: Final = 2000
_LEFT: Final = "patient.discharged"
SYSTEM: Final = "The system itself"


@dataclass(slots=True)
class Line:
    """What one person did on one day, and how often; `names` is empty where only roles are told."""

    day: date
    role: str
    name: str
    what: str
    is_break_glass: bool
    first: datetime
    last: datetime
    times: int = 1

    def span(self) -> str:
        """From when until when, or the one minute it was."""
        first, last = f"{self.first:%H:%M}", f"{self.last:%H:%M}"
        return first if first == last else f"{first}–{last}"

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "day": self.day.isoformat(),
            "role": self.role,
            "name": self.name,
            "what": self.what,
            "break_glass": self.is_break_glass,
            "first_at": self.first.isoformat(),
            "last_at": self.last.isoformat(),
            "times": self.times,
        }


@dataclass(slots=True)
class Report:
    """The lines of a span of days, the newest first, and the clock they are told by."""

    state: PatientState
    since: date
    until: date
    zone: tzinfo
    lines: list[Line] = field(default_factory=list)

    def people(self) -> int:
        """How many different people stand in it."""
        return len({(line.role, line.name) for line in self.lines if line.role != SYSTEM})


def read(state: PatientState, *, since: date, until: date) -> Report:
    """Return the report of these days, both included, in the zone of the patient's ward."""
    zone = strip.zone_of(state)
    report = Report(state, since, until, zone)
    start = datetime.combine(since, datetime.min.time(), tzinfo=zone)
    end = datetime.combine(until + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    rows = entries(state.pk).filter(at__gte=start, at__lt=end).select_related("actor")
    lines: dict[tuple[Any, ...], Line] = {}
    for entry in rows.order_by("-at", "-pk").iterator(chunk_size=_AT_ONCE):
        day, what = entry.at.astimezone(zone).date(), words.of(entry)
        key = (day, entry.actor_id, what, words.is_break_glass(entry))
        if key in lines:
            lines[key].times += 1
            lines[key].first = entry.at.astimezone(zone)
        else:
            lines[key] = _line(entry, day, what, zone)
    report.lines = list(lines.values())
    return report


def entries(patient_id: int) -> QuerySet[AuditEntry]:
    """Everything that was done with the record of a patient."""
    return about.patient(patient_id, _on_wards(patient_id))


def _on_wards(patient_id: int) -> list[about.OnWard]:
    """Where the patient was shown and when, from the trail: a stay knows its last ward alone."""
    moves = AuditEntry.objects.filter(scope=f"patient:{patient_id}", subject__startswith="stay:")
    codes = dict(Ward.objects.values_list("pk", "code"))
    found: list[about.OnWard] = []
    for entry in moves.order_by("seq"):
        if found and found[-1].until is None:
            found[-1] = replace(found[-1], until=entry.at)
        ward_id = entry.detail.get("ward")
        if entry.action != _LEFT and ward_id in codes:
            found.append(about.OnWard(ward_id, codes[ward_id], entry.at, None))
    return found


def _line(entry: AuditEntry, day: date, what: str, zone: tzinfo) -> Line:
    at = entry.at.astimezone(zone)
    role, name = who(entry.actor)
    return Line(day, role, name, what, words.is_break_glass(entry), at, at)


def who(actor: User | None) -> tuple[str, str]:
    """The role, and the name where names are told."""
    if actor is None:
        return SYSTEM, ""
    return actor.role_label(), actor.display_name() if settings.CRS_ACCESS_REPORT_NAMES else ""
