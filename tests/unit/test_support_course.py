"""How long pressors ran, at which dose, and which boluses count, set by set."""

from datetime import timedelta
from decimal import Decimal

import pytest

from grading.course import CourseState, DrugGiven
from grading.course_state import from_json, to_json
from grading.organs import Recorded
from grading.pressor_doses import infusion
from grading.support_reading import Around, findings_of, needs_weight
from patients.medicines import TreatmentClass
from tests.unit.courses import fold, hour, sets, well

PRESSOR = TreatmentClass.VASOPRESSOR


def on(drug="norepinephrine", dose=None, unit="ug/min", **more):
    values = {"vasopressors": [drug]}
    if dose is not None:
        values["vasopressor_doses"] = [{"drug": drug, "dose": str(dose), "unit": unit}]
    return well(**values, **more)


def pressor(started, *, stopped=None, code="norepinephrine", dose=None, unit="", kind=PRESSOR):
    return DrugGiven(
        code,
        hour(started),
        None if stopped is None else hour(stopped),
        is_vasopressor=kind is PRESSOR,
        is_bolus=code == "fluid_bolus",
        kind=kind,
        dose=None if dose is None else Decimal(dose),
        unit=unit,
    )


def findings(*charted, drugs=(), age_years=40, weight_kg=None, recorded=None):
    """What the last of these sets is read as."""
    done = fold(sets(*charted), drugs=drugs)
    last = done[-1]
    before = done[-2].state if len(done) > 1 else CourseState()
    around = Around(
        last.at, last.reading, before, last.state, drugs, age_years, recorded or Recorded(),
        weight_kg,
    )  # fmt: skip
    return findings_of(around)


@pytest.mark.parametrize(
    ("hours_before", "expected"), [(23, None), (Decimal("23.99"), None), (24, 24), (30, 30)]
)
def test_a_start_nobody_saw_counts_once_it_suffices(hours_before, expected):
    found = findings((-float(hours_before), on()), (0, on()))
    assert found.hours_on_vasopressor == expected


def test_a_start_that_was_seen_counts_from_the_first_hour():
    found = findings((-6, well(vasopressors=[])), (-5, on()), (-3, on("epinephrine")), (0, on()))
    assert found.hours_on_vasopressor == 5


def test_a_pause_that_was_charted_begins_the_run_again():
    found = findings((-9, on()), (-4, well(vasopressors=[])), (-2, on()), (0, on()))
    assert found.hours_on_vasopressor == 2


@pytest.mark.parametrize(("stopped", "expected"), [(-4, 10), (-5, 10), (-5.1, 4)])
def test_the_rows_of_medicines_make_one_run_across_a_change_of_pump(stopped, expected):
    drugs = [pressor(-10, stopped=stopped), pressor(-4, code="epinephrine")]
    assert findings((0, well(vasopressors=None)), drugs=drugs).hours_on_vasopressor == expected


@pytest.mark.parametrize(
    ("doses", "expected"),
    [
        # the dose at -5, -3 and 0 h: hours at the dose of now or more
        (("25", "25", "25"), 5),
        (("30", "25", "20"), 5),  # high all along, whatever the way down
        (("20", "25", "30"), 5),  # and on the way up
        (("10", "25", "25"), 3),
        (("10", "12", "15"), 0),
        (("15", "12", "10"), 5),
    ],
)
def test_hours_at_a_dose_are_those_at_as_much_or_above_the_line(doses, expected):
    charted = [(at, on(dose=dose)) for at, dose in zip((-5, -3, 0), doses, strict=True)]
    found = findings((-6, well(vasopressors=[])), *charted)
    assert found.hours_on_dose == expected


def test_hours_at_a_dose_nobody_saw_begin_are_not_known_until_they_suffice():
    assert findings((-2.9, on(dose="25")), (0, on(dose="25"))).hours_on_dose is None
    assert findings((-3, on(dose="25")), (0, on(dose="25"))).hours_on_dose == 3


@pytest.mark.parametrize(
    ("drug", "dose", "unit", "weight", "read"),
    [
        ("norepinephrine", "0.25", "ug/kg/min", "80", ("20", "ug/min")),
        ("norepinephrine", "250", "ng/kg/min", "80", ("20", "ug/min")),
        ("norepinephrine", "1.2", "mg/h", None, ("20", "ug/min")),
        ("norepinephrine", "0.25", "ug/kg/min", None, ("0.25", "ug/kg/min")),
        ("dopamine", "800", "ug/min", "80", ("10", "ug/kg/min")),
        ("dopamine", "10000", "ng/kg/min", None, ("10", "ug/kg/min")),
        ("ephedrine", "5", "mg/h", "80", ("5", "mg/h")),
        ("norepinephrine", "2", "U/min", "80", ("2", "U/min")),
    ],
)
def test_a_dose_is_read_in_the_unit_of_its_line(drug, dose, unit, weight, read):
    kg = None if weight is None else Decimal(weight)
    one = infusion(drug, Decimal(dose), unit, weight_kg=kg)
    assert (one.dose, one.unit) == (Decimal(read[0]), read[1])


def test_a_dose_in_a_unit_no_table_reads_leaves_the_dose_open():
    one = infusion("norepinephrine", Decimal(4), "mg")
    assert (one.dose, one.unit) == (None, None)


def test_a_weight_is_asked_for_only_where_a_dose_needs_one():
    def asks(values):
        (step,) = fold(sets((0, values)))
        start = CourseState()
        return needs_weight(Around(step.at, step.reading, start, step.state, (), 40, Recorded()))

    assert not asks(well())
    assert not asks(on(dose="4"))
    assert not asks(on("dopamine", "4", "ug/kg/min"))
    assert asks(on(dose="0.1", unit="ug/kg/min"))


def test_the_dose_said_last_counts_the_sets_or_the_medicines():
    row = pressor(-3, dose="25", unit="ug/min")
    earlier = findings((-4, on(dose="5")), (0, well(vasopressors=None)), drugs=[row])
    assert [one.dose for one in earlier.vasopressors] == [Decimal(25)]
    later = findings((-2, on(dose="5")), (0, well(vasopressors=None)), drugs=[row])
    assert [one.dose for one in later.vasopressors] == [Decimal(5)]


def test_an_inotrope_stands_among_the_vasopressors_only_beside_a_charted_list():
    inotrope = DrugGiven("dobutamine", hour(-1), is_inotrope=True, kind=TreatmentClass.INOTROPE)
    beside = findings((0, on()), drugs=[inotrope])
    assert {one.drug for one in beside.vasopressors} == {"norepinephrine", "dobutamine"}
    alone = findings((0, well(vasopressors=None)), drugs=[inotrope])
    assert (alone.vasopressors, alone.inotropes) == (None, {"dobutamine"})


def test_boluses_of_the_day_count_when_one_was_given_within_the_hour():
    bolus = {"fluid_bolus_ml": 500}
    low = well(systolic_mmhg=84, **bolus)
    assert findings((0, low)).fluid_bolus_count == 1
    assert findings((-2, low), (0, low)).fluid_bolus_count == 2
    assert findings((-2, low), (0, well())).fluid_bolus_count == 0
    assert findings((-24.1, low), (0, low)).fluid_bolus_count == 1
    assert findings((0, {"temperature_celsius": Decimal(37)})).fluid_bolus_count is None


def test_a_bolus_in_a_set_and_among_the_medicines_is_one():
    row = pressor(-0.5, code="fluid_bolus", kind=TreatmentClass.FLUID)
    low = well(systolic_mmhg=84, fluid_bolus_ml=500)
    assert findings((0, low), drugs=[row]).fluid_bolus_count == 1
    assert findings((-3, low), (0, low), drugs=[row]).fluid_bolus_count == 2


@pytest.mark.parametrize(
    ("route", "expected"), [("iv", True), ("IV", True), ("oral", False), ("", None)]
)
def test_an_antibiotic_counts_by_vein_and_asks_when_no_route_was_said(route, expected):
    drug = DrugGiven("antibiotic", hour(-2), kind=TreatmentClass.ANTIMICROBIAL, route=route)
    assert findings((0, well()), drugs=[drug]).iv_antibiotics_given is expected
    assert findings((0, well())).iv_antibiotics_given is False


def test_an_antipyretic_counts_in_an_episode_and_not_before_one():
    drug = DrugGiven("paracetamol", hour(-2), kind=TreatmentClass.ANTIPYRETIC, waives_fever=True)
    fever = well(temperature_celsius=Decimal("38.5"))
    assert findings((-3, fever), (0, well()), drugs=[drug]).antipyretics_given is True
    assert findings((-1, fever), (0, well()), drugs=[drug]).antipyretics_given is False


@pytest.mark.parametrize(("hours", "counted"), [(24, {"cryoprecipitate"}), (24.1, set())])
def test_a_blood_product_counts_for_a_day(hours, counted):
    drug = DrugGiven("cryoprecipitate", hour(-hours), kind=TreatmentClass.BLOOD_PRODUCT)
    assert findings((0, well()), drugs=[drug]).coagulopathy_products == counted


def test_what_is_carried_for_the_other_scales_comes_back_from_storage():
    (*_, last) = fold(
        sets((-1, well(vasopressors=[])), (0, on(dose="0.10", fluid_bolus_ml=500, spo2_scale=2)))
    )
    assert last.state.support.pressors_since == last.at
    assert from_json(to_json(last.state)) == last.state
    (quiet,) = fold(sets((0, well())))
    assert "support" not in to_json(quiet.state)


def test_an_oxygen_fraction_goes_with_its_device():
    mask = well(oxygen_device="venturi", fio2_percent=Decimal(40))
    assert findings((0, mask)).fio2_fraction == Decimal("0.4")
    assert findings((-0.5, mask), (0, {"heart_rate_bpm": 80})).fio2_fraction == Decimal("0.4")
    assert findings((-0.5, mask), (0, well())).fio2_fraction is None
    assert findings((-1.1, mask), (0, {"heart_rate_bpm": 80})).fio2_fraction is None


def test_what_a_clinician_stated_stands_as_long_as_it_holds():
    said = well(life_threatening=True, hospitalized_for_crs=True, hypotension_refractory=True)

    def later(hours):
        found = findings((-hours, said), (0, {"heart_rate_bpm": 80}))
        return (found.life_threatening, found.hypotension_refractory, found.hospitalized_for_crs)

    assert later(1) == (True, True, True)
    assert later(1 + 1 / 3600) == (None, None, True)
    assert later(24) == (None, None, True)
    assert later(24 + 1 / 3600) == (None, None, None)
    assert timedelta(hours=24) == hour(24) - hour(0)
