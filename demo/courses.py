"""Invented courses: a script of phases, read as sets, treatments, neuro checks and results.

Standard library only. The same script, seed and start give the same course, at
any moment asked for. Hours count from the moment the ward was filled: negative
is the past it began with, positive is how it goes on. The curves are drawn to
look plausible; nothing here is a clinical model.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

MINUTES: Final = timedelta(minutes=1)
ROOM_AIR: Final = "room_air"
VASOPRESSORS: Final = frozenset({"norepinephrine", "epinephrine"})


@dataclass(frozen=True, slots=True)
class Phase:
    """From `at` on the values glide to these targets; `level` is the severity meant, 0 to 4.

    None for a device-bound value means that the device has none.
    """

    at: float
    level: int
    celsius: float
    systolic_mmhg: int
    spo2_percent: int = 97
    device: str = ROOM_AIR
    flow_lpm: float | None = None
    fio2_percent: int | None = None
    hypotension: bool | None = None
    consciousness: str = "alert"
    glide_hours: float = 5.0
    omit: tuple[str, ...] = ()
    every_minutes: int | None = None  # None: as the level asks
    note: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A medicine or support: given at `at`, or running until `until`."""

    code: str
    at: float
    until: float | None = None
    dose: str = ""
    unit: str = ""
    route: str = "intravenous"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Neuro:
    """A neuro check: ICE from 12 years on, CAPD below."""

    at: float
    ice: int | None = None
    capd: int | None = None
    consciousness: str = "alert"
    seizure: str = "none"
    is_baseline: bool = False
    unable: str = ""  # why the score could not be done


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose of the therapy, `day` ward-local days before the start, at `hour` o'clock."""

    kind: str
    days_ago: int
    hour: float = 11.0
    value: str = ""
    unit: str = ""
    hours_ago: float | None = None  # instead of day and hour, for a dose given today


@dataclass(frozen=True, slots=True)
class Planned:
    """A dose that is to be given so many hours from the start."""

    kind: str
    hours_ahead: float


@dataclass(frozen=True, slots=True)
class Person:
    """An invented patient; birth is given as an age, so that it never ages in the code."""

    mrn: str
    given_name: str
    sex: str
    age_years: int
    diagnosis: str
    ward: str
    bed: str
    weight_kg: str
    burden: tuple[str, str]  # measure, percent
    extra_months: int = 4

    def birth_date(self, *, today: date) -> date:
        """Return the first of a month that makes the age right on this day and a while on."""
        months = today.year * 12 + today.month - 1 - self.age_years * 12 - self.extra_months
        return date(months // 12, months % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Script:
    """One patient's whole story."""

    person: Person
    story: str
    therapy: str
    doses: tuple[Dose, ...]
    admitted: float
    phases: tuple[Phase, ...] = ()
    given: tuple[Given, ...] = ()
    neuro: tuple[Neuro, ...] = ()
    silent: tuple[float, float] | None = None  # from, until: nobody charted
    lymphodepleted: bool = True
    planned: tuple[Planned, ...] = ()

    def phase_at(self, hour: float) -> Phase | None:
        """The phase that holds at an hour; None before the first."""
        held = [phase for phase in self.phases if phase.at <= hour]
        return held[-1] if held else None

    def level_at(self, hour: float) -> int:
        """The severity meant at an hour; 0 outside every phase."""
        phase = self.phase_at(hour)
        return phase.level if phase else 0

    def is_silent(self, hour: float) -> bool:
        """Whether nobody charts at this hour."""
        return self.silent is not None and self.silent[0] <= hour < self.silent[1]

    def routine_neuro(self, hour: float) -> Neuro | None:
        """What a routine check finds at an hour: the last scripted finding, without its seizure.

        None where nothing was found before, or nobody charts.
        """
        found = [neuro for neuro in self.neuro if neuro.at <= hour]
        if not found or self.is_silent(hour):
            return None
        return replace(found[-1], at=hour, seizure="none", is_baseline=False)

    def dose_times(self, *, origin: datetime) -> list[datetime]:
        """When each dose was given; `origin` is the start, on the ward's clock."""
        return [_dose_time(dose, origin) for dose in self.doses]

    def running_pressors(self, hour: float) -> list[str]:
        """Vasopressors that the script has running."""
        return sorted(
            each.code
            for each in self.given
            if each.code in VASOPRESSORS
            and each.at <= hour
            and (each.until is None or hour < each.until)
        )


def at_hour(hour: float, *, origin: datetime) -> datetime:
    """Turn an hour of the script into a moment, to the whole minute.

    Counted in UTC: adding to a ward's clock would lose or repeat an hour twice a year.
    """
    return (origin.astimezone(UTC) + round(hour * 60) * MINUTES).astimezone(origin.tzinfo)


def hour_at(moment: datetime, *, origin: datetime) -> float:
    """Turn a moment into an hour of the script."""
    return (moment.astimezone(UTC) - origin.astimezone(UTC)) / timedelta(hours=1)


def _dose_time(dose: Dose, origin: datetime) -> datetime:
    midnight = origin.replace(hour=0, minute=0, second=0, microsecond=0)
    if dose.hours_ago is not None:
        # Just after midnight, "today" leaves less room than the script asks for.
        return max(at_hour(-dose.hours_ago, origin=origin), midnight)
    return midnight - timedelta(days=dose.days_ago) + timedelta(hours=dose.hour)
