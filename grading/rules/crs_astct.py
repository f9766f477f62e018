"""ASTCT 2019 consensus grading of cytokine release syndrome; not yet clinically approved.

Source: Lee DW et al., Biol Blood Marrow Transplant 2019;25:625-638.
"""

from functools import lru_cache

from grading.rules.crs_criteria import (
    CRITERIA,
    DOMAINS,
    FEVER_CELSIUS,
    has_fever,
    rules_for,
    say_temperature,
)
from grading.rules.crs_findings import (
    CHOICES,
    DEFAULT_POLICY,
    CrsFindings,
    CrsPolicy,
    checked,
)
from grading.rules.crs_flags import CrsFlag, crs_flags
from grading.rules.crs_oxygen import LOW_FLOW_MAX_LPM, plain
from grading.rules.ruleset import ruleset_name
from grading.rules.verdict import (
    Criterion,
    Reason,
    Rule,
    Verdict,
    gravest,
    missing_above,
    sort_out,
)

__all__ = [
    "CHOICES",
    "CRITERIA",
    "DEFAULT_POLICY",
    "DOMAINS",
    "FEVER_CELSIUS",
    "LOW_FLOW_MAX_LPM",
    "RULESET",
    "SCALE",
    "SPECIAL",
    "CrsFindings",
    "CrsFlag",
    "CrsPolicy",
    "grade_crs",
    "ruleset_of",
]

SCALE = "astct-crs"
RULESET = "astct-crs-2019/1"

_TEXT = "Lee 2019, ASTCT text"
DEATH = Criterion(
    "crs-5-death", 5, "Death due to CRS, no other cause being the principal factor", _TEXT, "M"
)
WAIVER = Criterion(
    "crs-fever-waived",
    0,
    "Fever no longer required: fever earlier in this course, treated since",
    "Lee 2019, ASTCT CRS table footnote",
    "V2",
)
RECENT = Criterion(
    "crs-fever-recent", 0, "Fever no longer required: it was recent in this course", _TEXT, "P"
)
NO_FEVER = Criterion(
    "crs-0-no-fever", 0, "No CRS now: no fever, and fever is required", _TEXT, "V2"
)
NOTHING = Criterion("crs-0-nothing", 0, "No fever, hypotension or hypoxia", _TEXT, "D")
SPECIAL = (DEATH, WAIVER, RECENT, NO_FEVER, NOTHING)

_COURSE = ("fever_within_course", "fever_waiving_treatment_given", "hours_since_last_fever")


def grade_crs(findings: CrsFindings, policy: CrsPolicy = DEFAULT_POLICY) -> Verdict:
    """The ASTCT grade (0 to 5) that these findings force, with reasons.

    Raises ValueError for a drug, device or reason outside the vocabulary and TypeError for a
    binary float.
    """
    findings = checked(findings)
    ruleset, rules = _compiled(policy) if policy is not DEFAULT_POLICY else (RULESET, CRITERIA)
    if findings.death_due_to_crs:
        return _verdict(ruleset, 5, (Reason(DEATH.id, 5, DEATH.words, ()),), ())
    met, undecided = sort_out(rules, findings)
    febrile, waived = has_fever(findings), _waived(findings, policy)
    required_fever = True if febrile or waived else None if None in (febrile, waived) else False
    flags = crs_flags(findings, policy=policy, required_fever=required_fever, met=met)
    forced, possible = gravest(met), max(gravest(met), gravest(undecided))
    if required_fever is False or possible == 0:
        return _verdict(ruleset, 0, _why_none(findings, required_fever=required_fever), flags)
    if required_fever:
        because = tuple(rule.reason(findings) for rule in met)
        if not febrile:
            because += _why_waived(findings)
        if forced == possible:
            return _verdict(
                ruleset, forced, because or _why_none(findings, required_fever=True), flags
            )
        missing = missing_above(forced, undecided, findings)
        return Verdict(SCALE, ruleset, None, forced, because, missing, flags)
    missing = _missing_about_fever(findings, febrile, waived)
    missing += missing_above(forced, undecided, findings)
    return Verdict(SCALE, ruleset, None, 0, (), tuple(dict.fromkeys(missing)), flags)


def ruleset_of(policy: CrsPolicy) -> str:
    """The name stored with every grade: the edition, and each choice that is not the default."""
    return ruleset_name(RULESET, policy=policy, default=DEFAULT_POLICY, choices=CHOICES)


@lru_cache(maxsize=64)
def _compiled(policy: CrsPolicy) -> tuple[str, tuple[Rule[CrsFindings], ...]]:
    return ruleset_of(policy), rules_for(policy)


def _verdict(
    ruleset: str, grade: int, because: tuple[Reason, ...], flags: tuple[str, ...]
) -> Verdict:
    return Verdict(SCALE, ruleset, grade, grade, because, (), flags)


def _waived(findings: CrsFindings, policy: CrsPolicy) -> bool | None:
    """Whether fever is no longer required (Lee 2019, table footnote)."""
    treated = findings.fever_waiving_treatment_given
    if policy.treatment_before_fever_waives_it and treated:
        return True
    course = findings.fever_within_course
    if course is False:
        # The drug is only an unknown here when premedication alone would waive fever.
        return None if policy.treatment_before_fever_waives_it and treated is None else False
    recent = _recent(findings, policy)
    either = True if treated or recent else None if None in (treated, recent) else False
    return either if course or either is False else None


def _recent(findings: CrsFindings, policy: CrsPolicy) -> bool | None:
    if policy.fever_waiver_hours is None:
        return False
    if findings.hours_since_last_fever is None:
        return None
    return findings.hours_since_last_fever <= policy.fever_waiver_hours


def _missing_about_fever(
    findings: CrsFindings, febrile: bool | None, waived: bool | None
) -> tuple[str, ...]:
    missing: tuple[str, ...] = ("temperature_celsius",) if febrile is None else ()
    if waived is None:
        missing += tuple(name for name in _COURSE if getattr(findings, name) is None)
    return missing


def _why_waived(findings: CrsFindings) -> tuple[Reason, ...]:
    if findings.fever_waiving_treatment_given:
        return (Reason(WAIVER.id, 0, WAIVER.words, findings.waiving_agents),)
    hours = findings.hours_since_last_fever
    said = (f"last fever {plain(hours)} h ago",) if hours is not None else ()
    return (Reason(RECENT.id, 0, RECENT.words, said),)


def _why_none(findings: CrsFindings, *, required_fever: bool | None) -> tuple[Reason, ...]:
    row = NO_FEVER if required_fever is False else NOTHING
    return (Reason(row.id, 0, row.words, say_temperature(findings)),)
