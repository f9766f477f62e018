"""Choices about the CRS table are read from words, and a wrong word names the right ones."""

import pytest

from grading.choices import EDITIONS, KNOWN, ChoiceRefusedError, changed, in_words, policy_for
from grading.rules.crs_astct import CHOICES, DEFAULT_POLICY, RULESET, CrsPolicy, ruleset_of


def test_nothing_asked_is_what_the_door_uses():
    assert policy_for() == policy_for(edition=RULESET) == DEFAULT_POLICY


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("vasopressin_alone_grade=2", CrsPolicy(vasopressin_alone_grade=2)),
        ("inotropes_count=yes", CrsPolicy(inotropes_count=True)),
        ("inotropes_count=No", DEFAULT_POLICY),
        ("untreated_hypotension_grade=0", CrsPolicy(untreated_hypotension_grade=0)),
        ("fever_waiver_hours=48", CrsPolicy(fever_waiver_hours=48)),
        ("fever_waiver_hours=none", CrsPolicy(fever_waiver_hours=None)),
        ("ask_below_spo2_percent=92", CrsPolicy(ask_below_spo2_percent=92)),
    ],
)
def test_a_choice_is_read_by_its_kind(words, expected):
    assert policy_for(choices=[words]) == expected


def test_several_choices_hold_together():
    policy = policy_for(choices=["vasopressin_alone_grade=2", "inotropes_count=yes"])
    assert ruleset_of(policy) == "astct-crs-2019/1+P1=2,P2=1"
    assert changed(policy) == {"vasopressin_alone_grade": 2, "inotropes_count": True}


@pytest.mark.parametrize("words", ["vasopresin_alone_grade=2", "P1=2", "=2", ""])
def test_an_unknown_choice_is_refused_with_every_known_one_and_its_default(words):
    with pytest.raises(ChoiceRefusedError) as refused:
        policy_for(choices=[words])
    assert all(name in str(refused.value) for name in KNOWN)
    assert "vasopressin_alone_grade=3 (Grade of vasopressin" in str(refused.value)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("vasopressin_alone_grade=4", "must be 2 to 3, not 4"),
        ("vasopressin_alone_grade=1", "must be 2 to 3, not 1"),
        ("untreated_hypotension_grade=3", "must be 0 to 2, not 3"),
        ("vasopressin_alone_grade", "whole number"),
        ("vasopressin_alone_grade=none", "whole number"),
        ("vasopressin_alone_grade=2.0", "whole number"),
        ("fever_waiver_hours=-1", "or none, not “-1”"),
        ("fever_waiver_hours=²", "or none"),
        ("inotropes_count=2", "yes or no"),
    ],
)
def test_a_value_that_the_table_cannot_hold_is_refused_with_what_it_can(words, says):
    with pytest.raises(ChoiceRefusedError, match=words.partition("=")[0]) as refused:
        policy_for(choices=[words])
    assert says in str(refused.value)


def test_the_same_choice_twice_is_a_question():
    with pytest.raises(ChoiceRefusedError, match="twice"):
        policy_for(choices=["vasopressin_alone_grade=2", "vasopressin_alone_grade=3"])


def test_an_unknown_edition_is_refused_with_the_known():
    with pytest.raises(ChoiceRefusedError, match=EDITIONS[0]):
        policy_for(edition="astct-crs-2019/9")


@pytest.mark.parametrize(
    "name", ["vasopressor_overlap_minutes", "treatment_before_fever_waives_it"]
)
def test_a_choice_that_stored_sets_cannot_show_names_no_grade(name):
    with pytest.raises(ChoiceRefusedError, match="decides nothing about stored sets"):
        policy_for(choices=[f"{name}=1"])
    assert name not in KNOWN


def test_every_choice_is_known_or_refused_by_name():
    refused = {each.field for each in CHOICES} - KNOWN.keys()
    for name in refused:
        with pytest.raises(ChoiceRefusedError, match=name):
            policy_for(choices=[f"{name}=1"])


def test_all_choices_at_once_are_said_in_full_where_the_name_has_a_digest():
    policy = policy_for(
        choices=[
            "vasopressin_alone_grade=2",
            "inotropes_count=yes",
            "untreated_hypotension_grade=0",
            "high_flow_device_at_low_flow_grade=3",
            "fever_waiver_hours=none",
            "ask_below_spo2_percent=100",
        ]
    )
    assert "P1=2" not in ruleset_of(policy)
    said = in_words(policy)
    assert said.startswith(f"{RULESET} with P1=2, P2=True, P4=0, P5=3, P6=None, ask=100")
    assert len(said) < 150
