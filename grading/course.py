"""A course read set by set: what was known at each set, and when an episode opens and closes.

A fold: the state after one set is all the next set needs of the past, so a set
charted in order costs one look back, and a late entry replays from its own time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from grading.rules.crs_astct import CrsFindings
from grading.rules.verdict import Verdict
from grading.support_course import SupportCourse, advance_support

# How long a value stands in for one that was not measured. A vasopressor runs
# until somebody charts otherwise. Configuration defaults, not yet clinically approved.
CARRY_TEMPERATURE: Final = timedelta(hours=4)
CARRY_MINUTES: Final = timedelta(minutes=60)
CARRY_STATED: Final = timedelta(hours=24)
MAY_HIDE_FEVER_FOR: Final = timedelta(hours=72)
EPISODE_CLOSES_AFTER: Final = timedelta(hours=24)
FEVER_CELSIUS: Final = Decimal("38.0")  # at or above; Lee 2019, table 2

_TEMPERATURE: Final = ("temperature_celsius", "fever_attributed_elsewhere")
_PRESSURE: Final = ("systolic_mmhg", "hypotension", "fluid_bolus_ml",
                    "hypotension_attributed_elsewhere", "fluid_responsive",
                    "hypotension_refractory")  # fmt: skip
IS_PRESSURE: Final = frozenset({"systolic_mmhg", "hypotension"})
_OXYGEN: Final = ("oxygen_device", "oxygen_flow_lpm", "oxygen_for_comfort",
                  "ventilation_reason", "fio2_percent")  # fmt: skip
_VASOPRESSORS: Final = ("vasopressors", "vasopressor_doses", "vasopressor_intensity")
# The group, its fields, and how long it stands in.
GROUPS: Final[tuple[tuple[str, tuple[str, ...], timedelta | None], ...]] = (
    ("temperature_celsius", _TEMPERATURE, CARRY_TEMPERATURE),
    ("pressure", _PRESSURE, CARRY_MINUTES),
    ("spo2_percent", ("spo2_percent",), CARRY_MINUTES),
    ("oxygen_device", _OXYGEN, CARRY_MINUTES),
    ("vasopressors", _VASOPRESSORS, None),
    ("vasopressin", ("vasopressin",), None),
    ("baseline_home_oxygen_lpm", ("baseline_home_oxygen_lpm",), None),
    ("life_threatening", ("life_threatening",), CARRY_MINUTES),
    ("hospitalized_for_crs", ("hospitalized_for_crs",), CARRY_STATED),
    ("spo2_scale", ("spo2_scale",), None),
)


@dataclass(frozen=True, slots=True)
class SetValues:
    """One set as charted: only what was recorded, by field name; absent means not recorded."""

    set_id: int
    taken_at: datetime
    recorded: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DrugGiven:
    """A medicine as far as a grade needs it."""

    code: str
    started_at: datetime
    stopped_at: datetime | None = None
    waives_fever: bool = False
    is_vasopressor: bool = False
    is_vasopressin: bool = False
    is_inotrope: bool = False
    is_bolus: bool = False
    kind: str = ""  # its class of medicines
    dose: Decimal | None = None
    unit: str = ""
    route: str = ""

    def runs(self, at: datetime) -> bool:
        """Whether it had started and not stopped at this moment."""
        return self.started_at <= at and (self.stopped_at is None or at < self.stopped_at)


@dataclass(frozen=True, slots=True)
class Known:
    """The values of one group, with the set and time they were measured in."""

    values: Mapping[str, Any]
    set_id: int
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class CourseState:
    """All that the next set needs to know of the past."""

    known: Mapping[str, Known] = field(default_factory=dict)
    episode_opened_at: datetime | None = None
    last_fever_at: datetime | None = None
    at_zero_since: datetime | None = None
    support: SupportCourse = field(default_factory=SupportCourse)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known at one set: the findings, what was carried, presumed, and recorded by it."""

    findings: CrsFindings
    known: Mapping[str, Known]
    presumed_hypotension_below_mmhg: int | None
    recorded: Mapping[str, Any] = field(default_factory=dict)


def read(
    state: CourseState, values: SetValues, *, drugs: Iterable[DrugGiven], hypotension_below: int
) -> Reading:
    """Return the findings at one set, carrying earlier values only as long as they hold.

    `hypotension_below` is the systolic pressure in mmHg under which hypotension
    is presumed when nobody judged it.
    """
    at = values.taken_at
    drugs = [drug for drug in drugs if drug.started_at <= at]
    known = _known_at(state.known, values)
    flat = {name: value for group in known.values() for name, value in group.values.items()}
    hypotension, presumed = _hypotension(flat, hypotension_below)
    opened = state.episode_opened_at
    # Before any fever a drug may have hidden it: that is asked, and makes no CRS.
    since = opened if opened is not None else at - MAY_HIDE_FEVER_FOR
    agents = tuple(sorted({d.code for d in drugs if d.waives_fever and d.started_at >= since}))
    findings = CrsFindings(
        temperature_celsius=flat.get("temperature_celsius"),
        fever_within_course=opened is not None,
        fever_waiving_treatment_given=bool(agents),
        waiving_agents=agents,
        hours_since_last_fever=_hours_since(state.last_fever_at if opened else None, at),
        fever_attributed_elsewhere=flat.get("fever_attributed_elsewhere"),
        hypotension_present=hypotension,
        hypotension_attributed_elsewhere=flat.get("hypotension_attributed_elsewhere"),
        fluid_bolus_given=_bolus(flat, drugs, at),
        vasopressors=_vasopressors(flat, drugs, at),
        vasopressin=_vasopressin(flat, drugs, at),
        inotropes=frozenset(d.code for d in drugs if d.is_inotrope and d.runs(at)),
        oxygen_device=flat.get("oxygen_device"),
        oxygen_flow_lpm=flat.get("oxygen_flow_lpm"),
        oxygen_for_comfort=flat.get("oxygen_for_comfort"),
        baseline_home_oxygen_lpm=flat.get("baseline_home_oxygen_lpm"),
        ventilation_reason=flat.get("ventilation_reason"),
        spo2_percent=flat.get("spo2_percent"),
    )
    below = hypotension_below if presumed else None
    return Reading(findings, known, below, values.recorded)


def advance(
    state: CourseState,
    reading: Reading,
    verdict: Verdict,
    *,
    at: datetime,
    drugs: Iterable[DrugGiven],
) -> CourseState:
    """Return the state after a set, given what its findings were graded.

    Only a set that is itself known to be grade 0 closes an episode, so a set after a
    gap is still read as part of it. A set whose grade is not known changes nothing.
    """
    opened = state.episode_opened_at
    fever_now = is_fever(reading.findings)
    if opened is None and (fever_now or verdict.at_least > 0):
        opened = at
    last_fever_at = state.last_fever_at
    if fever_now:  # when it was measured, which a carried temperature was not now
        last_fever_at = reading.known["temperature_celsius"].taken_at
    zero_since = state.at_zero_since
    if verdict.at_least > 0 or opened is None:
        zero_since = None
    elif verdict.grade == 0:
        zero_since = at if zero_since is None else zero_since
        if _has_resolved(zero_since, at=at, drugs=drugs):
            opened = zero_since = None
    return replace(
        state,
        known=reading.known,
        episode_opened_at=opened,
        last_fever_at=last_fever_at,
        at_zero_since=zero_since,
        support=advance_support(
            state.support,
            reading.recorded,
            known_before=state.known,
            known=reading.known,
            at=at,
        ),
    )


def is_fever(findings: CrsFindings) -> bool:
    """Whether a temperature of 38.0 °C or more is known and has no other stated cause."""
    celsius = findings.temperature_celsius
    return (
        celsius is not None and celsius >= FEVER_CELSIUS and not findings.fever_attributed_elsewhere
    )


def _known_at(before: Mapping[str, Known], values: SetValues) -> dict[str, Known]:
    """Keep each group's newest values, and drop what is too old to stand in."""
    known: dict[str, Known] = {}
    for group, fields, lasts in GROUPS:
        now = {name: values.recorded[name] for name in fields if name in values.recorded}
        earlier = _still_held(before.get(group), lasts, at=values.taken_at)
        if now and (earlier is None or _measures(group, now)):
            known[group] = Known(now, values.set_id, values.taken_at)
        elif now and earlier:  # a flow, a bolus or a cause, about what was measured before
            known[group] = replace(earlier, values={**earlier.values, **now})
        elif earlier:
            known[group] = earlier
    return known


def _still_held(earlier: Known | None, lasts: timedelta | None, *, at: datetime) -> Known | None:
    if earlier is None or lasts is None or at - earlier.taken_at <= lasts:
        return earlier
    return None


def _measures(group: str, now: Mapping[str, Any]) -> bool:
    """Whether a set measures the group itself, and not only says something about it."""
    return group in now or (group == "pressure" and not now.keys().isdisjoint(IS_PRESSURE))


def _has_resolved(zero_since: datetime, *, at: datetime, drugs: Iterable[DrugGiven]) -> bool:
    """Whether grade 0 has stood for 24 h, and as long without a drug that hides fever."""
    if at - zero_since < EPISODE_CLOSES_AFTER:
        return False
    given_until = (
        drug.stopped_at or drug.started_at
        for drug in drugs
        if drug.waives_fever and drug.started_at <= at
    )
    return all(at - until >= EPISODE_CLOSES_AFTER for until in given_until)


def _hypotension(flat: Mapping[str, Any], below_mmhg: int) -> tuple[bool | None, bool]:
    """The clinician's answer; else presumed from the systolic pressure; else unknown."""
    if flat.get("hypotension") is not None:
        return flat["hypotension"], False
    systolic = flat.get("systolic_mmhg")
    if systolic is None:
        return None, False
    return systolic < below_mmhg, systolic < below_mmhg


def _bolus(flat: Mapping[str, Any], drugs: Iterable[DrugGiven], at: datetime) -> bool | None:
    if any(d.is_bolus and at - d.started_at <= CARRY_MINUTES for d in drugs):
        return True
    milliliters = flat.get("fluid_bolus_ml")
    if milliliters is not None:
        return bool(milliliters > 0)
    # A bolus is an action that is charted when it is done, not a reading: a set that
    # shows the pressure and no bolus says that none was given.
    return False if "systolic_mmhg" in flat or "hypotension" in flat else None


def _vasopressors(
    flat: Mapping[str, Any], drugs: Iterable[DrugGiven], at: datetime
) -> frozenset[str] | None:
    running = frozenset(d.code for d in drugs if d.is_vasopressor and d.runs(at))
    charted = flat.get("vasopressors")
    if charted is None:
        return running or None
    return running | frozenset(charted)


def _vasopressin(flat: Mapping[str, Any], drugs: Iterable[DrugGiven], at: datetime) -> bool | None:
    if any(d.is_vasopressin and d.runs(at) for d in drugs):
        return True
    charted = flat.get("vasopressin")
    if charted is None and flat.get("vasopressors") is not None:
        return False  # the ward's list of running vasopressors was charted without it
    return charted


def _hours_since(then: datetime | None, at: datetime) -> Decimal | None:
    return None if then is None else Decimal((at - then) // timedelta(seconds=1)) / 3600
