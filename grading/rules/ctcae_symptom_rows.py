"""The CTCAE 5.0 symptom terms that measured values and stated facts can grade."""

from collections.abc import Callable
from decimal import Decimal

from grading.rules.answers import Answer, both, either
from grading.rules.ctcae_symptom_findings import Intervention, SeizureType, SymptomFindings
from grading.rules.verdict import Criterion, Rule

FEVER = "Fever"
FEBRILE_NEUTROPENIA = "Febrile neutropenia"
EJECTION_FRACTION = "Ejection fraction decreased"
RASH = "Rash maculo-papular"
SINUS_TACHYCARDIA = "Sinus tachycardia"
DIARRHEA = "Diarrhea"
SEIZURE = "Seizure"

Test = Callable[[SymptomFindings], Answer]


def is_true(field: str) -> Test:
    """Whether a stated fact holds."""

    def met(findings: SymptomFindings) -> Answer:
        answer: Answer = getattr(findings, field)
        return answer

    return met


def within(
    field: str,
    low: str,
    high: str | None = None,
    *,
    low_counts: bool = False,
    high_counts: bool = False,
) -> Test:
    """Whether a measured value lies above `low` and below `high`, or on an edge that counts."""
    least, most = Decimal(low), None if high is None else Decimal(high)

    def met(findings: SymptomFindings) -> Answer:
        value: Decimal | None = getattr(findings, field)
        if value is None:
            return None
        over = value > least or (low_counts and value == least)
        return over and (most is None or value < most or (high_counts and value == most))

    return met


def both_of(*tests: Test) -> Test:
    """Whether all hold."""
    return lambda findings: both(*(test(findings) for test in tests))


def any_of(*tests: Test) -> Test:
    """Whether one holds."""
    return lambda findings: either(*(test(findings) for test in tests))


def is_word(field: str, word: str) -> Test:
    """Whether a word of a closed vocabulary was charted."""

    def met(findings: SymptomFindings) -> Answer:
        value = getattr(findings, field)
        return None if value is None else value == word

    return met


def _always(_: SymptomFindings) -> Answer:
    # Naming the term says that it is there.
    return True


def _row(
    term: str, grade: int, words: str, met: Test, *needs: str, tag: str = "V1", suffix: str = ""
) -> Rule[SymptomFindings]:
    ident = f"ctcae5-{'-'.join(term.lower().split())}-{grade}{suffix}"
    row = Criterion(ident, grade, words, f"CTCAE 5.0, {term}", tag)

    def inputs(findings: SymptomFindings) -> tuple[str, ...]:
        return tuple(
            _SAID.get(name, _FACT).format(name.replace("_", " "), _said(value))
            for name in needs
            if (value := getattr(findings, name)) is not None
        )

    return Rule(row, term, met, needs, inputs)


_FACT = "{0}: {1}"
_SAID = {
    "temperature_celsius": "temperature {1} °C",
    "hours_above_40": "above 40 °C for {1} h",
    "neutrophils_10e9_l": "ANC {1} x 10^9/L",
    "minutes_at_or_above_38": "38 °C or above for {1} min",
    "ejection_fraction_percent": "ejection fraction {1} %",
    "drop_points": "drop of {1} points",
    "body_surface_percent": "{1} % of body surface",
    "stools_over_baseline_per_day": "{1} stools a day over baseline",
}


def _said(value: object) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


_CELSIUS, _HOURS_ABOVE_40 = "temperature_celsius", "hours_above_40"
_ANC, _MINUTES = "neutrophils_10e9_l", "minutes_at_or_above_38"
_EF, _DROP = "ejection_fraction_percent", "drop_points"
_SKIN, _STOOLS = "body_surface_percent", "stools_over_baseline_per_day"
_OVER_40 = within(_CELSIUS, "40.0")
_LONG = within(_HOURS_ABOVE_40, "24")
_NEUTROPENIC_FEVER = both_of(
    within(_ANC, "0", "1.0", low_counts=True),
    any_of(within(_CELSIUS, "38.3"), within(_MINUTES, "60")),
)
_LIFE = "Life-threatening consequences; urgent intervention indicated"

CRITERIA: tuple[Rule[SymptomFindings], ...] = (
    _row(
        FEVER,
        4,
        ">40.0 °C for more than 24 hours",
        both_of(_OVER_40, _LONG),
        _CELSIUS,
        _HOURS_ABOVE_40,
    ),
    _row(
        FEVER,
        3,
        ">40.0 °C for 24 hours or less",
        # The least it can be while nobody wrote down for how long.
        both_of(_OVER_40, lambda findings: not _LONG(findings)),
        _CELSIUS,
    ),
    _row(
        FEVER, 2, ">39.0 to 40.0 °C", within(_CELSIUS, "39.0", "40.0", high_counts=True), _CELSIUS
    ),
    _row(
        FEVER,
        1,
        "38.0 to 39.0 °C",
        within(_CELSIUS, "38.0", "39.0", low_counts=True, high_counts=True),
        _CELSIUS,
    ),
    _row(
        FEBRILE_NEUTROPENIA,
        4,
        _LIFE,
        both_of(_NEUTROPENIC_FEVER, is_true("life_threatening")),
        _ANC,
        _CELSIUS,
        _MINUTES,
        "life_threatening",
    ),
    _row(
        FEBRILE_NEUTROPENIA,
        3,
        "ANC <1.0 x 10^9/L and one temperature >38.3 °C, or >=38.0 °C for more than one hour",
        _NEUTROPENIC_FEVER,
        _ANC,
        _CELSIUS,
        _MINUTES,
    ),
    _row(EJECTION_FRACTION, 4, "<20 %", within(_EF, "0", "20", low_counts=True), _EF),
    _row(
        EJECTION_FRACTION,
        3,
        "39 to 20 %, or a drop of 20 points or more",
        any_of(within(_EF, "20", "40", low_counts=True), within(_DROP, "20", low_counts=True)),
        _EF,
        _DROP,
    ),
    _row(
        EJECTION_FRACTION,
        2,
        "50 to 40 %, or a drop of 10 to 19 points",
        any_of(
            within(_EF, "40", "50", low_counts=True, high_counts=True),
            within(_DROP, "10", "20", low_counts=True),
        ),
        _EF,
        _DROP,
    ),
    _row(
        RASH,
        3,
        ">30 % of body surface with moderate or severe symptoms; limiting self-care",
        any_of(
            both_of(within(_SKIN, "0"), is_true("limits_self_care")),
            both_of(within(_SKIN, "30"), is_true("severe_symptoms")),
        ),
        _SKIN,
        "severe_symptoms",
        "limits_self_care",
    ),
    _row(
        RASH,
        2,
        "10 to 30 % of body surface; more with no or mild symptoms; limiting instrumental "
        "activities",
        any_of(
            within(_SKIN, "10", low_counts=True),
            both_of(within(_SKIN, "0"), is_true("limits_instrumental")),
        ),
        _SKIN,
        "limits_instrumental",
    ),
    _row(RASH, 1, "<10 % of body surface", within(_SKIN, "0", "10"), _SKIN),
    _row(
        SINUS_TACHYCARDIA,
        3,
        "Urgent medical intervention indicated",
        is_word("intervention", Intervention.URGENT),
        "intervention",
    ),
    _row(
        SINUS_TACHYCARDIA,
        2,
        "Symptomatic; non-urgent medical intervention indicated",
        any_of(is_true("symptomatic"), is_word("intervention", Intervention.NON_URGENT)),
        "symptomatic",
        "intervention",
    ),
    _row(
        SINUS_TACHYCARDIA,
        1,
        "Asymptomatic, intervention not indicated",
        _always,
        "symptomatic",
    ),
    _row(DIARRHEA, 4, _LIFE, is_true("life_threatening"), "life_threatening"),
    _row(
        DIARRHEA,
        3,
        "7 or more stools a day over baseline; hospitalization; limiting self-care",
        any_of(
            within(_STOOLS, "7", low_counts=True),
            is_true("hospitalized"),
            is_true("limits_self_care"),
        ),
        _STOOLS,
        "hospitalized",
        "limits_self_care",
    ),
    _row(
        DIARRHEA,
        2,
        "4 to 6 stools a day over baseline; limiting instrumental activities",
        any_of(within(_STOOLS, "4", "7", low_counts=True), is_true("limits_instrumental")),
        _STOOLS,
        "limits_instrumental",
    ),
    _row(
        DIARRHEA, 1, "Fewer than 4 stools a day over baseline", within(_STOOLS, "0", "4"), _STOOLS
    ),
    _row(
        SEIZURE,
        4,
        "Life-threatening consequences; prolonged repetitive seizures",
        any_of(is_true("life_threatening"), is_true("prolonged_repetitive")),
        "life_threatening",
        "prolonged_repetitive",
    ),
    _row(
        SEIZURE,
        3,
        "New onset; multiple seizures despite treatment",
        any_of(is_true("new_onset"), is_true("multiple_despite_treatment")),
        "new_onset",
        "multiple_despite_treatment",
    ),
    _row(
        SEIZURE,
        3,
        "A seizure that was not brief (silent on this)",
        lambda findings: None if findings.brief is None else not findings.brief,
        "brief",
        tag="P",
        suffix="-long",
    ),
    _row(
        SEIZURE,
        2,
        "Brief generalized seizure",
        is_word("seizure_type", SeizureType.GENERALIZED),
        "seizure_type",
    ),
    _row(
        SEIZURE,
        1,
        "Brief partial seizure without loss of consciousness",
        is_word("seizure_type", SeizureType.PARTIAL),
        "seizure_type",
    ),
)
