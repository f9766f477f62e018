"""The charting form: nothing typed is lost, guessed or stored without a second look."""

import uuid
from datetime import timedelta

import pytest

from alerts.models import Alert
from screens import entry_form
from tests.factories.ward import FEVER, GRADE_2, NOW, WELL, a_patient, chart_set
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db
SET = {
    "taken_at": "2026-03-10T12:00",
    "respirations_per_minute": "16",
    "spo2_percent": "97",
    "oxygen_device": "room_air",
    "systolic_mmhg": "120",
    "diastolic_mmhg": "70",
    "heart_rate_bpm": "80",
    "temperature_celsius": "36.8",
    "consciousness": "alert",
    "vasopressors": "none",
}


@pytest.fixture
def url(patient):
    return f"/patients/{patient.pk}/chart/"


def form(**typed):
    sent = SET | {"client_id": str(uuid.uuid4())} | typed
    return {name: value for name, value in sent.items() if value is not None}


def field(page, name):
    fields = [*page.context["fields"], page.context["fluid_bolus"], page.context["hypotension"]]
    fields += [page.context["vasopressors"], page.context["vasopressin"], *page.context["more"]]
    return next(each for each in fields if each["name"] == name)


def refusals(page):
    return {error["field"]: error["message"] for error in page.context["errors"]}


# --- Saving ------------------------------------------------------------------------------------


def test_a_set_is_stored_as_typed_and_leads_to_its_result(url, patient, nurse, nurses):
    answer = nurses.post(url, form(fluid_bolus_ml="500", hypotension="no", worried="yes"))
    stored = ObservationSet.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/patients/{patient.pk}/sets/{stored.pk}/"
    assert stored.charted_by == nurse
    assert stored.taken_at == NOW
    assert str(stored.temperature_celsius) == "36.8000"
    assert (stored.systolic_mmhg, stored.fluid_bolus_ml) == (120, 500)
    assert (stored.hypotension, stored.worried, stored.vasopressin) == (False, True, None)
    assert stored.vasopressors == []
    assert stored.as_entered["temperature_celsius"] == "36.8"


def test_an_empty_field_is_not_recorded_and_not_normal(url, nurses):
    nothing = dict.fromkeys(SET, "") | {"vasopressors": None, "taken_at": SET["taken_at"]}
    nurses.post(url, form(**nothing | {"temperature_celsius": "38.0"}))
    stored = ObservationSet.objects.get()
    assert stored.systolic_mmhg is None
    assert stored.vasopressors is None
    assert stored.hypotension is None
    assert stored.worried is None
    assert stored.oxygen_device == ""


def test_pressing_save_twice_stores_one_set(url, nurses):
    sent = form()
    first, second = nurses.post(url, sent), nurses.post(url, sent)
    assert first["Location"] == second["Location"]
    assert ObservationSet.objects.count() == 1


def test_a_saved_form_sent_again_with_other_values_says_so_and_stores_nothing(url, nurses):
    sent = form()
    nurses.post(url, sent)
    page = nurses.post(url, sent | {"heart_rate_bpm": "99"})
    assert page.status_code == 409
    assert "saved before" in page.content.decode()
    assert field(page, "heart_rate_bpm")["value"] == "99"
    assert page.context["client_id"] != sent["client_id"]
    assert ObservationSet.objects.count() == 1


def test_a_set_that_shows_danger_alerts_and_says_to_call(url, nurses, charge_nurse):
    answer = nurses.post(
        url, form(temperature_celsius="38.6", systolic_mmhg="84", diastolic_mmhg="50"), follow=True
    )
    # The pressure waits for a second reading; the fever does not.
    raised = set(Alert.objects.values_list("rule", "severity", "is_provisional"))
    assert raised == {("A01", "P1", False), ("A03", "P2", True)}
    assert answer.context["call_card"] is not None
    assert "Check the patient now" in answer.content.decode()


# --- Refusing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("temperature_celsius", "38,6", "Write a decimal point, not a comma: 38.6"),
        ("temperature_celsius", "٣٨", "Must be a number in digits"),
        ("temperature_celsius", "３８", "Must be a number in digits"),
        ("temperature_celsius", "3.8e1", "Must be a number in digits"),
        ("temperature_celsius", "+38", "Must be a number in digits"),
        ("temperature_celsius", "NaN", "Must be a number in digits"),
        ("temperature_celsius", "38.", "Must be a number in digits"),
        ("temperature_celsius", "38 6", "Must be a number in digits"),
        ("temperature_celsius", "24.9", "outside 25.0 to 45.0"),
        ("temperature_celsius", "45.1", "outside 25.0 to 45.0"),
        ("temperature_celsius", "98.6", "98.6 °F would be 37.0 °C"),
        ("heart_rate_bpm", "80.5", "must be a whole number"),
        ("heart_rate_bpm", "-80", "Must be a number in digits"),
        ("heart_rate_bpm", "9", "outside 10 to 350"),
        ("diastolic_mmhg", "120", "not below the systolic"),
        ("oxygen_flow_lpm", "2", "room air has no oxygen flow"),
        ("oxygen_device", "snorkel", "must be one of"),
        ("consciousness", "sleepy", "must be one of"),
        ("hypotension", "maybe", "Must be yes or no"),
        ("taken_at", "2026-03-10 12:00", "Must be a date and a time"),
        ("taken_at", "2026-02-30T12:00", "no such date"),
        ("taken_at", "2026-03-10T12:01", "in the future"),
        ("taken_at", "", "is required"),
        ("client_id", "7", "must be a UUID"),
        ("temperature_c", "38.6", "not a field of this form"),
    ],
)
def test_what_is_wrong_is_said_and_stays_in_the_form(name, typed, words, url, nurses):
    page = nurses.post(url, form(**{name: typed}))
    assert page.status_code == 400
    assert words in refusals(page)[name]
    assert ObservationSet.objects.count() == 0
    if name == "heart_rate_bpm":
        assert field(page, name)["value"] == typed
    assert field(page, "respirations_per_minute")["value"] == "16"


def test_a_form_sent_again_after_the_clock_was_set_back_is_answered_as_before(
    url, nurses, monkeypatch
):
    sent = form(taken_at="2026-03-10T12:00")
    first = nurses.post(url, sent)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW - timedelta(hours=1))
    assert nurses.post(url, sent)["Location"] == first["Location"]
    assert (
        "in the future" in refusals(nurses.post(url, form(taken_at="2026-03-10T12:00")))["taken_at"]
    )


def test_every_wrong_field_is_named_at_once(url, nurses):
    page = nurses.post(url, form(temperature_celsius="hot", heart_rate_bpm="fast"))
    assert refusals(page).keys() == {"temperature_celsius", "heart_rate_bpm"}


def test_a_field_sent_twice_is_refused(url, nurses):
    assert (
        "more than once"
        in refusals(nurses.post(url, form(heart_rate_bpm=["80", "90"])))["heart_rate_bpm"]
    )


@pytest.mark.parametrize(
    ("ticked", "stored"),
    [
        (None, None),
        (["none"], []),
        (["norepinephrine"], ["norepinephrine"]),
        (["vasopressin"], "refused"),
        (["none", "norepinephrine"], "refused"),
    ],
)
def test_no_tick_is_not_the_answer_none_running(ticked, stored, url, nurses):
    page = nurses.post(url, form(vasopressors=ticked))
    if stored == "refused":
        assert "vasopressors" in refusals(page)
        chosen = [c["value"] for c in field(page, "vasopressors")["choices"] if c["checked"]]
        assert set(chosen) <= set(ticked)
    else:
        assert ObservationSet.objects.get().vasopressors == stored


# --- Asking again ------------------------------------------------------------------------------


def test_an_improbable_value_is_asked_about_before_it_is_stored(url, nurses):
    sent = form(temperature_celsius="41.5")
    page = nurses.post(url, sent)
    assert page.status_code == 200
    assert ObservationSet.objects.count() == 0
    (doubt,) = page.context["doubts"]
    assert (str(doubt["value"]), doubt["unit"]) == ("41.5", "°C")
    assert field(page, "temperature_celsius")["value"] == "41.5"
    assert page.context["client_id"] == sent["client_id"]
    chosen = {c["value"] for c in field(page, "oxygen_device")["choices"] if c["checked"]}
    assert chosen == {"room_air"}
    confirmed = nurses.post(url, sent | {"confirmed": doubt["field"]})
    assert confirmed.status_code == 302
    stored = ObservationSet.objects.get()
    assert stored.as_entered["confirmed"] == ["temperature_celsius=41.5"]


def test_a_tick_confirms_one_number_and_no_other(url, nurses):
    page = nurses.post(url, form(temperature_celsius="42.0", confirmed="temperature_celsius=41.5"))
    assert [doubt["field"] for doubt in page.context["doubts"]] == ["temperature_celsius=42"]
    assert ObservationSet.objects.count() == 0


def test_every_doubt_must_be_confirmed(url, nurses):
    sent = form(temperature_celsius="41.5", heart_rate_bpm="170")
    page = nurses.post(url, sent | {"confirmed": "heart_rate_bpm=170"})
    checked = {doubt["field"]: doubt["checked"] for doubt in page.context["doubts"]}
    assert checked == {"temperature_celsius=41.5": False, "heart_rate_bpm=170": True}
    both = [doubt["field"] for doubt in page.context["doubts"]]
    assert nurses.post(url, sent | {"confirmed": both}).status_code == 302


@pytest.mark.parametrize(("celsius", "status"), [("41.0", 302), ("41.1", 200)])
def test_the_soft_limit_itself_is_not_asked_about(celsius, status, url, nurses):
    assert nurses.post(url, form(temperature_celsius=celsius)).status_code == status


def test_a_child_is_asked_about_by_its_own_limits(ward, nurses):
    child = a_patient(ward, birth_date="2024-01-01")
    sent = form(heart_rate_bpm="190", respirations_per_minute="40", systolic_mmhg="90")
    assert nurses.post(f"/patients/{child.pk}/chart/", sent).status_code == 302


# --- What the form shows -----------------------------------------------------------------------


def test_each_field_shows_the_newest_value_on_record_with_its_age(url, patient, nurses):
    chart_set(patient, FEVER, minutes_ago=238)
    chart_set(patient, {"heart_rate_bpm": 99}, minutes_ago=20)
    page = nurses.get(url)
    assert field(page, "heart_rate_bpm")["previous"] == {
        "value": "99", "age_label": "20 min ago"
    }  # fmt: skip
    assert field(page, "temperature_celsius")["previous"] == {
        "value": "38.6", "age_label": "3 h 58 min ago"
    }  # fmt: skip
    assert field(page, "fluid_bolus_ml")["previous"] is None


def test_the_limits_are_those_of_the_patients_age(ward, nurses):
    infant = a_patient(ward, birth_date="2025-11-01")
    page = nurses.get(f"/patients/{infant.pk}/chart/")
    assert (field(page, "heart_rate_bpm")["soft_low"], field(page, "heart_rate_bpm")["soft_high"])\
        == (60, 230)  # fmt: skip


def test_the_time_is_the_wards_and_not_the_servers(nurses, ward, patient, url):
    ward.time_zone = "Asia/Kolkata"
    ward.save()
    page = nurses.get(url)
    assert page.context["taken_at"]["value"] == "2026-03-10T17:30"
    nurses.post(url, form(taken_at="2026-03-10T17:15"))
    assert (NOW - ObservationSet.objects.get().taken_at).seconds == 15 * 60


def test_a_shared_surname_is_warned_of(ward, url, nurses):
    assert "Name alert" not in nurses.get(url).content.decode()
    a_patient(ward, family_name="bell")
    assert "Name alert" in nurses.get(url).content.decode()


def test_the_form_reads_each_of_its_own_fields(url, nurses):
    page = nurses.get(url)
    names = {each["name"] for each in page.context["fields"]}
    names |= {page.context["fluid_bolus"]["name"], "hypotension", "vasopressors", "vasopressin"}
    names |= {each["name"] for each in (*page.context["more"], *page.context["skips"]["fields"])}
    assert names <= entry_form._KNOWN


def test_the_form_costs_the_same_however_many_sets_there_are(
    url, patient, nurses, django_assert_num_queries
):
    for minutes in range(40):
        chart_set(patient, WELL, minutes_ago=200 - minutes)
    nurses.get(url)
    with django_assert_num_queries(11):
        nurses.get(url)


# --- Correcting --------------------------------------------------------------------------------


@pytest.fixture
def wrong(patient):
    values = GRADE_2 | {"glasgow_coma_score": 15, "note": "left arm", "carer_worried": True}
    return chart_set(patient, values, minutes_ago=30).observations


def correction(wrong, **typed):
    return form(taken_at="2026-03-10T11:30", reason="typing", **typed)


def test_a_correction_starts_from_what_was_charted(url, wrong, nurses):
    page = nurses.get(f"{url}?correct={wrong.pk}")
    assert field(page, "temperature_celsius")["value"] == "38.6"
    assert field(page, "systolic_mmhg")["value"] == "84"
    assert page.context["taken_at"]["value"] == "2026-03-10T11:30"
    chosen = [c["value"] for c in field(page, "vasopressors")["choices"] if c["checked"]]
    assert chosen == ["none"]
    assert page.context["correcting"]["set_id"] == wrong.pk


def test_a_correction_replaces_and_keeps_what_the_form_does_not_show(url, wrong, nurses):
    page = nurses.get(f"{url}?correct={wrong.pk}")
    assert field(page, "glasgow_coma_score")["value"] == "15"
    assert page.context["note"]["value"] == "left arm"
    typed = correction(wrong, glasgow_coma_score="14", note="right arm")
    answer = nurses.post(f"{url}?correct={wrong.pk}", typed)
    replacement = ObservationSet.objects.in_force().get()
    assert answer["Location"].endswith(f"/sets/{replacement.pk}/")
    assert (replacement.supersedes_id, replacement.reason) == (wrong.pk, "Typing error")
    assert replacement.correction_code == "typing"
    assert replacement.systolic_mmhg == 120
    assert (replacement.glasgow_coma_score, replacement.note) == (14, "right arm")


@pytest.mark.parametrize(
    ("reason", "text", "said"),
    [
        ("", "", "Say what was wrong"),
        ("mistake", "", "Say what was wrong"),
        ("other", "", "in words"),
        ("other", "x" * 161, "At most 160"),
    ],
)
def test_a_correction_says_why(reason, text, said, url, wrong, nurses):
    sent = correction(wrong) | {"reason": reason, "reason_text": text}
    page = nurses.post(f"{url}?correct={wrong.pk}", sent)
    assert page.status_code == 400
    assert said in refusals(page)["reason"]
    assert ObservationSet.objects.count() == 1


def test_a_set_is_corrected_once(url, wrong, nurses):
    nurses.post(f"{url}?correct={wrong.pk}", correction(wrong))
    page = nurses.post(f"{url}?correct={wrong.pk}", correction(wrong))
    assert page.status_code == 409
    assert "corrected in the meantime" in page.content.decode()
    assert ObservationSet.objects.count() == 2


def test_the_result_of_a_corrected_set_says_that_it_no_longer_counts(url, wrong, patient, nurses):
    nurses.post(f"{url}?correct={wrong.pk}", correction(wrong))
    page = nurses.get(f"/patients/{patient.pk}/sets/{wrong.pk}/")
    assert "no longer counts. Reason: Typing error" in page.content.decode()
    assert "correct_url" not in page.context
