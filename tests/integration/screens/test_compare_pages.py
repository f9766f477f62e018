"""Up to four patients on one axis, all of them one's own; and a band that names nobody."""

import json
import re
import uuid
from datetime import UTC, timedelta
from decimal import Decimal

import pytest

from charting import chart, results, stays, undoing
from charting.results import LabEntry
from screens.compare import band
from screens.compare.aligned import Scale
from tests.factories.ward import FEVER, NOW, WELL, a_patient, a_person, an_entry, chart_set
from vitals.vocabulary import Source

pytestmark = pytest.mark.django_db
INFUSED = NOW - timedelta(days=5)


def figure_of(page):
    (found,) = re.findall(
        r'<script id="compare-figure" type="application/json">(.*?)</script>',
        page.content.decode(),
        re.DOTALL,
    )
    return json.loads(found)


def url(*patients, **more):
    query = "&".join(f"{name}={value}" for name, value in more.items())
    return f"/compare/?patients={','.join(str(each.pk) for each in patients)}&{query}"


def a_course(ward, celsius, *, infused_at=INFUSED, hours=26, **more):
    """A patient with one set so many hours after the dose."""
    patient = a_patient(ward, infused_at=infused_at, **more)
    values = WELL | {"temperature_celsius": Decimal(celsius)}
    minutes = (NOW - infused_at).total_seconds() / 60 - hours * 60
    chart_set(patient, values, minutes_ago=minutes)
    return patient


def read(therapy="tisa-cel", *, without=(), scale=Scale.DAY, with_synthetic=False):
    return band.read(therapy, without=without, scale=scale, zone=UTC, with_synthetic=with_synthetic)


def give_crp(patient, value, *, at):
    results.record_lab(
        patient_id=patient.pk,
        entry=LabEntry(client_id=uuid.uuid4(), loinc="1988-5", display="CRP", value=Decimal(value),
                       unit="mg/L", taken_at=at),
        recorded_by=a_person(),
        now=NOW,
        source=Source.NURSE,
    )  # fmt: skip


# --- The page ----------------------------------------------------------------------------------


def test_o10_up_to_four_patients_are_aligned_on_day_0_with_their_products(ward, nurses):
    patients = [
        a_course(ward, "38.6", infused_at=NOW - timedelta(days=days), therapy=therapy, kind=kind)
        for days, therapy, kind in (
            (5, "tisa-cel", "infusion"),
            (9, "axi-cel", "infusion"),
            (3, "teclistamab", "step_1"),
            (2, "axi-cel", "infusion"),
        )
    ]
    page = nurses.get(url(*patients))
    shown = page.context["patients"]
    assert [each["letter"] for each in shown] == ["A", "B", "C", "D"]
    assert [each["product"].split(" ")[0] for each in shown] == [
        "Kymriah", "Yescarta", "Tecvayli", "Yescarta",
    ]  # fmt: skip
    drawing = figure_of(page)
    at = [each["x"] for each in drawing["data"] if each["name"].endswith("Temp. °C")]
    assert at == [at[0]] * 4
    assert drawing["layout"]["xaxis"]["ticktext"][0].startswith("D")


def test_o10_a_bispecific_is_read_in_hours_and_either_axis_can_be_chosen(ward, nurses):
    patient = a_course(ward, "38.6", therapy="teclistamab", kind="step_1", hours=26)
    assert nurses.get(url(patient)).context["scale"] == "hour"
    assert nurses.get(url(patient, axis="day")).context["scale"] == "day"
    (trace,) = [each for each in figure_of(nurses.get(url(patient)))["data"]
                if each["name"] == "A Temp. °C"]  # fmt: skip
    assert trace["x"] == [26]


def test_another_wards_patient_makes_the_whole_page_unknown(patient, elsewhere, nurses):
    for both in ((patient, elsewhere), (elsewhere,)):
        answer = nurses.get(url(*both))
        assert answer.status_code == 404
        assert "Secret" not in answer.content.decode()


@pytest.mark.parametrize("asked", ["1;2", "a", "-1", "0", "9" * 19, "١", "1,2,3,4,5", "%00"])
def test_what_is_no_comparison_is_unknown(asked, patient, nurses):
    assert nurses.get(f"/compare/?patients={asked}").status_code == 404


def test_naming_a_patient_twice_compares_once(patient, nurses):
    assert len(nurses.get(url(patient, patient)).context["patients"]) == 1


def test_who_sends_data_and_sees_nobody_is_refused(ward, signed_in):
    assert signed_in(a_person("integration", ward)).get("/compare/").status_code == 403


def test_a_search_finds_ones_own_patients_and_leaves_no_name_in_the_address(
    ward, patient, elsewhere, nurses
):
    a_patient(ward, family_name="Winter")
    page = nurses.post("/compare/", {"q": "bel"})
    assert [each["name"] for each in page.context["found"]] == ["Bell, Ada"]
    assert "bel" not in page.context["found"][0]["url"]
    assert nurses.post("/compare/", {"q": "secret"}).context["found"] == []
    assert nurses.post("/compare/", {"q": elsewhere.mrn}).context["found"] == []


def test_a_patient_who_was_on_the_ward_earlier_can_still_be_found(ward, patient, nurses):
    stays.discharge(patient.stays.get(), at=NOW, by=None, now=NOW)
    assert nurses.get("/compare/").context["found"] == []
    assert len(nurses.post("/compare/", {"q": "Bell"}).context["found"]) == 1


def test_four_are_full(ward, nurses):
    patients = [a_patient(ward) for _ in range(5)]
    assert nurses.get(url(*patients[:4])).context["found"] == []
    assert len(nurses.get(url(*patients[:3])).context["found"]) == 2


def test_who_had_no_dose_is_named_and_not_drawn(ward, nurses):
    page = nurses.get(url(a_patient(ward, infused_at=None)))
    assert "No dose recorded" in page.content.decode()
    assert page.context["figure"] is None


def test_the_page_says_that_it_is_no_basis_alone(patient, nurses):
    assert "sole basis for a decision" in nurses.get(url(patient)).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_course_costs_the_same_queries_however_long_it_is(
    count, ward, nurses, django_assert_max_num_queries
):
    patients = [a_patient(ward) for _ in range(count)]
    for patient in patients:
        for n in range(4 * count):
            chart_set(patient, FEVER, minutes_ago=60 * n + 5)
    nurses.get(url(*patients))  # the first look is put on record
    with django_assert_max_num_queries(18 + 12 * count):
        nurses.get(url(*patients))


# --- The band ----------------------------------------------------------------------------------


def test_o11_nine_patients_are_hidden_and_ten_are_shown(ward):
    for n in range(9):
        a_course(ward, f"37.{n}")
    assert read().is_hidden
    a_course(ward, "37.9")
    shown = read()
    (only,) = shown.lanes["temperature_celsius"]
    assert (only.begin, only.end, only.patients) == (1, 2, 10)
    assert only.median == pytest.approx(37.45)
    assert (only.low, only.high) == (pytest.approx(37.09), pytest.approx(37.81))


def test_o11_a_bin_with_nine_patients_shows_nothing_though_ten_had_the_product(ward):
    patients = [a_course(ward, "38.0") for _ in range(10)]
    for patient in patients[:9]:
        chart_set(patient, WELL, minutes_ago=60)
    (only,) = read().lanes["temperature_celsius"]
    assert only.begin == 1


def test_o11_the_page_says_what_the_band_is_and_is_not(ward, nurses):
    patient = a_course(ward, "38.0")
    for _ in range(9):
        a_course(ward, "38.0")
    page = nurses.get(url(patient, cohort=1))
    assert "fewer than 10 other patients" in page.context["center"]["words"]
    assert page.context["center"]["caption"] == ""
    a_course(ward, "38.0")
    page = nurses.get(url(patient, cohort=1))
    assert "Local data, not a prediction" in page.content.decode()
    assert any(each["name"] == "Center, median" for each in figure_of(page)["data"])


def test_the_patients_themselves_are_no_part_of_what_they_are_compared_with(ward):
    patients = [a_course(ward, "38.0") for _ in range(10)]
    assert not read().is_hidden
    assert read(without=[patients[0].pk]).is_hidden


def test_different_products_have_no_band(ward, nurses):
    two = [a_course(ward, "38.0"), a_course(ward, "38.0", therapy="axi-cel")]
    words = nurses.get(url(*two, cohort=1)).context["center"]["words"]
    assert words == "No band: the patients had different products."


def test_another_product_is_no_part_of_the_band(ward):
    for n in range(10):
        a_course(ward, "38.0", therapy="axi-cel" if n else "tisa-cel")
    assert read().is_hidden


def test_invented_patients_count_only_in_a_demonstration(ward):
    for n in range(10):
        a_course(ward, "38.0", is_synthetic=n == 0)
    assert read().is_hidden
    assert not read(with_synthetic=True).is_hidden


def test_the_whole_center_counts_whoever_looks(ward, next_door):
    for n in range(10):
        a_course(next_door if n % 2 else ward, "38.0")
    assert not read().is_hidden


def test_a_patient_counts_once_however_often_they_were_measured(ward):
    for _ in range(9):
        a_course(ward, "37.0")
    dense = a_course(ward, "40.0")
    for n in range(20):
        chart_set(dense, WELL | {"temperature_celsius": Decimal("40.0")},
                  minutes_ago=(5 * 24 - 26) * 60 - n)  # fmt: skip
    (only,) = read().lanes["temperature_celsius"]
    assert (only.patients, only.median) == (10, pytest.approx(37.0))


def test_a_corrected_or_withdrawn_set_never_counts(ward):
    patients = [a_course(ward, "37.0") for _ in range(10)]
    assert not read().is_hidden
    wrong = patients[0].observation_sets.get()
    rest = {name: value for name, value in WELL.items() if name != "temperature_celsius"}
    chart.correct_observations(
        wrong_id=wrong.pk,
        entry=an_entry(rest, taken_at=wrong.taken_at),
        corrected_by=a_person(),
        reason="typing",
        now=NOW,
    )
    seen = read().lanes
    assert seen["temperature_celsius"] == ()
    assert len(seen["systolic_mmhg"]) == 1
    undone = patients[1].observation_sets.get()
    undoing.undo(set_id=undone.pk, by=undone.charted_by, now=NOW)
    assert read().is_hidden


def test_a_moment_before_the_dose_and_one_after_the_axis_are_no_part_of_it(ward):
    for _ in range(10):
        patient = a_course(ward, "38.0", infused_at=NOW - timedelta(days=33), hours=26)
        chart_set(patient, FEVER, minutes_ago=33 * 1440 + 60)
        chart_set(patient, FEVER, minutes_ago=60)
    assert [each.begin for each in read().lanes["temperature_celsius"]] == [1]


def test_hours_are_counted_in_sixes_from_the_dose(ward):
    for _ in range(10):
        patient = a_course(ward, "38.0", hours=5.99)
        chart_set(patient, FEVER, minutes_ago=(5 * 24 - 6) * 60)
    found = read(scale=Scale.HOUR).lanes["temperature_celsius"]
    assert [(each.begin, each.end) for each in found] == [(0, 6), (6, 12)]


def test_laboratory_values_have_bands_of_their_own(ward):
    for n in range(10):
        patient = a_course(ward, "38.0")
        give_crp(patient, 10 * (n + 1), at=INFUSED + timedelta(days=2))
    (only,) = read().lanes["crp"]
    assert (only.begin, only.patients, only.median) == (2, 10, pytest.approx(55))


@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize("patients", [10, 14])
def test_a_band_costs_three_queries_however_many_patients(
    patients, scale, ward, django_assert_num_queries
):
    for _ in range(patients):
        a_course(ward, "38.0")
    with django_assert_num_queries(3):
        read(scale=scale)
