"""What else stands on a tile: short enough for thirty beds, in full for whoever asks."""

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from alerts import rulebook
from screens import labels
from screens.boards.reading import Facts, Row
from vitals import schedule

# An older check is shown as old.
NEURO_IS_OLD_AFTER: Final = timedelta(hours=12)


class Flag(NamedTuple):
    """A flag as the tile shows it, and in words; `level` is plain, caution or alarm."""

    code: str
    short: str
    words: str
    level: str = "plain"


def of(facts: Facts, *, has_dose: bool, zone: tzinfo, now: datetime) -> list[dict[str, str]]:
    """Return the flags of a patient, those that ask for somebody first."""
    row = facts.row
    found = [
        *_asking(facts, now=now),
        *_place(row, zone=zone, now=now),
        *_known(facts, has_dose=has_dose),
    ]
    return [flag._asdict() for flag in found]


def moments(row: Row) -> Iterable[datetime]:
    """Return when flags come and go although no fact changes."""
    named = (
        _neuro_late_at(row),
        _labs_late_at(row),
        row.sleep_from,
        row.sleep_until,
        row.icu_until,
        row.home_until,
        row.palliative_until,
        row.icans_at + NEURO_IS_OLD_AFTER if row.icans_at else None,
    )
    return (each for each in named if each is not None)


def are_labs_late(row: Row, *, now: datetime) -> bool:
    """Whether the laboratory panel that was planned has not come."""
    at = _labs_late_at(row)
    return at is not None and now > at


def is_asleep(row: Row, *, now: datetime) -> bool:
    """Whether the patient is not to be woken now."""
    start, end = row.sleep_from, row.sleep_until
    return start is not None and end is not None and start <= now < end


def elsewhere(row: Row, *, now: datetime) -> str | None:
    """Return where the patient is watched instead of on the ward's rounds; None for on them."""
    if row.icu_until is not None and now < row.icu_until:
        return "In intensive care"
    if row.home_until is not None and now < row.home_until:
        return "Followed at home"
    return None


def _asking(facts: Facts, *, now: datetime) -> Iterable[Flag]:
    row = facts.row
    if row.worried:
        yield Flag("worried", "Worried", "The nurse is worried", "alarm")
    if not facts.nurses:
        yield Flag("unassigned", "No nurse", "No nurse is assigned", "caution")
    late_at = _neuro_late_at(row)
    if late_at is not None and now > late_at:
        yield Flag("neuro_late", "Neuro late", "The neuro check is overdue", "caution")
    elif row.icans_at is not None and now - row.icans_at > NEURO_IS_OLD_AFTER:
        yield Flag("neuro_old", "Neuro old", "The neuro check is over 12 h old", "caution")
    if are_labs_late(row, now=now):
        yield Flag("labs_late", "Labs late", "The laboratory panel is overdue", "caution")
    if row.grade_flags:
        yield Flag("reasons", "See why", "Look at the reasons of the grade", "caution")


def _place(row: Row, *, zone: tzinfo, now: datetime) -> Iterable[Flag]:
    if row.paused_until is not None:
        until = labels.clock(row.paused_until, zone=zone, now=now)
        yield Flag("off_ward", "Off ward", f"Off the ward until {until}", "caution")
    away = elsewhere(row, now=now)
    if away is not None:
        yield Flag("elsewhere", "ICU" if "care" in away else "Home", away, "caution")
    if row.palliative_until is not None and now < row.palliative_until:
        words = "Palliative plan: grades call nobody at once"
        yield Flag("palliative", "Palliative", words, "caution")
    if is_asleep(row, now=now) and row.sleep_until is not None:
        until = labels.clock(row.sleep_until, zone=zone, now=now)
        yield Flag("asleep", "Asleep", f"Not to be woken until {until}")


def _known(facts: Facts, *, has_dose: bool) -> Iterable[Flag]:
    row = facts.row
    limit = rulebook.current().a01.neutrophils_below_10e9_per_liter
    if facts.neutrophils is not None and facts.neutrophils < limit:
        count = labels.number(facts.neutrophils)
        yield Flag("neutropenic", "Neutro", f"Neutropenic: {count} ×10⁹/L", "caution")
    if facts.tocilizumab:
        times = facts.tocilizumab
        yield Flag("tocilizumab", f"Toci ×{times}", f"Tocilizumab given {times} times"
                   if times > 1 else "Tocilizumab given once")  # fmt: skip
    if not has_dose:
        yield Flag("no_dose", "No dose", "No dose recorded")
    elif not row.has_neuro_baseline:
        yield Flag("no_baseline", "No base", "No baseline of the neuro check")
    if row.said_decision:
        grade = row.said_grade
        short = "Not CRS" if grade is None else f"Says {grade}"
        words = "Clinician: not CRS" if grade is None else f"Clinician: grade {grade}"
        yield Flag("clinician", short, words)


def _neuro_late_at(row: Row) -> datetime | None:
    if row.neuro_due_at is None or row.neuro_interval_minutes is None:
        return None
    grace = schedule.grace_minutes(row.neuro_interval_minutes)
    return row.neuro_due_at + timedelta(minutes=grace)


def _labs_late_at(row: Row) -> datetime | None:
    if row.labs_due_at is None or row.labs_interval_minutes is None:
        return None
    grace = schedule.labs_grace_minutes(row.labs_interval_minutes)
    return row.labs_due_at + timedelta(minutes=grace)
