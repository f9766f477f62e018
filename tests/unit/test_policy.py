"""Which facts need a person, how urgently, in what words, and when that ends."""

from decimal import Decimal
from itertools import pairwise, product

import pytest

from alerts.policy import (
    RESPOND_WITHIN_MINUTES,
    TELL,
    WORDS,
    Audience,
    Closing,
    Condition,
    Facts,
    Family,
    Rule,
    Severity,
    closings,
    conditions,
    overdue_condition,
)

GRADES = range(6)


def facts(**changed):
    """A patient with nothing to tell, and a neutrophil count that is known and normal."""
    dull = {
        "at_least": 0,
        "fever": False,
        "in_high_risk": True,
        "age_years": 40,
        "neutrophils_10e9_per_liter": Decimal("2.0"),
    }
    known = {"grade": changed.get("at_least", 0)}
    return Facts(**(dull | known | changed))


def febrile(**changed):
    return facts(**({"at_least": 1, "fever": True} | changed))


def ended(rules, *, now, before=0, resolved=False):
    found = closings(rules, facts=now, grade_before=before, resolved=resolved)
    return {each.family: each.reason for each in found}


# --- What needs a person -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at_least", "fever", "high_risk", "rule", "severity", "step"),
    [
        # at least  fever  in window  rule  severity  step
        (0, False, True, None, None, None),
        (0, False, False, None, None, None),
        (1, True, True, "A01", "P2", 1),
        (1, True, False, "A33", "P2", 1),
        (0, True, True, "A01", "P2", 1),
        (0, True, False, "A33", "P2", 1),
        (2, False, True, "A03", "P1", 2),
        (2, True, True, "A03", "P1", 2),
        (2, True, False, "A03", "P1", 2),
        (3, True, True, "A04", "P1", 3),
        (3, False, False, "A04", "P1", 3),
        (4, True, True, "A04", "P1", 4),
        (5, False, False, "A04", "P1", 5),
    ],
)
def test_the_grade_and_the_fever_decide_the_rule(at_least, fever, high_risk, rule, severity, step):
    found = conditions(facts(at_least=at_least, fever=fever, in_high_risk=high_risk))
    if rule is None:
        assert found == []
        return
    family = Family.FEVER if rule in {"A01", "A33"} else Family.CRS_GRADE
    assert found == [Condition(Rule(rule), family, Severity(severity), step)]


@pytest.mark.parametrize(
    ("changed", "severity"),
    [
        ({"neutrophils_10e9_per_liter": Decimal("0.5")}, "P2"),
        ({"neutrophils_10e9_per_liter": Decimal("0.499")}, "P1"),
        ({"neutrophils_10e9_per_liter": Decimal(0)}, "P1"),
        ({"neutrophils_10e9_per_liter": None}, "P1"),
        ({"age_years": 0}, "P1"),
        ({"age_years": 1}, "P2"),
        ({"age_years": None}, "P2"),
        ({"other_vitals_abnormal": True}, "P1"),
        ({}, "P2"),
    ],
)
def test_a_first_fever_is_urgent_when_it_may_be_sepsis(changed, severity):
    (found,) = conditions(febrile(**changed))
    assert found.severity == severity


@pytest.mark.parametrize(("at_least", "fever"), list(product(GRADES, [True, False])))
def test_the_window_changes_words_and_never_whether_an_alert_is_raised(at_least, fever):
    inside, outside = (
        conditions(facts(at_least=at_least, fever=fever, in_high_risk=high)) for high in (1, 0)
    )
    assert [each.family for each in inside] == [each.family for each in outside]


def test_a_worse_grade_is_a_higher_step_of_the_same_alert():
    steps = [conditions(facts(at_least=grade))[0] for grade in GRADES if grade >= 2]
    assert {each.family for each in steps} == {Family.CRS_GRADE}
    assert all(worse.step > mild.step for mild, worse in pairwise(steps))


@pytest.mark.parametrize(
    ("missed", "at_least", "severity", "step"),
    [(False, 0, "P3", 1), (False, 4, "P3", 1), (True, 0, "P2", 2), (True, 1, "P2", 2),
     (True, 2, "P1", 2), (True, 4, "P1", 2)],
)  # fmt: skip
def test_a_missed_set_is_graver_than_a_late_one(missed, at_least, severity, step):
    found = overdue_condition(is_missed=missed, at_least=at_least)
    assert found == Condition(Rule.A29, Family.OBS_OVERDUE, Severity(severity), step)


# --- What ends ---------------------------------------------------------------------------------


@pytest.mark.parametrize("at_least", GRADES)
def test_any_new_set_ends_an_overdue_alert(at_least):
    found = ended({Family.OBS_OVERDUE: Rule.A29}, now=facts(at_least=at_least), before=None)
    assert found == {Family.OBS_OVERDUE: "a set was charted"}


@pytest.mark.parametrize(
    ("before", "now", "ends"),
    [
        # least grade at the set before, and now
        (2, 2, False),
        (2, 1, False),
        (1, 2, False),
        (3, 0, False),
        (None, 0, False),
        (1, 1, True),
        (1, 0, True),
        (0, 0, True),
    ],
)
def test_a_grade_2_alert_ends_after_two_sets_below_it(before, now, ends):
    found = ended({Family.CRS_GRADE: Rule.A03}, now=facts(at_least=now), before=before)
    assert found == ({Family.CRS_GRADE: "below grade 2 for two sets"} if ends else {})


@pytest.mark.parametrize(("before", "now"), list(product([None, *GRADES], GRADES)))
def test_a_severe_grade_is_closed_by_a_person_and_never_by_a_set(before, now):
    open_alert = {Family.CRS_GRADE: Rule.A04}
    assert ended(open_alert, now=facts(at_least=now), before=before, resolved=True) == {}


@pytest.mark.parametrize("rule", [Rule.A01, Rule.A33])
@pytest.mark.parametrize(
    ("at_least", "resolved", "reason"),
    [
        (0, False, None),
        (1, False, None),
        (0, True, "24 h without fever"),
        (2, False, "included in the grade alert"),
        (4, True, "included in the grade alert"),
    ],
)
def test_a_fever_alert_ends_when_it_resolved_or_became_part_of_a_grade(
    rule, at_least, resolved, reason
):
    found = ended({Family.FEVER: rule}, now=facts(at_least=at_least), resolved=resolved)
    assert found == ({} if reason is None else {Family.FEVER: reason})


@pytest.mark.parametrize(
    ("grade", "before", "ends"),
    [(0, 1, True), (None, 1, False), (1, None, False), (None, None, False)],
)
def test_only_sets_known_to_be_below_grade_2_end_its_alert(grade, before, ends):
    now = facts(at_least=grade or 0, grade=grade)
    found = ended({Family.CRS_GRADE: Rule.A03}, now=now, before=before)
    assert (Family.CRS_GRADE in found) is ends


@pytest.mark.parametrize(("is_complete", "ends"), [(True, True), (False, False)])
def test_a_partial_set_does_not_end_an_overdue_alert(is_complete, ends):
    found = ended({Family.OBS_OVERDUE: Rule.A29}, now=facts(is_complete=is_complete))
    assert (Family.OBS_OVERDUE in found) is ends


def test_nothing_ends_that_is_not_open():
    assert closings({}, facts=facts(), grade_before=0, resolved=True) == []


def test_every_alert_that_ended_is_named():
    everything = {Family.FEVER: Rule.A01, Family.OBS_OVERDUE: Rule.A29}
    assert closings(everything, facts=facts(), grade_before=0, resolved=True) == [
        Closing(Family.OBS_OVERDUE, "a set was charted"),
        Closing(Family.FEVER, "24 h without fever"),
    ]


# --- The tables answer everything --------------------------------------------------------------


def test_every_severity_says_who_is_told_and_how_soon_they_answer():
    assert TELL.keys() == set(Severity) == RESPOND_WITHIN_MINUTES.keys()
    waits = [RESPOND_WITHIN_MINUTES[each] for each in Severity]
    assert waits == sorted(set(waits)) == [5, 15, 60, 1440]


def test_a_graver_alert_is_told_to_everyone_a_lesser_one_is():
    for graver, lesser in pairwise(Severity):
        assert set(TELL[lesser]) <= set(TELL[graver])
    assert set(TELL[Severity.P1]) == set(Audience)
    assert Audience.CHARGE_NURSE in TELL[Severity.P2]


def test_severities_are_ordered_from_the_gravest():
    for graver, lesser in pairwise(Severity):
        assert graver.is_graver_than(lesser)
        assert not lesser.is_graver_than(graver)
        assert not graver.is_graver_than(graver)


def test_every_rule_has_words_and_no_word_of_a_patient():
    assert WORDS.keys() == set(Rule)
    for rule, words in WORDS.items():
        assert words.isascii(), rule
        # No number at all: not of a grade, a value, a bed or a person.
        assert not any(character.isdigit() for character in words), rule
        assert not set("{}%@<>") & set(words), rule


def test_the_words_of_a_fever_outside_the_window_point_to_infection():
    assert "outside the expected window" in WORDS[Rule.A33]
    assert "infection" in WORDS[Rule.A33]
