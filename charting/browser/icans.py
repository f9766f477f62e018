"""The ICANS table for the browser: every answer is the one that the Python rules gave."""

from functools import lru_cache
from types import SimpleNamespace
from typing import Any, Final, cast

from charting.browser.diagram import Core, Part, axis_of, diagram
from grading import icans
from grading.rules import icans_astct
from grading.rules.icans_astct import CRITERIA, NOTHING, IcansFlag, grade_icans
from grading.rules.icans_criteria import AROUSAL, PROLONGED_SEIZURE_MINUTES
from grading.rules.icans_findings import CAPD_ITEMS, IcansFindings
from grading.rules.icans_scores import ICE_ITEMS
from grading.rules.verdict import Verdict
from grading.rules.vocabulary import CerebralEdema, Consciousness, RaisedPressureSign, Seizure
from vitals.models import NeuroAssessment

ROWS: Final = tuple(rule.criterion.id for rule in CRITERIA)
FLAGS: Final = tuple(IcansFlag)
UNABLE: Final = icans.UNABLE_REASONS
LEVELS: Final = tuple(str(level) for level in Consciousness)
SEIZURES: Final = tuple(str(kind) for kind in Seizure)
SIGNS: Final = tuple(str(sign) for sign in RaisedPressureSign)
EDEMA: Final = tuple(str(kind) for kind in CerebralEdema)
# The last score of each band, the worst band first; a band begins above the one before.
ICE_UP_TO: Final = (0, 2, 6, 9, 10)
CAPD_UP_TO: Final = (0, 8, 32)
SCORE_SIZES: Final = (3, 1 + len(UNABLE), 9, 7, 3, 2, 2)
AROUSAL_SIZES: Final = (1 + len(LEVELS),)
SEIZURE_SIZES: Final = (1 + len(SEIZURES), 4)
SIGNS_SIZES: Final = (3, 1 + len(EDEMA), 2, 2, 2)

Answer = tuple[Any, ...]
_BLANK: Final = vars(NeuroAssessment())
_YES_NO: Final = (None, False, True)
_AGES: Final = (
    None,
    icans.POLICY.capd_below_age_years - 1,
    icans.POLICY.capd_below_age_years,
)


def score_part(
    age: int, reason: int, ice: int, capd: int, baseline: int, other: int, aphasia: int
) -> Part:
    """Age, why not done, ICE, CAPD and its baseline, another cause of arousal, aphasia.

    ICE: not done; a total in one of its bands; items left out, with the most it can be in one
    of the bands below 10. CAPD alike, with the least it can be. Baseline: none, not below the
    score, below it.
    """
    recorded: dict[str, Any] = {"unable_reason": UNABLE[reason - 1] if reason else ""}
    if 0 < ice <= len(ICE_UP_TO):
        recorded["ice_score"] = ICE_UP_TO[ice - 1]
    elif ice:
        recorded["ice_items"] = _ice_items(ICE_UP_TO[1:][ice - len(ICE_UP_TO) - 1])
    if 0 < capd <= len(CAPD_UP_TO):
        recorded["capd_score"] = CAPD_UP_TO[capd - 1]
    elif capd:
        recorded["capd_items"] = _capd_items(CAPD_UP_TO[capd - len(CAPD_UP_TO) - 1])
    if other:
        recorded["consciousness_other_cause"] = True
    if aphasia:
        recorded["global_aphasia"] = True
    worst = CAPD_UP_TO[(capd - 1) % len(CAPD_UP_TO)] if capd else 0
    worst = 28 if capd == 2 * len(CAPD_UP_TO) else worst
    before = (None, worst, max(worst - 1, 0))[baseline]
    return Part(recorded, {"age_years": _AGES[age], "capd_baseline": before})


def arousal_part(level: int) -> Part:
    """The level of consciousness; 0 is not examined."""
    return Part({"consciousness": LEVELS[level - 1] if level else ""})


def seizure_part(kind: int, minutes: int) -> Part:
    """The kind of seizure and how long: not known, 0, up to the line, above it."""
    line = int(PROLONGED_SEIZURE_MINUTES)
    lasted = (None, 0, line, line + 1)[minutes]
    return Part({"seizure": SEIZURES[kind - 1] if kind else "", "seizure_minutes": lasted})


def signs_part(motor: int, edema: int, due: int, signs: int, hemorrhage: int) -> Part:
    """Weakness (not known, no, yes), edema, due to hemorrhage, raised pressure, hemorrhage."""
    return Part(
        {
            "motor_weakness": _YES_NO[motor],
            "cerebral_edema": EDEMA[edema - 1] if edema else "",
            "edema_due_to_hemorrhage": bool(due) or None,
            "raised_pressure_signs": [str(RaisedPressureSign.PAPILLEDEMA)] if signs else None,
            "intracranial_hemorrhage": bool(hemorrhage) or None,
        }
    )


_AWAKE: Final = arousal_part(1)
_NO_SEIZURE: Final = seizure_part(1, 0)
_NO_SIGNS: Final = signs_part(1, 1, 0, 0, 0)
_WELL: Final = score_part(2, 0, 5, 0, 0, 0, 0)
# Counted, hidden or of another cause: one level beside "alert" and "not examined" shows it.
_LEVELS: Final = tuple(
    arousal_part(level) for level in (0, 1, 1 + LEVELS.index("awakens_to_voice"))
)


@lru_cache(maxsize=200_000)
def _graded(findings: IcansFindings) -> Verdict:
    return grade_icans(findings, icans.POLICY)


def findings_of(*parts: Part) -> IcansFindings:
    """What a neuro check of these parts says to the rules."""
    recorded = {name: value for part in parts for name, value in part.recorded.items()}
    past = {name: value for part in parts for name, value in part.past.items()}
    known = {"age_years": None, "capd_baseline": None} | past
    # A row made a hundred thousand times takes most of a minute; its attributes are enough.
    check = cast(NeuroAssessment, SimpleNamespace(**_BLANK | recorded))
    return icans.findings_at(check, **known)


def tables() -> dict[str, Any]:
    """The four axes, and the answer to every combination of their cores."""
    score = axis_of(
        SCORE_SIZES,
        score_part,
        findings=findings_of,
        signature=lambda part: tuple(
            (*_said(verdict), _of_arousal(verdict))
            for verdict in (_verdict(part, level, _NO_SEIZURE, _NO_SIGNS) for level in _LEVELS)
        ),
        words=lambda part: _words(_alone(score=part)),
    )
    arousal = axis_of(
        AROUSAL_SIZES,
        arousal_part,
        findings=findings_of,
        signature=lambda part: (*_said(_alone(arousal=part)), _of_arousal(_alone(arousal=part))),
        words=lambda part: ((), _words(_alone(arousal=part))[1]),
    )
    seizure = axis_of(
        SEIZURE_SIZES,
        seizure_part,
        findings=findings_of,
        signature=lambda part: _said(_alone(seizure=part)),
        words=lambda part: _words(_alone(seizure=part)),
    )
    signs = axis_of(
        SIGNS_SIZES,
        signs_part,
        findings=findings_of,
        signature=lambda part: _said(_alone(signs=part)),
        words=lambda part: _words(_alone(signs=part)),
    )
    axes = {"score": score, "arousal": arousal, "seizure": seizure, "signs": signs}
    return {
        "axes": {name: axis.as_json() for name, axis in axes.items()},
        **diagram(axes.values(), _leaf),
        "rows": [
            [rule.criterion.words, rule.inputs.__name__.removeprefix("_say_")] for rule in CRITERIA
        ],
        "nothing": NOTHING.words,
        "flags": [str(flag) for flag in FLAGS],
        "scale": icans_astct.SCALE,
        "ruleset": _alone().ruleset,
    }


def _verdict(*parts: Part) -> Verdict:
    return _graded(findings_of(*parts))


def _alone(
    *,
    score: Part = _WELL,
    arousal: Part = _AWAKE,
    seizure: Part = _NO_SEIZURE,
    signs: Part = _NO_SIGNS,
) -> Verdict:
    return _verdict(score, arousal, seizure, signs)


def _said(verdict: Verdict) -> Answer:
    return verdict.grade, verdict.at_least, verdict.outcome, verdict.missing


def _words(verdict: Verdict) -> Answer:
    """The rows met, apart from those of arousal, and the flags."""
    rows = (ROWS.index(each.criterion) for each in verdict.because if each.criterion in ROWS)
    met = tuple(row for row in rows if CRITERIA[row].domain != AROUSAL)
    return met, tuple(FLAGS.index(IcansFlag(flag)) for flag in verdict.flags)


def _of_arousal(verdict: Verdict) -> tuple[int, ...]:
    rows = (ROWS.index(each.criterion) for each in verdict.because if each.criterion in ROWS)
    return tuple(row for row in rows if CRITERIA[row].domain == AROUSAL)


def _leaf(*cores: Core) -> Answer:
    """Grade, lower bound, outcome, missing, and the row of arousal, which a score can hide."""
    verdict = _verdict(*(core.part for core in cores))
    rows = {row for core in cores for row in core.said[0]} | set(_of_arousal(verdict))
    expected = [ROWS[row] for row in sorted(rows)]
    names = [reason.criterion for reason in verdict.because]
    if names != (expected or ([NOTHING.id] if verdict.grade == 0 else [])):
        raise ValueError(f"the reasons of {verdict} are not those of its parts")
    flags = sorted({flag for core in cores for flag in core.said[1]})
    if list(verdict.flags) != [FLAGS[flag] for flag in flags]:
        raise ValueError(f"the flags of {verdict} are not those of its parts")
    return (*_said(verdict), _of_arousal(verdict))


def _ice_items(at_most: int) -> dict[str, int]:
    """A sheet with one point not asked for, and as many lost as leave this much."""
    lost, items = sum(ICE_ITEMS.values()) - at_most, {}
    for name, points in list(ICE_ITEMS.items())[:-1]:
        items[name] = points - min(points, lost)
        lost -= min(points, lost)
    return items


def _capd_items(at_least: int) -> list[int | None]:
    """A sheet with one answer left out, and these points in the others."""
    left, items = at_least, []
    for _ in range(CAPD_ITEMS - 1):
        items.append(min(left, 4))
        left -= min(left, 4)
    return [*items, None]
