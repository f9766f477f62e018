"""Who is told of an alert that nobody answers, and after how many minutes. No Django here.

Shipped minutes, not yet clinically approved; a ward may set its own (plan_of).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from alerts.policy import Rule, Severity


class Duty(StrEnum):
    """The roles of the rota that the ladder calls."""

    BEDSIDE_NURSE = "bedside_nurse"
    CHARGE_NURSE = "charge_nurse"
    ONCOLOGY_FELLOW = "oncology_fellow"
    ONCOLOGY_ATTENDING = "oncology_attending"
    ICU_OUTREACH = "icu_outreach"
    SITE_NURSE_MANAGER = "site_nurse_manager"
    PHARMACIST = "pharmacist"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder: after so many minutes without an answer, these are told.

    `answer_by`: the time to answer ends here. `is_last_call`: everybody who could be
    told has been, so the alert is shown as unanswered.
    """

    severity: Severity
    number: int
    after_minutes: int
    tells: tuple[Duty, ...]
    answer_by: bool = False
    is_last_call: bool = False


_AT_THE_BED: Final = (Duty.BEDSIDE_NURSE, Duty.CHARGE_NURSE)
_FIRST_P1: Final = (*_AT_THE_BED, Duty.ONCOLOGY_FELLOW)
_EVERYONE: Final = (
    *_FIRST_P1, Duty.ONCOLOGY_ATTENDING, Duty.ICU_OUTREACH, Duty.SITE_NURSE_MANAGER,
)  # fmt: skip
LADDER: Final = (
    Rung(Severity.P1, 0, 0, _FIRST_P1),
    Rung(Severity.P1, 1, 3, _FIRST_P1),
    Rung(Severity.P1, 2, 5, (Duty.ONCOLOGY_ATTENDING, Duty.ICU_OUTREACH), answer_by=True),
    Rung(Severity.P1, 3, 10, (Duty.SITE_NURSE_MANAGER,)),
    Rung(Severity.P1, 4, 15, _EVERYONE, is_last_call=True),
    Rung(Severity.P2, 0, 0, _AT_THE_BED),
    Rung(Severity.P2, 1, 10, _AT_THE_BED),
    Rung(Severity.P2, 2, 15, (Duty.ONCOLOGY_FELLOW,), answer_by=True),
    Rung(Severity.P2, 3, 30, (Duty.ONCOLOGY_ATTENDING,), is_last_call=True),
    Rung(Severity.P3, 0, 0, ()),
    Rung(Severity.P3, 1, 60, (Duty.CHARGE_NURSE,), answer_by=True),
    Rung(Severity.P4, 0, 0, ()),
)
# The last call is repeated this often, for as long as nobody answers.
REPEAT_MINUTES: Final = {Severity.P1: 15}
# An answer holds until the person should be there, and this long after, without a newer set.
ANSWER_GRACE_MINUTES: Final = {Severity.P1: 15, Severity.P2: 30}
LONGEST_SNOOZE_MINUTES: Final = {
    Severity.P1: 15, Severity.P2: 60, Severity.P3: 240, Severity.P4: 240,
}  # fmt: skip
# Called at once beside those of rung 0.
ALSO_AT_ONCE: Final = {
    Rule.A04: (Duty.ICU_OUTREACH,),
    Rule.A28: (Duty.ONCOLOGY_FELLOW, Duty.PHARMACIST),
}
# On the ward's clock: what is no emergency calls nobody at night.
_HELD_AT_NIGHT: Final = frozenset({Severity.P3, Severity.P4})
_NIGHT_FROM_HOUR: Final = 22
_NIGHT_BEFORE_HOUR: Final = 6
# Without a rung that says so, an alert is to be looked at within a day.
_ANSWER_WITHIN_A_DAY: Final = 24 * 60
# A ward may choose its own minutes up to here, and never a longer snooze than shipped.
_LONGEST_RUNG_MINUTES: Final = {Severity.P1: 60, Severity.P2: 240, Severity.P3: 1440}
_LONGEST_GRACE_MINUTES: Final = 120


class LadderError(ValueError):
    """A ward's own minutes cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The ladder of one severity on one ward; `rungs` begins with rung 0."""

    rungs: tuple[Rung, ...]
    repeat_minutes: int | None
    answer_grace_minutes: int | None
    longest_snooze_minutes: int

    @property
    def last(self) -> Rung:
        """The rung after which only repetition is left."""
        return self.rungs[-1]

    @property
    def answer_within_minutes(self) -> int:
        """How long after it is raised an alert should have its answer."""
        asked = [rung.after_minutes for rung in self.rungs if rung.answer_by]
        return asked[0] if asked else _ANSWER_WITHIN_A_DAY

    def timed(self, number: int) -> Rung | None:
        """Return the rung of this number that silence leads to; None when silence ends before."""
        if number <= self.last.number:
            return self.rungs[number]
        if self.repeat_minutes is None:
            return None
        more = (number - self.last.number) * self.repeat_minutes
        return replace(self.last, number=number, after_minutes=self.last.after_minutes + more)

    def newly(self, number: int) -> Rung | None:
        """Return the next rung from this number on with only those who were not called before."""
        before = {duty for rung in self.rungs[:number] for duty in rung.tells}
        for rung in self.rungs[number:]:
            tells = tuple(duty for duty in rung.tells if duty not in before)
            if tells:
                return replace(rung, tells=tells)
        return None

    def called(self, number: int) -> Rung | None:
        """Return the rung of this number when a person asks for it; None when it tells nobody."""
        rung = self.timed(number) or replace(self.last, number=number)
        return rung if rung.tells else None


def plan_of(severity: Severity, ward_minutes: object = None) -> Plan:
    """Return the ladder of a severity with the ward's own minutes.

    Minutes that cannot be used are left aside for the shipped ones: a slip in a
    setting must not silence a ward. `faults` tells of them.
    """
    try:
        return checked(severity, ward_minutes)
    except LadderError:
        return checked(severity, None)


def checked(severity: Severity, ward_minutes: object) -> Plan:
    """Return the ladder with the ward's own minutes; raises LadderError when one is no good."""
    own = _own(severity, ward_minutes)
    shipped = tuple(rung for rung in LADDER if rung.severity is severity)
    repeat = REPEAT_MINUTES.get(severity)
    grace = ANSWER_GRACE_MINUTES.get(severity)
    snooze = LONGEST_SNOOZE_MINUTES[severity]
    return Plan(
        rungs=_rungs(shipped, own.get("rungs")),
        repeat_minutes=_within(own.get("repeat"), repeat, _LONGEST_RUNG_MINUTES.get(severity, 0)),
        answer_grace_minutes=_within(own.get("answer_grace"), grace, _LONGEST_GRACE_MINUTES),
        longest_snooze_minutes=_within(own.get("longest_snooze"), snooze, snooze) or snooze,
    )


def first_of(plan: Plan, rule: Rule) -> Rung:
    """Return rung 0, with those whom this rule calls at once as well."""
    first = plan.rungs[0]
    return replace(first, tells=(*first.tells, *ALSO_AT_ONCE.get(rule, ())))


def after_the_night(severity: Severity, at: datetime, *, zone: tzinfo) -> datetime:
    """Return when a call that is due at a moment is made; P3 and P4 wait for the morning."""
    local = at.astimezone(zone)
    is_night = local.hour >= _NIGHT_FROM_HOUR or local.hour < _NIGHT_BEFORE_HOUR
    if severity not in _HELD_AT_NIGHT or not is_night:
        return at
    day = local.date() + timedelta(days=local.hour >= _NIGHT_FROM_HOUR)
    return datetime.combine(day, time(_NIGHT_BEFORE_HOUR), tzinfo=zone).astimezone(UTC)


def faults(ward_minutes: object) -> list[str]:
    """Say what is wrong with a ward's own minutes; an empty list when they can be used."""
    found = []
    if isinstance(ward_minutes, Mapping):
        found = [f"{name} is no severity" for name in ward_minutes if name not in set(Severity)]
    for severity in Severity:
        try:
            checked(severity, ward_minutes)
        except LadderError as error:
            found.append(f"{severity}: {error}")
    return found


def is_unanswered(severity: Severity, *, rung: int) -> bool:
    """Whether the ladder of an open alert has come to its last call."""
    last = plan_of(severity).last
    return last.is_last_call and rung >= last.number


def _own(severity: Severity, ward_minutes: object) -> Mapping[str, Any]:
    if not ward_minutes:
        return {}
    if not isinstance(ward_minutes, Mapping):
        raise LadderError("must be an object with a key for each severity")
    own = ward_minutes.get(severity.value, {})
    known = {"rungs", "repeat", "answer_grace", "longest_snooze"}
    if not isinstance(own, Mapping) or not own.keys() <= known:
        raise LadderError(f"knows only {', '.join(sorted(known))}")
    return own


def _rungs(shipped: Sequence[Rung], minutes: object) -> tuple[Rung, ...]:
    if minutes is None:
        return tuple(shipped)
    first, *later = shipped
    if not isinstance(minutes, list) or len(minutes) != len(later):
        raise LadderError(f"rungs must be {len(later)} numbers")
    longest = _LONGEST_RUNG_MINUTES.get(first.severity, 0)
    if not all(_is_whole(each) and 1 <= each <= longest for each in minutes):
        raise LadderError(f"rungs must be whole minutes from 1 to {longest}")
    if not all(earlier < after for earlier, after in pairwise(minutes)):
        raise LadderError("each rung must come after the one before")
    pairs = zip(later, minutes, strict=True)
    return (first, *(replace(rung, after_minutes=own) for rung, own in pairs))


def _within(own: object, shipped: int | None, longest: int) -> int | None:
    if own is None:
        return shipped
    if shipped is None or not isinstance(own, int) or not _is_whole(own) or not 1 <= own <= longest:
        raise LadderError(f"{own!r} is not a whole number of minutes from 1 to {longest} here")
    return own


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
