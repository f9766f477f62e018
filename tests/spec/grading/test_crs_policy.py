"""ASTCT CRS: where the table is silent, a named choice decides and is named with the grade."""

from decimal import Decimal

import pytest

from grading.rules.crs_astct import RULESET, CrsPolicy, grade_crs, ruleset_of
from tests.spec.grading.findings import febrile, treated, well

ONE = frozenset({"norepinephrine"})
MILRINONE = frozenset({"milrinone"})


@pytest.mark.parametrize(
    ("policy", "findings", "by_default", "chosen"),
    [
        # P1 vasopressin alone
        ({"vasopressin_alone_grade": 2}, febrile(vasopressin=True), 3, 2),
        # P2 inotropes
        ({"inotropes_count": True}, febrile(vasopressors=ONE, inotropes=MILRINONE), 3, 4),
        ({"inotropes_count": True}, febrile(inotropes=MILRINONE), 1, 3),
        ({"inotropes_count": True}, febrile(vasopressors=ONE), 3, 3),
        # P4 untreated hypotension
        ({"untreated_hypotension_grade": 1}, febrile(hypotension_present=True), 2, 1),
        ({"untreated_hypotension_grade": 0}, febrile(hypotension_present=True), 2, 1),
        # P5 a high-flow device at low flow
        (
            {"high_flow_device_at_low_flow_grade": 3},
            febrile(oxygen_device="high_flow_nasal_cannula", oxygen_flow_lpm=Decimal(4)),
            2,
            3,
        ),
        # P6 a recent fever without any drug
        (
            {"fever_waiver_hours": None},
            well(
                fever_within_course=True,
                hours_since_last_fever=Decimal(24),
                oxygen_device="blow_by",
            ),
            2,
            0,
        ),
        (
            {"fever_waiver_hours": 48},
            well(
                fever_within_course=True,
                hours_since_last_fever=Decimal("24.1"),
                oxygen_device="blow_by",
            ),
            0,
            2,
        ),
        # P7 premedicated, never febrile
        (
            {"treatment_before_fever_waives_it": True},
            treated(fever_within_course=False, oxygen_device="cpap"),
            0,
            4,
        ),
        (
            {"treatment_before_fever_waives_it": True},
            well(fever_within_course=False, oxygen_device="cpap"),
            0,
            0,
        ),
    ],
)
def test_a_choice_changes_the_grade_it_names_and_no_other(policy, findings, by_default, chosen):
    assert grade_crs(findings).grade == by_default
    assert grade_crs(findings, CrsPolicy(**policy)).grade == chosen
    assert grade_crs(febrile(), CrsPolicy(**policy)).grade == 1


def test_an_unknown_list_of_inotropes_is_missing_only_where_they_count():
    findings = febrile(vasopressors=ONE, inotropes=None)
    assert grade_crs(findings).grade == 3
    verdict = grade_crs(findings, CrsPolicy(inotropes_count=True))
    assert (verdict.grade, verdict.at_least, verdict.missing) == (None, 3, ("inotropes",))


def test_an_untreated_hypotension_waits_for_the_bolus_where_that_would_raise_it():
    verdict = grade_crs(
        febrile(hypotension_present=True, fluid_bolus_given=None),
        CrsPolicy(untreated_hypotension_grade=1),
    )
    assert (verdict.grade, verdict.at_least, verdict.missing) == (None, 1, ("fluid_bolus_given",))


def test_a_drug_of_unknown_time_is_missing_where_premedication_waives_fever():
    verdict = grade_crs(
        well(fever_waiving_treatment_given=None, oxygen_device="cpap"),
        CrsPolicy(treatment_before_fever_waives_it=True),
    )
    assert verdict.grade is None
    assert "fever_waiving_treatment_given" in verdict.missing


def test_the_reason_for_a_waiver_by_time_says_when_the_fever_was():
    verdict = grade_crs(
        well(
            fever_within_course=True,
            hours_since_last_fever=Decimal("6.50"),
            oxygen_device="blow_by",
        )
    )
    assert verdict.because[-1].inputs == ("last fever 6.5 h ago",)


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        ({}, RULESET),
        ({"vasopressin_alone_grade": 2}, f"{RULESET}+P1=2"),
        ({"inotropes_count": True, "fever_waiver_hours": None}, f"{RULESET}+P2=1,P6=None"),
    ],
)
def test_every_choice_that_is_not_the_default_is_named_with_the_grade(policy, name):
    assert ruleset_of(CrsPolicy(**policy)) == name
    assert grade_crs(febrile(), CrsPolicy(**policy)).ruleset == name


def test_many_choices_are_named_by_a_digest_that_fits_where_grades_are_stored():
    many = CrsPolicy(2, True, 30, 1, 3, 12, True, 92)
    fewer = CrsPolicy(2, True, 30, 1, 3, 12, False, 92)
    assert len(ruleset_of(many)) <= 40
    assert ruleset_of(many).startswith(f"{RULESET}+")
    assert ruleset_of(many) != ruleset_of(fewer)


@pytest.mark.parametrize(
    "policy",
    [
        {"vasopressin_alone_grade": 1},
        {"vasopressin_alone_grade": 4},
        {"untreated_hypotension_grade": -1},
        {"untreated_hypotension_grade": 3},
        {"high_flow_device_at_low_flow_grade": 1},
        {"high_flow_device_at_low_flow_grade": 4},
    ],
)
def test_a_choice_that_would_turn_the_table_around_is_refused(policy):
    with pytest.raises(ValueError, match=f"{next(iter(policy))} must be"):
        CrsPolicy(**policy)
