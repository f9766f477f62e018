"""ASTCT 2019 consensus grading of neurotoxicity (ICANS); not yet clinically approved.

Source: Lee DW et al., Biol Blood Marrow Transplant 2019;25:625-638. Tremor, myoclonus,
headache and intracranial hemorrhage are no part of it, and it does not require fever.
"""

from enum import StrEnum
from functools import lru_cache

from grading.rules.icans_criteria import CRITERIA, DOMAINS, rules_for
from grading.rules.icans_findings import (
    CHOICES,
    DEFAULT_ICANS_POLICY,
    IcansFindings,
    IcansPolicy,
    check_words,
    drugs_hide_it,
    uses_capd,
)
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
from grading.rules.vocabulary import Consciousness, Seizure

__all__ = [
    "CHOICES",
    "CRITERIA",
    "DEATH",
    "DEFAULT_ICANS_POLICY",
    "DOMAINS",
    "NOTHING",
    "NOT_ASSESSABLE",
    "RULESET",
    "SCALE",
    "SPECIAL",
    "IcansFindings",
    "IcansFlag",
    "IcansPolicy",
    "grade_icans",
]

SCALE = "astct-icans"
RULESET = "astct-icans-2019/1"
NOT_ASSESSABLE = "not_assessable"

DEATH = Criterion(
    "icans-5-death",
    5,
    "Death due to ICANS, no other cause being the principal factor",
    "Lee 2019, ASTCT ICANS table",
    "V2",
)
NOTHING = Criterion(
    "icans-0-nothing", 0, "No domain is affected", "Lee 2019, ASTCT ICANS table", "D"
)
SPECIAL = (DEATH, NOTHING)


class IcansFlag(StrEnum):
    """Each flag is the sentence a person reads; a flag never changes a grade."""

    HIDDEN = "sedated or paralyzed: score and arousal cannot be judged"
    HEMORRHAGE = "intracranial hemorrhage is no part of ICANS: say what else it explains"
    NO_BASELINE = "no CAPD from before the infusion: cannot tell whether this is new"
    UNCHANGED = "CAPD no worse than before the infusion: not counted"
    WRONG_TOOL = "ICE is not used below 12 years: chart CAPD"
    CAPD_AT_ICE_AGE = "CAPD at 12 years or over counts only where ICE cannot be done: chart ICE"
    CONFUSED = "new confusion: do the ICE or CAPD score now"
    LENGTH = "the recorded length and the kind of seizure disagree: confirm"
    APHASIA = "global aphasia with an ICE above 0: confirm"


def grade_icans(findings: IcansFindings, policy: IcansPolicy = DEFAULT_ICANS_POLICY) -> Verdict:
    """The ASTCT grade (0 to 5) that these findings force, with reasons.

    The outcome is "not_assessable" when sedation, paralysis or another stated reason hides
    what would decide. Raises ValueError for a word or score outside its bounds.
    """
    check_words(findings)
    ruleset, rules = (RULESET, CRITERIA) if policy is DEFAULT_ICANS_POLICY else _compiled(policy)
    if findings.death_due_to_icans:
        return Verdict(SCALE, ruleset, 5, 5, (Reason(DEATH.id, 5, DEATH.words, ()),))
    met, undecided = sort_out(rules, findings)
    forced, possible = gravest(met), max(gravest(met), gravest(undecided))
    flags = _flags(findings, policy)
    because = tuple(rule.reason(findings) for rule in met)
    if possible == forced:
        because = because or (Reason(NOTHING.id, 0, NOTHING.words, ()),)
        return Verdict(SCALE, ruleset, forced, forced, because, (), flags)
    missing = _missing(forced, undecided, findings)
    outcome = NOT_ASSESSABLE if _cannot_be_judged(findings, policy, missing) else None
    return Verdict(SCALE, ruleset, None, forced, because, missing, flags, outcome)


@lru_cache(maxsize=64)
def _compiled(policy: IcansPolicy) -> tuple[str, tuple[Rule[IcansFindings], ...]]:
    name = ruleset_name(RULESET, policy=policy, default=DEFAULT_ICANS_POLICY, choices=CHOICES)
    return name, rules_for(policy)


def _missing(
    forced: int, undecided: list[Rule[IcansFindings]], findings: IcansFindings
) -> tuple[str, ...]:
    names = missing_above(forced, undecided, findings)
    # Under sedation a charted arousal is as good as none.
    hidden = "consciousness" not in names and any(
        rule.domain == "consciousness" and rule.criterion.grade > forced for rule in undecided
    )
    return (*names, "consciousness") if hidden else names


def _cannot_be_judged(
    findings: IcansFindings, policy: IcansPolicy, missing: tuple[str, ...]
) -> bool:
    """Whether what is missing is missing for a stated reason, not for want of charting."""
    if drugs_hide_it(findings):
        return True
    capd = uses_capd(findings, policy)
    reason = findings.capd_unable_reason if capd else findings.ice_unable_reason
    return reason is not None and missing == (("capd_score",) if capd else ("ice_score",))


def _flags(findings: IcansFindings, policy: IcansPolicy) -> tuple[str, ...]:
    capd = uses_capd(findings, policy)
    score = findings.capd_score
    baseline = findings.capd_baseline if policy.capd_change_from_baseline_required else None
    minutes = findings.seizure_minutes
    raised = (
        (drugs_hide_it(findings), IcansFlag.HIDDEN),
        (findings.intracranial_hemorrhage, IcansFlag.HEMORRHAGE),
        (capd and score and findings.capd_baseline is None, IcansFlag.NO_BASELINE),
        (
            capd and score and baseline is not None and score <= baseline,
            IcansFlag.UNCHANGED,
        ),
        (capd and score is None and findings.ice_score is not None, IcansFlag.WRONG_TOOL),
        (not capd and score is not None and findings.ice_score is None, IcansFlag.CAPD_AT_ICE_AGE),
        (findings.consciousness == Consciousness.NEW_CONFUSION, IcansFlag.CONFUSED),
        (minutes is not None and _length_disagrees(findings), IcansFlag.LENGTH),
        (findings.global_aphasia and findings.ice_score, IcansFlag.APHASIA),
    )
    return tuple(flag for wanted, flag in raised if wanted)


def _length_disagrees(findings: IcansFindings) -> bool:
    minutes = findings.seizure_minutes or 0
    if findings.seizure == Seizure.PROLONGED:
        return minutes <= 5
    if findings.seizure == Seizure.NONE:
        return minutes > 0
    return findings.seizure != Seizure.REPETITIVE and minutes > 5
