"""ASTCT CRS: both sides of every edge of the published table."""

from decimal import Decimal

import pytest

from grading.rules.crs_astct import grade_crs
from tests.spec.grading.findings import febrile, treated, well


@pytest.mark.parametrize(
    ("celsius", "grade"),
    [
        # °C        grade
        ("25.0", 0),
        ("36.8", 0),
        ("37.9", 0),
        ("37.99", 0),
        ("37.9999999999", 0),
        ("38", 1),
        ("38.0", 1),
        ("38.0000000001", 1),
        ("41.0", 1),
        ("45", 1),
    ],
)
def test_fever_begins_at_38_and_has_no_upper_tier(celsius, grade):
    assert grade_crs(well(temperature_celsius=Decimal(celsius))).grade == grade


@pytest.mark.parametrize(
    ("device", "flow", "grade"),
    [
        # device                    L/min   grade
        ("room_air", None, 1),
        ("room_air", "2", 1),
        ("nasal_cannula", "0", 1),
        ("nasal_cannula", "0.1", 2),
        ("nasal_cannula", "6", 2),
        ("nasal_cannula", "6.0", 2),
        ("nasal_cannula", "6.01", 3),
        ("nasal_cannula", "6.1", 3),
        ("nasal_cannula", "15", 3),
        ("blow_by", None, 2),
        ("blow_by", "10", 2),
        ("high_flow_nasal_cannula", "2", 2),
        ("high_flow_nasal_cannula", "6.0", 2),
        ("high_flow_nasal_cannula", "6.1", 3),
        ("high_flow_nasal_cannula", "60", 3),
        ("simple_facemask", None, 3),
        ("simple_facemask", "5", 3),
        ("venturi", "4", 3),
        ("non_rebreather", "15", 3),
        ("cpap", None, 4),
        ("bipap", None, 4),
        ("invasive_ventilation", None, 4),
    ],
)
def test_the_device_and_its_flow_decide_hypoxia(device, flow, grade):
    flow = None if flow is None else Decimal(flow)
    assert grade_crs(febrile(oxygen_device=device, oxygen_flow_lpm=flow)).grade == grade


@pytest.mark.parametrize(
    ("vasopressors", "vasopressin", "bolus", "hypotensive", "grade"),
    [
        # running                       vasopressin  bolus  hypotensive  grade
        ((), False, False, False, 1),
        ((), False, False, True, 2),
        ((), False, True, False, 2),
        ((), False, True, True, 2),
        ((), True, True, True, 3),
        (("norepinephrine",), False, True, True, 3),
        (("norepinephrine",), False, False, False, 3),
        (("norepinephrine",), True, False, True, 3),
        (("dopamine",), False, False, True, 3),
        (("norepinephrine", "phenylephrine"), False, False, True, 4),
        (("norepinephrine", "angiotensin_II"), True, False, True, 4),
        (("metaraminol", "ephedrine"), False, False, True, 4),
        (("norepinephrine", "epinephrine", "dopamine"), False, False, True, 4),
    ],
)
def test_the_number_of_vasopressors_decides_hypotension(
    vasopressors, vasopressin, bolus, hypotensive, grade
):
    findings = febrile(
        vasopressors=frozenset(vasopressors),
        vasopressin=vasopressin,
        fluid_bolus_given=bolus,
        hypotension_present=hypotensive,
    )
    assert grade_crs(findings).grade == grade


@pytest.mark.parametrize("analog", ["vasopressin", "terlipressin"])
def test_vasopressin_in_the_list_of_vasopressors_still_does_not_count(analog):
    running = frozenset({"norepinephrine", analog})
    assert grade_crs(febrile(vasopressors=running)).grade == 3
    assert grade_crs(febrile(vasopressors=frozenset({analog}))).grade == 3


def test_the_worked_example_of_the_consensus_paper_is_grade_3():
    verdict = grade_crs(
        febrile(
            temperature_celsius=Decimal("39.5"),
            vasopressors=frozenset({"norepinephrine"}),
            oxygen_device="nasal_cannula",
            oxygen_flow_lpm=Decimal(2),
        )
    )
    assert (verdict.grade, verdict.at_least, verdict.missing) == (3, 3, ())
    assert [reason.criterion for reason in verdict.because] == [
        "crs-3-vasopressor",
        "crs-2-low-flow",
        "crs-1-fever",
    ]


@pytest.mark.parametrize(
    ("stated", "grade"),
    [
        ({"fever_attributed_elsewhere": True}, 0),
        ({"fever_attributed_elsewhere": False}, 1),
        ({"vasopressors": frozenset({"dopamine"}), "hypotension_attributed_elsewhere": True}, 1),
        ({"vasopressors": frozenset({"dopamine"}), "hypotension_attributed_elsewhere": False}, 3),
        ({"vasopressin": True, "hypotension_attributed_elsewhere": True}, 1),
        ({"fluid_bolus_given": True, "hypotension_attributed_elsewhere": True}, 1),
        ({"oxygen_device": "cpap", "oxygen_for_comfort": True}, 1),
        ({"oxygen_device": "venturi", "oxygen_for_comfort": True}, 1),
        ({"oxygen_device": "blow_by", "oxygen_for_comfort": True}, 1),
        ({"oxygen_device": "blow_by", "oxygen_for_comfort": False}, 2),
        ({"oxygen_device": "bipap", "ventilation_reason": "hypoxia"}, 4),
        ({"oxygen_device": "bipap", "ventilation_reason": "baseline_home_therapy"}, 1),
        ({"oxygen_device": "invasive_ventilation", "ventilation_reason": "procedure"}, 1),
        ({"oxygen_device": "invasive_ventilation", "ventilation_reason": "airway_protection"}, 1),
        ({"oxygen_device": "venturi", "ventilation_reason": "procedure"}, 3),
    ],
)
def test_an_exclusion_speaks_only_when_it_is_stated(stated, grade):
    assert grade_crs(febrile(**stated)).grade == grade


@pytest.mark.parametrize(
    ("device", "flow", "home", "grade"),
    [
        # device            now    home   grade
        ("nasal_cannula", "2", "2", 1),
        ("nasal_cannula", "1.9", "2", 1),
        ("nasal_cannula", "2.1", "2", 2),
        ("nasal_cannula", "6.1", "2", 3),
        ("nasal_cannula", "8", "8", 1),
        ("nasal_cannula", "8.1", "8", 3),
        ("nasal_cannula", "2", "0", 2),
        ("blow_by", "2", "2", 1),
        ("blow_by", "3", "2", 2),
        ("high_flow_nasal_cannula", "2", "2", 2),
        ("simple_facemask", "2", "2", 3),
        ("cpap", "2", "2", 4),
        ("room_air", None, "2", 1),
    ],
)
def test_unchanged_home_oxygen_does_not_count_and_an_increase_does(device, flow, home, grade):
    findings = febrile(
        oxygen_device=device,
        oxygen_flow_lpm=None if flow is None else Decimal(flow),
        baseline_home_oxygen_lpm=Decimal(home),
    )
    assert grade_crs(findings).grade == grade


@pytest.mark.parametrize(
    ("charted", "grade"),
    [
        ({}, 0),
        ({"hypotension_present": True, "fluid_bolus_given": True}, 2),
        ({"oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal(3)}, 2),
        ({"vasopressors": frozenset({"norepinephrine"})}, 3),
        ({"oxygen_device": "cpap"}, 4),
        ({"temperature_celsius": Decimal("38.2")}, 1),
    ],
)
def test_after_treatment_of_crs_fever_is_no_longer_required(charted, grade):
    assert grade_crs(treated(**charted)).grade == grade


def test_a_drug_before_any_fever_does_not_waive_fever():
    premedicated = treated(fever_within_course=False, vasopressors=frozenset({"dopamine"}))
    assert grade_crs(premedicated).grade == 0


def test_an_earlier_fever_without_treatment_or_a_recent_time_does_not_waive_fever():
    later = well(
        fever_within_course=True,
        hours_since_last_fever=Decimal("24.1"),
        vasopressors=frozenset({"dopamine"}),
    )
    assert grade_crs(later).grade == 0


def test_death_due_to_crs_is_grade_5_whatever_else_is_known():
    verdict = grade_crs(well(death_due_to_crs=True))
    assert (verdict.grade, verdict.at_least) == (5, 5)
    assert verdict.because[0].criterion == "crs-5-death"
    assert grade_crs(well(death_due_to_crs=False)).grade == 0


@pytest.mark.parametrize("spo2", [30, 89, 100])
def test_saturation_alone_never_grades(spo2):
    assert grade_crs(febrile(spo2_percent=spo2)).grade == 1


@pytest.mark.parametrize(
    ("findings", "words"),
    [
        (well(), "No CRS now: no fever, and fever is required (temperature 36.8 °C)"),
        (treated(), "No fever, hypotension or hypoxia (temperature 36.8 °C)"),
    ],
)
def test_a_grade_of_0_says_why_too(findings, words):
    assert [str(reason) for reason in grade_crs(findings).because] == [words]


def test_a_waived_fever_is_among_the_reasons():
    verdict = grade_crs(treated(oxygen_device="blow_by"))
    assert verdict.as_dict()["because"] == [
        "Blow-by oxygen (Blow-by)",
        "Fever no longer required: fever earlier in this course, treated since (tocilizumab)",
    ]


def test_the_inputs_of_a_reason_are_short_statements():
    verdict = grade_crs(
        febrile(
            temperature_celsius=Decimal("38.4567"),
            vasopressors=frozenset({"angiotensin_II"}),
            vasopressin=True,
            inotropes=frozenset({"milrinone"}),
            fluid_bolus_given=True,
            hypotension_present=True,
            oxygen_device="bipap",
            ventilation_reason="hypoxia",
        )
    )
    assert [reason.inputs for reason in verdict.because] == [
        ("BiPAP for hypoxia",),
        (
            "angiotensin II running",
            "vasopressin running",
            "milrinone running",
            "fluid bolus given",
            "hypotension present",
        ),
        ("temperature 38.45 °C",),
    ]


def test_a_reading_just_below_fever_is_never_shown_as_fever():
    verdict = grade_crs(well(temperature_celsius=Decimal("37.99999")))
    assert verdict.because[0].inputs == ("temperature 37.99 °C",)


@pytest.mark.parametrize(
    ("charted", "error", "words"),
    [
        ({"vasopressors": frozenset({"adrenalin"})}, ValueError, "unknown vasopressor 'adrenalin'"),
        ({"vasopressors": frozenset({"adrenalin"})}, ValueError, "known: angiotensin_II, dopamine"),
        ({"vasopressors": frozenset({"dobutamine"})}, ValueError, "it is an inotrope"),
        ({"inotropes": frozenset({"digoxin"})}, ValueError, "unknown inotrope 'digoxin'"),
        ({"oxygen_device": "tent"}, ValueError, "unknown oxygen device 'tent'"),
        ({"ventilation_reason": "habit"}, ValueError, "unknown ventilation reason 'habit'"),
        ({"temperature_celsius": 38.0}, TypeError, "never binary floats"),
        ({"oxygen_flow_lpm": 6.0}, TypeError, "never binary floats"),
    ],
)
def test_a_word_that_no_rule_knows_is_refused_not_graded_as_nothing(charted, error, words):
    with pytest.raises(error, match=words):
        grade_crs(febrile(**charted))
