"""The CRS table for the browser: every answer is the one that the Python rules gave."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from charting.browser.diagram import Core, Part, axis_of, diagram
from grading import course
from grading.course import CourseState, DrugGiven, Reading, SetValues
from grading.rules import crs_astct
from grading.rules.crs_astct import CRITERIA, DEFAULT_POLICY, FEVER_CELSIUS, SPECIAL, grade_crs
from grading.rules.crs_flags import CrsFlag
from grading.rules.crs_oxygen import LOW_FLOW_MAX_LPM
from grading.rules.verdict import Verdict
from grading.rules.vocabulary import OxygenDevice, Vasopressor, VentilationReason

AT: Final = datetime(2026, 1, 10, 12, tzinfo=UTC)
ROWS: Final = tuple(rule.criterion.id for rule in CRITERIA)
EXTRA: Final = tuple(row.id for row in SPECIAL)
FLAGS: Final = tuple(CrsFlag)
DOMAINS: Final = crs_astct.DOMAINS
DEVICES: Final = tuple(str(device) for device in OxygenDevice)
REASONS: Final = tuple(str(reason) for reason in VentilationReason)
# Neither of them matters to a choice of digits; they only stand on the right side of it.
_BELOW_MMHG: Final = 90
_HOME_LPM: Final = Decimal(2)
_WAIVER: Final = timedelta(hours=DEFAULT_POLICY.fever_waiver_hours or 0)

# What stands in the brackets of a reason that is no row of the table.
_BESIDE: Final = {
    crs_astct.WAIVER.id: "agents",
    crs_astct.RECENT.id: "hours",
    crs_astct.NO_FEVER.id: "temperature",
    crs_astct.NOTHING.id: "temperature",
}

Answer = tuple[Any, ...]
graded = lru_cache(maxsize=None)(grade_crs)


def fever_part(celsius: int, attributed: int, episode: int, treated: int, recent: int) -> Part:
    """Temperature not known, below fever, fever; then yes or no; the last fever as `recent`."""
    recorded: dict[str, Any] = {}
    if celsius:
        recorded["temperature_celsius"] = FEVER_CELSIUS - (Decimal("0.1") if celsius == 1 else 0)
    if attributed:
        recorded["fever_attributed_elsewhere"] = True
    last = (None, AT - _WAIVER, AT - _WAIVER - timedelta(hours=1))[recent]
    past = {"episode_opened_at": AT - 2 * _WAIVER if episode else None, "last_fever_at": last}
    drug = DrugGiven("paracetamol", AT - timedelta(hours=2), AT, waives_fever=True)
    return Part(recorded, past, (drug,) if treated else ())


def pressure_part(*digits: int) -> Part:
    """Judged, systolic, bolus charted, bolus ordered, another cause, then what is running.

    Running: the list charted or not, how many of it, vasopressin ordered, vasopressin charted
    (not, no, yes), an inotrope ordered.
    """
    judged, systolic, milliliters, bolus, attributed, listed, count, ordered, said, other = digits
    recorded: dict[str, Any] = {}
    if judged:
        recorded["hypotension"] = judged == 2
    if systolic:
        recorded["systolic_mmhg"] = _BELOW_MMHG - (systolic == 1)
    if milliliters:
        recorded["fluid_bolus_ml"] = 0 if milliliters == 1 else 500
    if attributed:
        recorded["hypotension_attributed_elsewhere"] = True
    if listed:
        recorded["vasopressors"] = []
    if said:
        recorded["vasopressin"] = said == 2
    drugs = [DrugGiven(drug, AT, is_vasopressor=True) for drug in tuple(Vasopressor)[:count]]
    if bolus:
        drugs.append(DrugGiven("fluid_bolus", AT, is_bolus=True))
    if ordered:
        drugs.append(DrugGiven("vasopressin", AT, is_vasopressin=True))
    if other:
        drugs.append(DrugGiven("milrinone", AT, is_inotrope=True))
    return Part(recorded, drugs=tuple(drugs))


def oxygen_part(device: int, flow: int, home: int, reason: int, comfort: int, low: int) -> Part:
    """Device, flow (not known, 0, low, high), against home (none, within, above), and the rest."""
    recorded: dict[str, Any] = {}
    if device:
        recorded["oxygen_device"] = DEVICES[device - 1]
    if flow:
        high = LOW_FLOW_MAX_LPM + 1
        recorded["oxygen_flow_lpm"] = (Decimal(0), LOW_FLOW_MAX_LPM, high)[flow - 1]
    if home:
        lpm = recorded.get("oxygen_flow_lpm", _HOME_LPM) or _HOME_LPM
        recorded["baseline_home_oxygen_lpm"] = lpm if home == 1 else lpm / 2
    if reason:
        recorded["ventilation_reason"] = REASONS[0 if reason == 1 else 1]
    if comfort:
        recorded["oxygen_for_comfort"] = True
    recorded["spo2_percent"] = Decimal(DEFAULT_POLICY.ask_below_spo2_percent - low)
    return Part(recorded)


FEVER_SIZES: Final = (3, 2, 2, 2, 3)
PRESSURE_SIZES: Final = (3, 3, 3, 2, 2, 2, 3, 2, 3, 2)
OXYGEN_SIZES: Final = (1 + len(DEVICES), 4, 3, 3, 2, 2)

_FEVERS: Final = (
    fever_part(2, 0, 0, 0, 0),
    fever_part(0, 0, 0, 0, 0),
    fever_part(1, 0, 0, 0, 0),
    fever_part(1, 0, 1, 1, 2),
)
_STABLE: Final = pressure_part(1, 2, 0, 0, 0, 1, 0, 0, 0, 0)
_PRESSURES: Final = (
    _STABLE,
    pressure_part(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    pressure_part(2, 0, 0, 0, 0, 1, 0, 0, 0, 0),
    pressure_part(0, 0, 0, 0, 0, 1, 1, 0, 0, 0),
)
_AIR: Final = oxygen_part(1, 0, 0, 0, 0, 0)
_OXYGENS: Final = (_AIR, oxygen_part(0, 0, 0, 0, 0, 0), oxygen_part(2, 2, 0, 0, 0, 0))


def reading_of(*parts: Part) -> Reading:
    """What the fold of the course reads when a set records these parts."""
    recorded = {name: value for part in parts for name, value in part.recorded.items()}
    past = {name: value for part in parts for name, value in part.past.items()}
    drugs = [drug for part in parts for drug in part.drugs]
    return course.read(
        CourseState(**past),
        SetValues(1, AT, recorded),
        drugs=drugs,
        hypotension_below=_BELOW_MMHG,
    )


def verdict_of(*parts: Part) -> Verdict:
    """The grade of these parts together."""
    return graded(reading_of(*parts).findings)


def tables() -> dict[str, Any]:
    """The three axes, and the answer to every combination of their cores."""
    fever = axis_of(
        FEVER_SIZES,
        fever_part,
        findings=_findings,
        signature=_fever_signature,
        words=_fever_words,
    )
    pressure = axis_of(
        PRESSURE_SIZES,
        pressure_part,
        findings=_findings,
        signature=lambda part: _signature(_beside(_FEVERS, part, _OXYGENS), _own(_pressure(part))),
        words=_pressure_words,
    )
    oxygen = axis_of(
        OXYGEN_SIZES,
        oxygen_part,
        findings=_findings,
        signature=lambda part: _signature(
            (verdict_of(f, p, part) for f in _FEVERS for p in _PRESSURES), _own(_oxygen(part))
        ),
        words=lambda part: (_met(_oxygen(part)), _numbers(_own(_oxygen(part)))),
    )
    axes = {"fever": fever, "pressure": pressure, "oxygen": oxygen}
    return {
        "axes": {name: axis.as_json() for name, axis in axes.items()},
        **diagram(axes.values(), _leaf),
        "rows": [[r.criterion.words, r.domain, r.criterion.grade] for r in CRITERIA],
        "extra": [[row.words, _BESIDE.get(row.id, "")] for row in SPECIAL],
        "flags": [str(flag) for flag in FLAGS],
        "scale": crs_astct.SCALE,
        "ruleset": crs_astct.RULESET,
    }


def _findings(part: Part) -> Answer:
    reading = reading_of(part)
    return reading.findings, reading.presumed_hypotension_below_mmhg is not None


def _beside(fevers: Iterable[Part], part: Part, oxygens: Iterable[Part]) -> Iterable[Verdict]:
    return [verdict_of(fever, part, oxygen) for fever in fevers for oxygen in oxygens]


def _signature(verdicts: Iterable[Verdict], own: tuple[str, ...]) -> Answer:
    """All that the verdicts say, apart from flags that stand by themselves."""
    return tuple(
        (
            verdict.grade,
            verdict.at_least,
            tuple(reason.criterion for reason in verdict.because),
            verdict.missing,
            tuple(flag for flag in verdict.flags if flag not in own),
        )
        for verdict in verdicts
    )


def _fever_signature(part: Part) -> Answer:
    verdicts = (verdict_of(part, p, o) for p in _PRESSURES for o in _OXYGENS)
    return _signature(verdicts, ())


def _fever_words(part: Part) -> Answer:
    verdict = verdict_of(part, _PRESSURES[-1], _AIR)
    return (_met(verdict, of="fever"), ())


def _pressure_words(part: Part) -> Answer:
    """The rows met, the flags, and what there is to say of the pressure, bit by bit."""
    reading = reading_of(part)
    found = reading.findings
    presumed = reading.presumed_hypotension_below_mmhg is not None
    said = (found.vasopressin, found.fluid_bolus_given, found.hypotension_present, presumed)
    bits = sum(bool(each) << place for place, each in enumerate(said))
    return (_met(_pressure(part)), _numbers(_own(_pressure(part))), bits)


def _pressure(part: Part) -> Verdict:
    return verdict_of(_FEVERS[0], part, _AIR)


def _oxygen(part: Part) -> Verdict:
    return verdict_of(_FEVERS[0], _STABLE, part)


def _own(verdict: Verdict) -> tuple[str, ...]:
    return verdict.flags


def _numbers(flags: Iterable[str]) -> tuple[int, ...]:
    return tuple(FLAGS.index(CrsFlag(flag)) for flag in flags)


def _met(verdict: Verdict, *, of: str = "") -> tuple[int, ...]:
    """The rows met, apart from that of fever unless it is asked for."""
    rows = [ROWS.index(each.criterion) for each in verdict.because if each.criterion in ROWS]
    return tuple(row for row in rows if (CRITERIA[row].domain == "fever") is (of == "fever"))


def _leaf(*cores: Core) -> Answer:
    """Grade, lower bound, whether the rows met are its reasons, another reason, missing, flags."""
    verdict = verdict_of(*(core.part for core in cores))
    names = [reason.criterion for reason in verdict.because]
    met = [ROWS[row] for row in sorted(row for core in cores for row in core.said[0])]
    own = [FLAGS[flag] for core in cores[1:] for flag in core.said[1]]
    about_fever = [flag for flag in verdict.flags if flag not in own]
    extra = [EXTRA.index(name) for name in names if name in EXTRA]
    is_because = bool(names) and names[: len(met)] == met
    if names != [*(met if is_because else ()), *(EXTRA[row] for row in extra)] or len(extra) > 1:
        raise ValueError(f"the reasons of {verdict} are not those of its parts")
    if list(verdict.flags) != [*about_fever, *own]:
        raise ValueError(f"the flags of {verdict} are not those of its parts")
    return (
        verdict.grade,
        verdict.at_least,
        int(is_because),
        extra[0] if extra else None,
        verdict.missing,
        _numbers(about_fever),
    )
