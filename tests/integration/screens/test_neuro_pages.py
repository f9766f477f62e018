"""The neuro check's pages: asked, judged, shown with its grade, corrected, and nobody else's."""

import json
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from alerts.models import Alert
from charting.models import PatientState
from charting.neuro import record_neuro_check
from patients.models import Infusion
from tests.factories.ward import NOW, WELL, a_patient, chart_set
from vitals import ice_set, strokes
from vitals.models import Handwriting, IceWardSet, NeuroAssessment

pytestmark = pytest.mark.django_db
AT = "2026-03-10T11:40"
CLEAR = {"consciousness": "alert", "seizure": "none", "motor_weakness": "no"}
ALL_RIGHT = {f"ice_{item}": "1" for item in ("year", "month", "city", "hospital", "naming_1",
             "naming_2", "naming_3", "commands", "writing", "attention")}  # fmt: skip
WRITTEN = [[10, 20, 30, 40], [50, 60]]


def send(client, patient, where="record/neuro/", **typed):
    sent = {"client_id": str(uuid.uuid4()), "taken_at": AT} | typed
    return client.post(f"/patients/{patient.pk}/{where}", sent)


def form_of(client, patient):
    return client.get(f"/patients/{patient.pk}/record/neuro/").context["form"]


def asked_of(form):
    names = [*(f"asked_object_{n}" for n in (1, 2, 3)), "asked_command", "asked_sentence"]
    return {name: form[name].value() for name in names}


def a_check(patient, nurse, *, minutes_ago=60, **findings):
    return record_neuro_check(
        patient_id=patient.pk, client_id=uuid.uuid4(), recorded_by=nurse,
        taken_at=NOW - timedelta(minutes=minutes_ago), now=NOW - timedelta(minutes=minutes_ago),
        findings=findings,
    )[0]  # fmt: skip


def test_n11_ten_items_give_the_score_with_language_and_interpreter_and_a_drop_is_followed(
    patient, nurse, nurses
):
    chart_set(patient, WELL, minutes_ago=200)
    a_check(patient, nurse, minutes_ago=180, ice_score=10, is_baseline=True, consciousness="alert",
            seizure="none", motor_weakness=False)  # fmt: skip
    asked = asked_of(form_of(nurses, patient))
    typed = ALL_RIGHT | {"ice_city": "0", "ice_naming_2": "0"}
    answer = send(
        nurses, patient, **typed, **CLEAR, **asked, language="Turkish", interpreter="yes"
    )  # fmt: skip
    check = NeuroAssessment.objects.latest("pk")
    assert answer["Location"] == f"/patients/{patient.pk}/neuro/{check.pk}/"
    assert len(check.ice_items) == 8
    assert (check.ice_score, check.language, check.interpreter) == (8, "Turkish", True)
    assert check.asked["objects"] == [asked[f"asked_object_{n}"] for n in (1, 2, 3)]
    assert Alert.objects.get().rule == "A16"
    due = PatientState.objects.get(pk=patient.pk).patient.due_set
    assert (due.neuro_series_left, due.neuro_interval_minutes) == (4, 30)


def test_what_is_asked_stays_until_it_was_answered_and_is_new_then(patient, nurses):
    first = asked_of(form_of(nurses, patient))
    assert asked_of(form_of(nurses, patient)) == first
    send(nurses, patient, **ALL_RIGHT, **CLEAR, **first)
    then = asked_of(form_of(nurses, patient))
    objects = [{each[f"asked_object_{n}"] for n in (1, 2, 3)} for each in (first, then)]
    assert not objects[0] & objects[1]
    assert then["asked_command"] != first["asked_command"]
    assert then["asked_sentence"] == first["asked_sentence"]


def test_the_ward_asks_with_its_own_things(ward, patient, nurses):
    own = ["ball", "doll", "drum", "kite", "sled", "top"]
    IceWardSet.objects.create(
        ward=ward, objects_to_name=own, commands=["Wave", "Clap"], sentence="Bears like honey."
    )
    asked = asked_of(form_of(nurses, patient))
    assert {asked[f"asked_object_{n}"] for n in (1, 2, 3)} < set(own)
    assert asked["asked_command"] in {"Wave", "Clap"}


def test_a_set_too_small_is_refused_where_it_is_written_and_keeps_nobody_from_the_check(
    ward, patient, nurses
):
    small = IceWardSet(ward=ward, objects_to_name=["ball"], commands=["Wave"], sentence="Hm.")
    with pytest.raises(ValidationError, match="objects to name: must be 6 to 100"):
        small.full_clean()
    small.save()
    asked = asked_of(form_of(nurses, patient))
    assert {asked[f"asked_object_{n}"] for n in (1, 2, 3)} < set(ice_set.shipped().objects)


def test_only_what_was_asked_is_kept_as_asked(patient, nurses):
    asked = asked_of(form_of(nurses, patient))
    send(nurses, patient, ice_commands="1", **asked)
    assert NeuroAssessment.objects.get().asked == {"command": asked["asked_command"]}


def test_no_score_and_no_grade_is_shown_before_saving(patient, nurse, nurses):
    a_check(patient, nurse, ice_score=7, is_baseline=True)
    page = nurses.get(f"/patients/{patient.pk}/record/neuro/").content.decode()
    assert "ICE 7" not in page
    assert "ICANS" not in page


def test_the_result_sets_the_score_beside_last_and_baseline(patient, nurse, nurses):
    chart_set(patient, WELL, minutes_ago=300)
    a_check(patient, nurse, minutes_ago=2880, ice_score=10, is_baseline=True)
    a_check(patient, nurse, minutes_ago=240, ice_score=9)
    check = a_check(patient, nurse, minutes_ago=5, ice_score=8, consciousness="alert",
                    seizure="none", motor_weakness=False)  # fmt: skip
    page = nurses.get(f"/patients/{patient.pk}/neuro/{check.pk}/")
    last, baseline = page.context["compared"]
    assert (last["value"], last["change"]) == (9, "1 lower now")
    assert (baseline["value"], baseline["change"]) == (10, "2 lower now")
    words = page.content.decode()
    assert "Recorded values meet ASTCT ICANS grade 1 criteria" in words
    assert "ICE 7 to 9" in words
    assert page.context["next_due_label"] == "By 12:25 (in 25 min)"
    assert "P2" in page.context["alert"]


def test_without_a_baseline_it_says_so(patient, nurse, nurses):
    check = a_check(patient, nurse, ice_score=8)
    page = nurses.get(f"/patients/{patient.pk}/neuro/{check.pk}/")
    assert [row["at"] for row in page.context["compared"]] == ["none recorded", "none recorded"]


@pytest.mark.parametrize(
    ("reason", "headline"),
    [
        ("sedated", "The ASTCT ICANS grade cannot be judged"),
        ("asleep", "The ASTCT ICANS grade cannot be judged"),
        ("unarousable", "Recorded values meet ASTCT ICANS grade 4 criteria"),
    ],
)
def test_a_score_that_was_not_possible_is_said_and_is_never_ten(reason, headline, patient, nurses):
    answer = send(nurses, patient, unable_reason=reason)
    page = nurses.get(answer["Location"])
    assert headline in page.content.decode()
    assert page.context["score"].startswith("Not possible: ")
    assert NeuroAssessment.objects.get().ice_score is None


def test_a_danger_that_the_check_shows_fills_the_screen_with_whom_to_call(patient, nurses):
    answer = send(nurses, patient, **CLEAR | {"seizure": "brief_resolved"}, ice_score="10")
    assert nurses.get(answer["Location"]).context["call_card"]
    Alert.objects.update(state="acknowledged")
    assert nurses.get(answer["Location"]).context["call_card"] is None


@pytest.mark.parametrize(("before_dose", "marked"), [(True, True), (False, False)])
def test_the_first_check_before_the_dose_is_offered_as_the_baseline(
    before_dose, marked, ward, nurse, nurses
):
    patient = a_patient(ward, infused_at=NOW + timedelta(hours=2) if before_dose else NOW)
    assert Infusion.objects.get(patient=patient)
    assert form_of(nurses, patient)["is_baseline"].value() is marked
    a_check(patient, nurse, ice_score=10, is_baseline=True)
    assert form_of(nurses, patient)["is_baseline"].value() is False


def test_the_language_asked_in_last_is_offered_again(patient, nurse, nurses):
    a_check(patient, nurse, minutes_ago=90, ice_score=10, language="Turkish", interpreter=False)
    a_check(patient, nurse, minutes_ago=60, ice_score=10)
    form = form_of(nurses, patient)
    assert (form["language"].value(), form["interpreter"].value()) == ("Turkish", "no")


# --- Children -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "sheets"),
    [
        (date(2014, 3, 11), ["capd"]),  # twelve tomorrow
        (date(2014, 3, 10), ["ice", "capd"]),  # twelve today
        (None, ["ice", "capd"]),
    ],
)
def test_n14_the_sheet_fits_the_age(born, sheets, ward, nurses):
    form = form_of(nurses, a_patient(ward, birth_date=born))
    assert [sheet["name"] for sheet in form.sheets] == sheets
    reasons = dict(form.fields["unable_reason"].choices)
    assert ("developmental_delay" in reasons) is ("ice" in sheets)


def test_the_anchors_are_those_of_the_age_and_kept_when_others_were_judged_by(ward, nurses):
    child = a_patient(ward, birth_date=date(2024, 9, 1))  # 18 months
    page = nurses.get(f"/patients/{child.pk}/record/neuro/")
    assert page.context["form"]["anchors"].value() == "year_1"
    answers = {f"capd_{n}": "always" if n < 5 else "never" for n in range(1, 9)}
    send(nurses, child, **answers, anchors="weeks_28", **CLEAR)
    check = NeuroAssessment.objects.get()
    assert (check.capd_score, check.asked) == (0, {"anchors": "weeks_28"})


def test_a_young_persons_delay_is_judged_by_capd(ward, nurses):
    patient = a_patient(ward, birth_date=date(2010, 1, 1))
    answers = {f"capd_{n}": "sometimes" for n in range(1, 9)}
    answer = send(nurses, patient, **answers, unable_reason="developmental_delay", **CLEAR)
    page = nurses.get(answer["Location"])
    assert (page.context["score"], page.context["of"]) == ("CAPD 16", "of 32")
    assert NeuroAssessment.objects.get().assessments.get().grade == 3


# --- Handwriting --------------------------------------------------------------------------------


def test_the_sentence_is_kept_as_written_and_drawn_as_a_private_image(patient, nurses):
    asked = asked_of(form_of(nurses, patient))
    answer = send(nurses, patient, **ALL_RIGHT, **CLEAR, **asked, handwriting=json.dumps(WRITTEN))
    assert Handwriting.objects.get().strokes == WRITTEN
    image = nurses.get(answer["Location"] + "handwriting.svg")
    assert image["Content-Type"] == "image/svg+xml"
    assert image["Cache-Control"] == "no-store, private"
    assert image["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert image["X-Content-Type-Options"] == "nosniff"
    assert b'd="M10 20L30 40"' in image.content


@pytest.mark.parametrize(
    "written",
    [
        "nonsense",
        "[[1,2,3]]",
        "[[1,361]]",
        "[[1.5,2]]",
        '[["<script>",2]]',
        json.dumps([[1, 1]] * (strokes.MOST_STROKES + 1)),
        json.dumps([[1, 2] * (strokes.MOST_POINTS + 1)]),
        "[[1,2" + " " * strokes.LONGEST_TEXT + "]]",
    ],
)
def test_what_is_no_writing_is_refused_and_nothing_is_stored(written, patient, nurses):
    page = send(nurses, patient, **ALL_RIGHT, **CLEAR, handwriting=written)
    assert page.status_code == 400
    assert "handwriting" in page.context["form"].errors
    assert not NeuroAssessment.objects.exists()


def test_the_last_three_samples_stand_beside_and_the_baseline_is_one_of_them(
    patient, nurse, nurses
):
    first = a_check(patient, nurse, minutes_ago=500, ice_score=10, handwriting=WRITTEN,
                    is_baseline=True)  # fmt: skip
    later = [
        a_check(patient, nurse, minutes_ago=ago, ice_score=10, handwriting=WRITTEN)
        for ago in (400, 300, 200)
    ]
    a_check(patient, nurse, minutes_ago=100, ice_score=10)
    shown = [later[2], later[1], first]
    urls = [f"/patients/{patient.pk}/neuro/{check.pk}/handwriting.svg" for check in shown]
    for where in ("record/neuro/", "course/"):
        context = nurses.get(f"/patients/{patient.pk}/{where}").context
        samples = context["samples"] if "samples" in context else context["neuro"]["samples"]
        assert [sample["url"] for sample in samples] == urls


def test_the_course_lists_the_checks_that_count(patient, nurse, nurses):
    a_check(patient, nurse, minutes_ago=100, ice_score=10, is_baseline=True)
    a_check(patient, nurse, minutes_ago=50, ice_score=6, language="Turkish", interpreter=True)
    rows = nurses.get(f"/patients/{patient.pk}/course/").context["neuro"]["checks"]
    assert [row["score"] for row in rows] == ["ICE 6", "ICE 10"]
    assert [row["is_baseline"] for row in rows] == [False, True]
    assert rows[0]["spoken"] == "Turkish, interpreter"


# --- Correction ---------------------------------------------------------------------------------


def test_a_check_is_shown_as_charted_and_put_right(patient, charge_nurse, signed_in, nurses):
    asked = asked_of(form_of(nurses, patient))
    typed = ALL_RIGHT | {"ice_year": "0"}
    send(nurses, patient, **typed, **CLEAR, **asked, handwriting=json.dumps(WRITTEN),
         language="Turkish", interpreter="no", tremor="yes")  # fmt: skip
    wrong = NeuroAssessment.objects.get()
    client = signed_in(charge_nurse)
    where = f"neuro/{wrong.pk}/correct/"
    form = client.get(f"/patients/{patient.pk}/{where}").context["form"]
    shown = {name: form[name].value() for name in (*typed, *CLEAR, "language", "interpreter",
             "tremor", "taken_at")}  # fmt: skip
    assert shown == typed | CLEAR | {"language": "Turkish", "interpreter": "no", "tremor": "yes",
                                     "taken_at": AT}  # fmt: skip
    assert asked_of(form) == asked
    unexplained = send(client, patient, where, **ALL_RIGHT, **CLEAR)
    assert unexplained.status_code == 400
    answer = send(client, patient, where, **ALL_RIGHT, **CLEAR, **asked, reason="misheard")
    right = NeuroAssessment.objects.latest("pk")
    assert answer["Location"] == f"/patients/{patient.pk}/neuro/{right.pk}/"
    assert (right.supersedes, right.ice_score, right.reason) == (wrong, 10, "misheard")
    assert right.handwriting.strokes == WRITTEN
    old = client.get(f"/patients/{patient.pk}/neuro/{wrong.pk}/")
    assert "no longer counts. Reason: misheard" in old.content.decode()
    assert "correct_url" not in old.context
    assert client.get(f"/patients/{patient.pk}/{where}").status_code == 404


def test_capd_answers_are_shown_as_given(ward, nurse, charge_nurse, signed_in):
    child = a_patient(ward, birth_date=date(2021, 5, 1))
    check = a_check(child, nurse, capd_items=[3, 0, None, 4, 0, 1, 2, 4])
    client = signed_in(charge_nurse)
    form = client.get(f"/patients/{child.pk}/neuro/{check.pk}/correct/").context["form"]
    said = [form[f"capd_{n}"].value() for n in range(1, 9)]
    assert said == ["rarely", "always", None, "never", "never", "rarely", "sometimes", "always"]


def test_a_check_of_nobody_is_withdrawn(patient, nurse, charge_nurse, signed_in):
    check = a_check(patient, nurse, ice_score=6)
    client = signed_in(charge_nurse)
    answer = send(client, patient, f"neuro/{check.pk}/correct/", withdrawn="yes", reason="bed 14")
    assert answer.status_code == 302
    assert not NeuroAssessment.objects.in_force().exists()
    row = NeuroAssessment.objects.latest("pk")
    assert client.get(f"/patients/{patient.pk}/neuro/{row.pk}/").status_code == 404


# --- Nobody else's ------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["", "correct/", "handwriting.svg"])
def test_another_wards_check_is_none(where, elsewhere, patient, nurse, charge_nurse, signed_in):
    check = a_check(elsewhere, nurse, ice_score=6, handwriting=WRITTEN)
    client = signed_in(charge_nurse)
    assert client.get(f"/patients/{elsewhere.pk}/neuro/{check.pk}/{where}").status_code == 404
    # Nor through a patient of one's own.
    assert client.get(f"/patients/{patient.pk}/neuro/{check.pk}/{where}").status_code == 404


def test_a_check_without_writing_has_no_image(patient, nurse, nurses):
    check = a_check(patient, nurse, ice_score=6)
    path = f"/patients/{patient.pk}/neuro/{check.pk}/handwriting.svg"
    assert nurses.get(path).status_code == 404
