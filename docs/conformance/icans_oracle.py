"""The ASTCT 2019 ICANS grade of a case, read off the published tables and nothing else.

Source: Lee DW et al., Biol Blood Marrow Transplant 2019;25:625-638; CAPD: Traube 2014.
"""

from fractions import Fraction

from .rows import Answer, Case, refuse_unknown

NORMAL_ICE = 10
NOT_ASSESSABLE = "not_assessable"
CAPD_BELOW_AGE = 12  # years; from exactly 12 on it is ICE
GRADE_BY_ICE = {10: 0, 9: 1, 8: 1, 7: 1, 6: 2, 5: 2, 4: 2, 3: 2, 2: 3, 1: 3, 0: 3}
UNAROUSABLE_WITHOUT_SCORE = 4
# CAPD, up to and including: grade.
GRADE_BY_CAPD = ((0, 0), (8, 1), (32, 3))
GRADE_BY_AROUSAL = {
    "alert": 0,
    "drowsy_awakens_spontaneously": 1,
    "awakens_to_voice": 2,
    "awakens_to_tactile": 3,
    "unarousable": 4,
}
GRADE_BY_SEIZURE = {
    "none": 0,
    "brief_resolved": 3,
    "nonconvulsive_eeg_resolved": 3,
    "prolonged": 4,
    "repetitive_no_return_to_baseline": 4,
}
LONGEST_BRIEF_SEIZURE_MINUTES = Fraction(5)  # up to and including; above it is prolonged
GRADE_BY_EDEMA = {"none": 0, "focal": 3, "diffuse": 4}
DEEP_WEAKNESS = 4
RAISED_PRESSURE_SIGN = 4
CAPD_WORDS = ("never", "rarely", "sometimes", "often", "always")
CAPD_REVERSED_ITEMS = 4  # the first four count down, the other four up

# No domains of the scale.
NO_DOMAIN = frozenset({"global_aphasia", "headache", "intracranial_haemorrhage"}) | {
    "myoclonus",
    "tremor",
}
DOMAINS = frozenset(
    {
        "capd", "capd_baseline", "capd_items", "capd_unable_reason", "cerebral_oedema",
        "consciousness", "consciousness_other_cause", "death_due_to_icans",
        "developmental_delay", "ice_items", "ice_score", "ice_unable_reason",
        "motor_focal_weakness_deep", "oedema_due_to_haemorrhage", "raised_icp_signs", "seizure",
        "seizure_minutes",
    }
)  # fmt: skip


def answer(case: Case, *, age_years: float) -> Answer:
    """The grade of the worst domain; "not_assessable" where sedation hides it.

    Raises ValueError for a key no table knows.
    """
    refuse_unknown(case, DOMAINS | NO_DOMAIN)
    if case.get("death_due_to_icans"):
        return Answer(5, "death due to ICANS")
    others = (_seizure(case), _motor(case), _pressure(case))
    if "sedated" in (case.get("ice_unable_reason"), case.get("capd_unable_reason")):
        # Only the gravest grade leaves nothing for what sedation hides.
        worst = max(grade for grade, _ in others)
        return Answer(worst if worst == 4 else NOT_ASSESSABLE, "sedated")
    score = _capd(case) if _takes_capd(case, age_years) else _ice(case)
    found = (score, _arousal(case), *others)
    words = ", ".join(f"{words} ({grade})" for grade, words in found)
    return Answer(max(grade for grade, _ in found), f"{words}: the worst counts")


def capd_total(items: list[int] | list[str]) -> int:
    """The CAPD of eight items: points as they are, answers in words turned into points."""
    if all(isinstance(item, int) for item in items):
        return sum(int(item) for item in items)
    often = [CAPD_WORDS.index(str(item)) for item in items]
    return sum(4 - n for n in often[:CAPD_REVERSED_ITEMS]) + sum(often[CAPD_REVERSED_ITEMS:])


def _takes_capd(case: Case, age_years: float) -> bool:
    return age_years < CAPD_BELOW_AGE or bool(case.get("developmental_delay"))


def _unarousable(case: Case) -> bool:
    return case.get("consciousness") == "unarousable" and not case.get("consciousness_other_cause")


def _ice(case: Case) -> tuple[int, str]:
    if "ice_items" in case:
        score = sum(case["ice_items"].values())
    else:
        score = case.get("ice_score", NORMAL_ICE)
    # ICE 0 is grade 3 in a patient who is awake and grade 4 in one who cannot be woken.
    if not score and _unarousable(case):
        return UNAROUSABLE_WITHOUT_SCORE, "ICE 0, unarousable"
    return GRADE_BY_ICE[score], f"ICE {score}"


def _capd(case: Case) -> tuple[int, str]:
    if case.get("capd_unable_reason") == "unarousable":
        return UNAROUSABLE_WITHOUT_SCORE, "unarousable, no CAPD"
    score = capd_total(case["capd_items"]) if "capd_items" in case else case.get("capd", 0)
    if score <= case.get("capd_baseline", 0):
        return 0, f"CAPD {score}, no worse than before"
    grade = next(grade for up_to, grade in GRADE_BY_CAPD if score <= up_to)
    return grade, f"CAPD {score}"


def _arousal(case: Case) -> tuple[int, str]:
    level = case.get("consciousness", "alert")
    words = level.replace("_", " ")
    if case.get("consciousness_other_cause"):
        return 0, f"{words} for another cause"
    return GRADE_BY_AROUSAL[level], words


def _seizure(case: Case) -> tuple[int, str]:
    kind = case.get("seizure", "none")
    words = "no seizure" if kind == "none" else f"seizure {kind.replace('_', ' ')}"
    minutes = case.get("seizure_minutes")
    if minutes is not None and Fraction(str(minutes)) > LONGEST_BRIEF_SEIZURE_MINUTES:
        return GRADE_BY_SEIZURE["prolonged"], f"{words}, over 5 min"
    return GRADE_BY_SEIZURE[kind], words


def _motor(case: Case) -> tuple[int, str]:
    if case.get("motor_focal_weakness_deep"):
        return DEEP_WEAKNESS, "deep focal weakness"
    twitches = case.get("tremor") or case.get("myoclonus")
    return 0, "tremor and myoclonus" if twitches else "no weakness"


def _pressure(case: Case) -> tuple[int, str]:
    if case.get("raised_icp_signs"):
        return RAISED_PRESSURE_SIGN, "sign of raised pressure"
    edema = case.get("cerebral_oedema", "none")
    if case.get("oedema_due_to_haemorrhage"):
        return 0, "edema of a hemorrhage"
    return GRADE_BY_EDEMA[edema], "no edema" if edema == "none" else f"{edema} edema"
