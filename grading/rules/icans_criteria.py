"""The rows of the ASTCT 2019 ICANS table, each with the words a reviewer signs."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from grading.rules.icans_findings import (
    DEFAULT_ICANS_POLICY,
    IcansFindings,
    IcansPolicy,
    drugs_hide_it,
    uses_capd,
)
from grading.rules.verdict import Criterion, Rule
from grading.rules.vocabulary import (
    CerebralEdema,
    Consciousness,
    RaisedPressureSign,
    Seizure,
    UnableReason,
)

PROLONGED_SEIZURE_MINUTES = Decimal("5")  # above it is prolonged; exactly 5 is not
CAPD_DELIRIUM = 9  # at or above

SCORE = "score"
AROUSAL = "consciousness"
SEIZURE = "seizure"
MOTOR = "motor"
PRESSURE = "raised pressure"
DOMAINS = (SCORE, AROUSAL, SEIZURE, MOTOR, PRESSURE)

_TABLE = "Lee 2019, ASTCT ICANS table"
_CHILD = "Lee 2019, ASTCT ICANS table for children"

Answer = bool | None
Test = Callable[[IcansFindings], Answer]
Say = Callable[[IcansFindings], tuple[str, ...]]
Rules = Iterable[Rule[IcansFindings]]


def rules_for(policy: IcansPolicy) -> tuple[Rule[IcansFindings], ...]:
    """Every row of the table under a policy, the gravest first."""
    rows = (
        *_score_rows(policy),
        *_arousal_rows(),
        *_seizure_rows(),
        *_motor_rows(),
        *_pressure_rows(policy),
    )
    return tuple(sorted(rows, key=lambda rule: -rule.criterion.grade))


def _ice(policy: IcansPolicy, *, low: int, high: int) -> Test:
    def met(findings: IcansFindings) -> Answer:
        if uses_capd(findings, policy):
            return False
        if findings.ice_score is not None:
            return low <= findings.ice_score <= high
        if low <= findings.ice_score_at_most <= high:
            return True  # the points already lost force at least this row
        return None if findings.ice_score_at_most > high else False

    return met


def _capd(policy: IcansPolicy, *, low: int, high: int) -> Test:
    def met(findings: IcansFindings) -> Answer:
        if not uses_capd(findings, policy):
            return False
        score, baseline = findings.capd_score, findings.capd_baseline
        if policy.capd_change_from_baseline_required and baseline is not None:
            worst = findings.capd_score_at_least if score is None else score
            if worst <= baseline:
                return None if score is None else False
        if score is not None:
            return low <= score <= high
        if low <= findings.capd_score_at_least <= high:
            return True
        return None if findings.capd_score_at_least < low else False

    return met


def _unable(policy: IcansPolicy, *, capd: bool) -> Test:
    def met(findings: IcansFindings) -> Answer:
        if uses_capd(findings, policy) is not capd:
            return False
        reason = findings.capd_unable_reason if capd else findings.ice_unable_reason
        if reason == UnableReason.UNAROUSABLE:
            return not findings.consciousness_other_cause
        return False

    return met


def _aroused_by(level: Consciousness) -> Test:
    def met(findings: IcansFindings) -> Answer:
        if findings.consciousness_other_cause:
            return False
        if drugs_hide_it(findings) or findings.consciousness is None:
            return None
        return findings.consciousness == level

    return met


def _brief_seizure(findings: IcansFindings) -> Answer:
    if findings.seizure == Seizure.NONE or findings.seizure == Seizure.REPETITIVE:
        return False
    minutes = findings.seizure_minutes
    if minutes is not None and minutes > 0:
        return minutes <= PROLONGED_SEIZURE_MINUTES
    return None if findings.seizure is None else findings.seizure != Seizure.PROLONGED


def _long_seizure(findings: IcansFindings) -> Answer:
    if findings.seizure == Seizure.NONE:
        return False
    if findings.seizure == Seizure.REPETITIVE:
        return True
    minutes = findings.seizure_minutes
    if minutes is not None and minutes > PROLONGED_SEIZURE_MINUTES:
        return True
    if findings.seizure is None:
        return None
    # The measured length decides over the word: exactly five minutes is not prolonged.
    return findings.seizure == Seizure.PROLONGED and not minutes


def _deep_weakness(findings: IcansFindings) -> Answer:
    return findings.motor_focal_weakness_deep


def _edema(policy: IcansPolicy, kind: CerebralEdema) -> Test:
    def met(findings: IcansFindings) -> Answer:
        if findings.edema_due_to_hemorrhage:
            return False
        if findings.cerebral_edema is None:
            return False if policy.imaging_only_when_found else None
        return findings.cerebral_edema == kind

    return met


def _raised_pressure(policy: IcansPolicy) -> Test:
    def met(findings: IcansFindings) -> Answer:
        if findings.raised_pressure_signs is None:
            return False if policy.imaging_only_when_found else None
        return bool(findings.raised_pressure_signs)

    return met


def _say_ice(findings: IcansFindings) -> tuple[str, ...]:
    if findings.ice_score is None:
        return (f"ICE at most {findings.ice_score_at_most}, items left out",)
    aphasia = ("awake with global aphasia",) if findings.global_aphasia else ()
    return (f"ICE {findings.ice_score}", *aphasia)


def _say_capd(findings: IcansFindings) -> tuple[str, ...]:
    if findings.capd_score is None:
        return (f"CAPD at least {findings.capd_score_at_least}, items left out",)
    before = findings.capd_baseline
    return (f"CAPD {findings.capd_score}" + ("" if before is None else f", {before} before"),)


def _say_arousal(findings: IcansFindings) -> tuple[str, ...]:
    if findings.consciousness is None:
        return ("unarousable",)
    return (Consciousness(findings.consciousness).label.lower(),)


def _say_seizure(findings: IcansFindings) -> tuple[str, ...]:
    said = (
        () if findings.seizure is None else (f"seizure: {Seizure(findings.seizure).label.lower()}",)
    )
    minutes = findings.seizure_minutes
    return said if minutes is None else (*said, f"lasting {minutes} min")


def _say_motor(findings: IcansFindings) -> tuple[str, ...]:
    return ("deep focal weakness",)


def _say_edema(findings: IcansFindings) -> tuple[str, ...]:
    return (CerebralEdema(findings.cerebral_edema or CerebralEdema.NONE).label.lower(),)


def _say_signs(findings: IcansFindings) -> tuple[str, ...]:
    signs = findings.raised_pressure_signs or frozenset()
    return tuple(RaisedPressureSign(sign).label for sign in sorted(signs))


def _score_rows(policy: IcansPolicy) -> Rules:
    unable = "Unarousable and unable to perform "
    for grade, low, high in ((1, 7, 9), (2, 3, 6), (3, 0, 2)):
        row = Criterion(f"icans-{grade}-ice", grade, f"ICE {low} to {high}", _TABLE, "V2")
        yield Rule(row, SCORE, _ice(policy, low=low, high=high), ("ice_score",), _say_ice)
    for grade, low, high, words, tag in (
        (1, 1, CAPD_DELIRIUM - 1, "CAPD 1 to 8", "M"),
        (3, CAPD_DELIRIUM, 32, "CAPD 9 or above", "V2"),
    ):
        row = Criterion(f"icans-{grade}-capd", grade, words, _CHILD, tag)
        yield Rule(row, SCORE, _capd(policy, low=low, high=high), ("capd_score",), _say_capd)
    for name, capd in (("ICE", False), ("CAPD", True)):
        row = Criterion(f"icans-4-{name.lower()}", 4, unable + name, _TABLE, "V2")
        yield Rule(row, SCORE, _unable(policy, capd=capd), (), _say_arousal)


def _arousal_rows() -> Rules:
    for grade, level, words in (
        (1, Consciousness.DROWSY_AWAKENS_SPONTANEOUSLY, "Drowsy, awakens spontaneously"),
        (2, Consciousness.AWAKENS_TO_VOICE, "Awakens to voice"),
        (3, Consciousness.AWAKENS_TO_TACTILE, "Awakens only to tactile stimulus"),
        (4, Consciousness.UNAROUSABLE, "Unarousable, or only by vigorous repeated stimuli"),
    ):
        row = Criterion(f"icans-{grade}-arousal", grade, words, _TABLE, "V2")
        yield Rule(row, AROUSAL, _aroused_by(level), ("consciousness",), _say_arousal)


def _seizure_rows() -> Rules:
    brief = "Any seizure resolving rapidly, or on EEG and resolving with treatment"
    long = "Seizure longer than 5 minutes, or repetitive without return to baseline"
    for grade, words, met in ((3, brief, _brief_seizure), (4, long, _long_seizure)):
        row = Criterion(f"icans-{grade}-seizure", grade, words, _TABLE, "V2")
        yield Rule(row, SEIZURE, met, ("seizure",), _say_seizure)


def _motor_rows() -> Rules:
    row = Criterion("icans-4-motor", 4, "Deep focal motor weakness", _TABLE, "V2")
    yield Rule(row, MOTOR, _deep_weakness, ("motor_focal_weakness_deep",), _say_motor)


def _pressure_rows(policy: IcansPolicy) -> Rules:
    for grade, kind, words in (
        (3, CerebralEdema.FOCAL, "Focal or local edema on imaging"),
        (4, CerebralEdema.DIFFUSE, "Diffuse cerebral edema on imaging"),
    ):
        row = Criterion(f"icans-{grade}-edema", grade, words, _TABLE, "V2")
        yield Rule(row, PRESSURE, _edema(policy, kind), ("cerebral_edema",), _say_edema)
    signs = "Posturing, cranial nerve VI palsy, papilledema or Cushing triad"
    row = Criterion("icans-4-signs", 4, signs, _TABLE, "V2")
    yield Rule(row, PRESSURE, _raised_pressure(policy), ("raised_pressure_signs",), _say_signs)


CRITERIA = rules_for(DEFAULT_ICANS_POLICY)
