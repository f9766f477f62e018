"""What the rules refuse to judge, in whole sentences: the field, the bound, and what was given."""

from decimal import Decimal

import pytest

from grading.rules.crs_astct import grade_crs
from grading.rules.crs_findings import CrsFindings, CrsPolicy
from grading.rules.ctcae_lab import LabFindings, grade_lab
from grading.rules.ctcae_symptom import SymptomFindings, grade_symptom
from grading.rules.icans_astct import grade_icans
from grading.rules.icans_findings import IcansFindings
from grading.rules.icans_scores import capd_total, ice_total
from grading.rules.news2 import News2Findings, score_news2
from grading.rules.organ import Toxicity
from grading.rules.penn import PennPolicy
from grading.rules.pews import PewsFindings, score_pews
from grading.rules.pressors import Infusion
from grading.rules.score_bands import band_of
from grading.rules.scores_dic import DimerTiers
from tests.spec.grading.support import GRADERS, dull

VASOPRESSORS = (
    "angiotensin_II, dopamine, ephedrine, epinephrine, metaraminol, norepinephrine, phenylephrine"
)
INOTROPES = "dobutamine, enoximone, levosimendan, milrinone"
DEVICES = (
    "blow_by, bipap, cpap, high_flow_nasal_cannula, invasive_ventilation, nasal_cannula, "
    "non_rebreather, room_air, simple_facemask, venturi"
)
DEVICES = ", ".join(sorted(DEVICES.split(", ")))
ALL_DRUGS = ", ".join(
    sorted(
        [*VASOPRESSORS.split(", "), *INOTROPES.split(", "), "terlipressin", "vasopressin"],
    )
)


def crs(**charted):
    return lambda: grade_crs(CrsFindings(**charted))


def icans(**charted):
    return lambda: grade_icans(IcansFindings(age_years=40, **charted))


def pews(**charted):
    return lambda: score_pews(PewsFindings(**charted))


def symptom(term="Fever", **charted):
    return lambda: grade_symptom(SymptomFindings(term, **charted))


def lab(term="Anemia", **charted):
    return lambda: grade_lab(LabFindings(term, **charted))


def support(**charted):
    return lambda: GRADERS["cartox"](dull(**charted))


REFUSED = [
    (crs(vasopressors=frozenset({"adrenalin"})),
     f"unknown vasopressor 'adrenalin'; known: {VASOPRESSORS}"),
    (crs(vasopressors=frozenset({"gin", "dopamine", "adrenalin"})),
     f"unknown vasopressor 'adrenalin', 'gin'; known: {VASOPRESSORS}"),
    (crs(vasopressors=frozenset({"dobutamine"})),
     "unknown vasopressor 'dobutamine'; it is an inotrope and has its own list; "
     f"known: {VASOPRESSORS}"),
    (crs(inotropes=frozenset({"digoxin"})), f"unknown inotrope 'digoxin'; known: {INOTROPES}"),
    (crs(oxygen_device="tent"), f"unknown oxygen device 'tent'; known: {DEVICES}"),
    (crs(ventilation_reason="habit"), "unknown ventilation reason 'habit'; known: "
     "airway_protection, baseline_home_therapy, hypoxia, procedure"),
    (lambda: CrsPolicy(vasopressin_alone_grade=4),
     "vasopressin_alone_grade must be 2 to 3, not 4"),
    (lambda: CrsPolicy(untreated_hypotension_grade=3),
     "untreated_hypotension_grade must be 0 to 2, not 3"),
    (lambda: CrsPolicy(high_flow_device_at_low_flow_grade=1),
     "high_flow_device_at_low_flow_grade must be 2 to 3, not 1"),
    (lambda: PennPolicy(untreated_hypotension_grade=3),
     "untreated_hypotension_grade must be 0 to 2, not 3"),
    (icans(consciousness="asleep"), "unknown consciousness 'asleep'; known: alert, "
     "awakens_to_tactile, awakens_to_voice, drowsy_awakens_spontaneously, new_confusion, "
     "unarousable"),
    (icans(raised_pressure_signs=frozenset({"squint", "papilloedema", "frown"})),
     "unknown sign of raised pressure frown, squint; known: cranial_nerve_VI_palsy, "
     "cushing_triad, decerebrate_posturing, decorticate_posturing, papilloedema"),
    (icans(ice_score=11), "ice_score must be 0 to 10, not 11"),
    (icans(ice_score=-1), "ice_score must be 0 to 10, not -1"),
    (icans(capd_score=33), "capd_score must be 0 to 32, not 33"),
    (icans(capd_score=-1), "capd_score must be 0 to 32, not -1"),
    (icans(capd_baseline=33), "capd_baseline must be 0 to 32, not 33"),
    (icans(capd_baseline=-1), "capd_baseline must be 0 to 32, not -1"),
    (lambda: ice_total({"president": 1}), "unknown ICE item 'president'; known: year, month, "
     "city, hospital, naming, commands, writing, attention"),
    (lambda: ice_total({"naming": 4}), "ICE item naming must be 0 to 3, not 4"),
    (lambda: capd_total([0] * 7), "CAPD has 8 items, not 7"),
    (lambda: capd_total([0, 0, 5, 0, 0, 0, 0, 0]), "CAPD item 3 must be 0 to 4, not 5"),
    (lambda: capd_total([-1, 0, 0, 0, 0, 0, 0, 0]), "CAPD item 1 must be 0 to 4, not -1"),
    (lambda: score_news2(News2Findings(spo2_scale=3)), "spo2_scale must be 1 or 2, not 3"),
    (lambda: score_news2(News2Findings(acvpu="X")),
     "acvpu must be one of A, C, V, P, U, not 'X'"),
    (pews(avpu="C"), "unknown avpu 'C'; known: A, P, U, V"),
    (pews(chart="14y"), "unknown chart '14y'; known: 0-11mo, 1-4y, 13y+, 5-12y"),
    (pews(respiratory_distress="bad"),
     "unknown respiratory_distress 'bad'; known: mild, moderate, none, severe"),
    (pews(oxygen_device="tent"), f"unknown oxygen_device 'tent'; known: {DEVICES}"),
    (pews(heart_rate_bpm=Decimal("90.5")), "heart_rate_bpm must be a whole number, not 90.5"),
    (pews(oxygen_device="room_air", oxygen_flow_lpm=Decimal(2)),
     "oxygen_flow_lpm 2 does not go with room air: say the device"),
    (pews(chart="13y+", age_years=Decimal("4.95")),
     "chart 13y+ is not the chart of 4.95 years nor next to it: check the age"),
    (pews(age_years=Decimal(-1), heart_rate_bpm=90), "age_years must be 0 or more, not -1"),
    (lambda: band_of((), 7), "7 is outside every band"),
    (symptom(intervention="some"), "unknown intervention 'some'; known: non_urgent, none, urgent"),
    (symptom(drop_points=Decimal("-0.1")),
     "drop_points must be a finite number of 0 or more, not -0.1"),
    (symptom(temperature_celsius=Decimal("NaN")),
     "temperature_celsius must be a finite number of 0 or more, not NaN"),
    (symptom("Sadness"), "unknown term 'Sadness' among CTCAE 5.0 symptoms"),
    (symptom("z" * 60), f"unknown term '{'z' * 60}' among CTCAE 5.0 symptoms"),
    (symptom("z" * 61), f"unknown term '{'z' * 57}...' among CTCAE 5.0 symptoms"),
    (symptom("Cytokine release syndrome"), "unknown term 'Cytokine release syndrome' among "
     "CTCAE 5.0 symptoms: grade it by ctcae5-crs"),
    (lab(edition="3.0"), "ctcae_version must be one of 4.03, 5.0, 6.0, not 3.0"),
    (lab(value=Decimal("-0.1")), "value must be a finite number of 0 or more, not -0.1"),
    (lab(value=Decimal("Infinity")), "value must be a finite number of 0 or more, not Infinity"),
    (lab(lln=Decimal(-1)), "lln must be a finite number of 0 or more, not -1"),
    (lab(uln=Decimal(0)), "uln must be a finite number above 0, not 0"),
    (lab(baseline=Decimal("NaN")), "baseline must be a finite number above 0, not NaN"),
    (lab(percent_change=Decimal("-100.1")),
     "percent change must be a finite number of -100 or more, not -100.1"),
    (lab(percent_change=Decimal("NaN")),
     "percent change must be a finite number of -100 or more, not NaN"),
    (lab("Bad hair"), "unknown term 'Bad hair' in CTCAE 5.0"),
    (lab("Bad hair", edition="6.0"), "unknown term 'Bad hair' in CTCAE 6.0"),
    (lab("z" * 60), f"unknown term '{'z' * 60}' in CTCAE 5.0"),
    (lab("z" * 61), f"unknown term '{'z' * 57}...' in CTCAE 5.0"),
    (lab(value=Decimal(9), unit="u" * 60), f"unknown unit '{'u' * 60}'"),
    (lab(value=Decimal(9), unit="u" * 61), f"unknown unit '{'u' * 57}...'"),
    (lambda: Toxicity(" ", 2), "an organ toxicity needs the CTCAE term it is graded by"),
    (lambda: Toxicity("ALT increased", 6), "ALT increased must be 0 to 5, not 6"),
    (lambda: Toxicity("ALT increased", -1), "ALT increased must be 0 to 5, not -1"),
    (lambda: Infusion("adrenalin"), f"unknown drug 'adrenalin'; known: {ALL_DRUGS}"),
    (lambda: Infusion("dopamine", Decimal(2), "drops"), "unknown unit 'drops' of dopamine; "
     "known: U/h, U/kg/min, U/min, mg/h, ng/kg/min, ug/kg/min, ug/min"),
    (lambda: Infusion("dopamine", Decimal(-1)), "the dose of dopamine must be 0 or more, not -1"),
    (lambda: Infusion("dopamine", Decimal("NaN")),
     "the dose of dopamine must be 0 or more, not NaN"),
    (support(vasopressor_intensity="medium"),
     "unknown vasopressor_intensity 'medium'; known: high, low"),
    (support(inotropes=frozenset({"dopamine", "milrinone", "beer"})),
     f"unknown inotropes 'beer', 'dopamine'; known: {INOTROPES}"),
    (support(fio2_fraction=Decimal("0.2")), "fio2_fraction must be 0.21 to 1, not 0.2"),
    (support(spo2_percent=Decimal("100.1")), "spo2_percent must be 0 to 100, not 100.1"),
    (support(temperature_celsius=Decimal("NaN")),
     "temperature_celsius must be 25 to 45, not NaN"),
    (lambda: DimerTiers("mg/L FEU", Decimal(0), Decimal(1)),
     "D-dimer tiers must rise from above 0"),
    (lambda: DimerTiers("mg/L FEU", Decimal(2), Decimal(2)),
     "D-dimer tiers must rise from above 0"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "sentence"), REFUSED, ids=[words for _, words in REFUSED])
def test_a_refusal_says_what_and_why(asked, sentence):
    with pytest.raises(ValueError) as refused:
        asked()
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (crs(temperature_celsius=38.0),
         "temperature and oxygen flow are Decimals, never binary floats"),
        (crs(oxygen_flow_lpm=6.0),
         "temperature and oxygen flow are Decimals, never binary floats"),
        (support(fio2_fraction=0.4), "fio2_fraction is a Decimal, never a binary float"),
        (lambda: Infusion("dopamine", 2.5),
         "the dose of dopamine is a Decimal, never a binary float"),
    ],
)  # fmt: skip
def test_a_binary_float_is_refused_by_name(asked, sentence):
    with pytest.raises(TypeError) as refused:
        asked()
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "asked",
    [
        icans(ice_score=0),
        icans(capd_score=32, capd_baseline=32),
        icans(capd_score=0, capd_baseline=0),
        lambda: capd_total([4, 0, 0, 0, 0, 0, 0, 4]),
        symptom(drop_points=Decimal(0)),
        lab(value=Decimal(0), lln=Decimal(0)),
        lab(uln=Decimal("0.1"), baseline=Decimal("0.1"), percent_change=Decimal(-100)),
        lambda: Toxicity("ALT increased", 0),
        lambda: Toxicity("ALT increased", 5),
        lambda: Infusion("dopamine", Decimal(0), "ug/kg/min"),
        support(spo2_percent=Decimal(100), fio2_fraction=Decimal("0.21")),
        # One of every minute of a day, as a monitor charts what runs.
        support(fluid_bolus_count=1441),
        pews(oxygen_device="room_air", oxygen_flow_lpm=Decimal(0)),
        pews(chart="5-12y", age_years=Decimal("4.95")),
        lambda: DimerTiers("mg/L FEU", Decimal("0.1"), Decimal("0.2")),
    ],
)
def test_the_end_of_a_range_is_inside(asked):
    assert asked() is not None
