"""What came of a set: the grade in words, why, what is missing, what is next, who is told."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories.ward import FEVER, GRADE_2, GRADE_3, NOW, WELL, chart_set, give

pytestmark = pytest.mark.django_db


def result(client, charted):
    patient = charted.observations.patient_id
    return client.get(f"/patients/{patient}/sets/{charted.observations.pk}/")


@pytest.mark.parametrize(
    ("values", "headline"),
    [
        (WELL, "Recorded values meet no ASTCT CRS grade criteria"),
        (FEVER, "Recorded values meet ASTCT grade 1 criteria"),
        (GRADE_2, "Recorded values meet ASTCT grade 2 criteria"),
        (
            {k: v for k, v in GRADE_2.items() if k != "oxygen_device"},
            "Recorded values meet at least ASTCT grade 2 criteria: oxygen device not recorded",
        ),
        (
            {"heart_rate_bpm": 90},
            "The ASTCT grade cannot be judged: ",
        ),
    ],
)
def test_the_headline_speaks_of_recorded_values(values, headline, patient, nurses):
    page = result(nurses, chart_set(patient, values))
    assert page.context["headline"].startswith(headline)
    assert "has grade" not in page.content.decode()


def test_every_input_stands_with_its_time_and_whether_it_was_carried(patient, nurses):
    chart_set(patient, GRADE_2, minutes_ago=30)
    page = result(nurses, chart_set(patient, {"heart_rate_bpm": 99}))
    evidence = {row["label"]: row for row in page.context["evidence"]}
    assert evidence["Temperature"] == {
        "label": "Temperature", "value": "38.6 °C", "at_label": "11:30", "carried": True
    }  # fmt: skip
    assert evidence["Running vasopressors"]["value"] == "none running"
    assert page.context["because"][0]["words"]


def test_what_is_missing_is_named_in_the_wards_words(patient, nurses):
    page = result(nurses, chart_set(patient, {"temperature_celsius": FEVER["temperature_celsius"]}))
    missing = page.context["missing"]
    assert "oxygen device" in missing
    assert not any("_" in words for words in missing)


def test_the_page_names_the_rules_and_the_next_set(patient, nurses):
    page = result(nurses, chart_set(patient, GRADE_2))
    assert page.context["ruleset"].startswith("astct-crs")
    assert page.context["next_due_label"] == "By 12:15"
    assert page.context["changed"] == "first set"


def test_a_change_says_what_the_grade_was(patient, nurses):
    chart_set(patient, FEVER, minutes_ago=30)
    assert result(nurses, chart_set(patient, GRADE_2)).context["changed"] == (
        "was grade 1 at the set before"
    )


def test_a_late_entry_does_not_speak_for_the_next_set(patient, nurses):
    chart_set(patient, WELL)
    page = result(nurses, chart_set(patient, WELL, minutes_ago=60))
    assert page.context["next_due_label"] == "A later set decides when the next one is due."


def test_who_is_told_is_named_with_what_became_of_the_message(patient, charge_nurse, nurses):
    page = result(nurses, chart_set(patient, GRADE_3))
    assert page.context["told"] == [f"{charge_nurse.display_name()}, P1 by e-mail: not sent yet"]


def test_a_quiet_set_calls_nobody(patient, nurses):
    page = result(nurses, chart_set(patient, WELL))
    assert page.context["call_card"] is None
    assert page.context["told"] == []
    assert page.context["nobody_words"] == "Nobody: no alert stands for this patient."


def test_an_alert_with_nobody_to_tell_says_to_call(patient, nurses):
    page = result(nurses, chart_set(patient, GRADE_3))
    assert page.context["told"] == []
    assert "call" in page.context["nobody_words"]


def test_a_set_calls_only_for_the_danger_that_it_showed_itself(patient, nurses):
    danger = chart_set(patient, GRADE_2, minutes_ago=60, now=NOW)
    later = chart_set(patient, WELL, now=NOW + timedelta(minutes=1))
    assert result(nurses, danger).context["call_card"] is not None
    assert result(nurses, later).context["call_card"] is None


def test_the_page_costs_the_same_however_much_happened(
    patient, nurses, charge_nurse, django_assert_num_queries
):
    for minutes in range(60, 0, -5):
        charted = chart_set(patient, GRADE_2, minutes_ago=minutes)
    result(nurses, charted)
    with django_assert_num_queries(18):
        result(nurses, charted)


@pytest.mark.parametrize(("minutes", "is_said"), [(5, True), (5.1, False)])
def test_two_sets_within_five_minutes_name_each_other(patient, nurses, minutes, is_said):
    first = chart_set(patient, WELL, minutes_ago=30)
    second = chart_set(patient, WELL, minutes_ago=30 - minutes)
    for each in (first, second):
        flags = " ".join(result(nurses, each).context["flags"])
        assert ("Another set within 5 minutes" in flags) is is_said


def test_the_other_scales_stand_in_a_closed_panel(patient, nurses):
    page = result(nurses, chart_set(patient, GRADE_3))
    panel = {row["title"]: row for row in page.context["other_scales"]}
    assert set(panel) == {
        "Lee 2014, cytokine release syndrome",
        "Penn, cytokine release syndrome",
        "CTCAE v5.0, cytokine release syndrome",
        "CARTOX 2018, cytokine release syndrome in adults",
        "MSKCC, cytokine release syndrome",
        "NEWS2, Royal College of Physicians 2017",
    }
    ctcae = panel["CTCAE v5.0, cytokine release syndrome"]
    assert (ctcae["grade"]["value"], ctcae["words"]) == (3, "Recorded values meet grade 3")
    lee = panel["Lee 2014, cytokine release syndrome"]
    assert (lee["grade"]["short"], lee["words"]) == (
        "≥2",
        "Recorded values meet grade 2 at least",
    )
    assert "whether the vasopressor dose is high" in lee["missing"]
    assert '<details class="card scales">' in page.content.decode()


def test_o12_ctcae_and_lee_stand_beside_astct_only_on_request_and_each_labeled(patient, nurses):
    page = result(nurses, chart_set(patient, GRADE_3))
    before, _, panel = page.content.decode().partition('<details class="card scales">')
    panel, _, after = panel.partition("</details>")
    for title in ("Lee 2014", "CTCAE v5.0"):
        assert title not in before + after  # closed, and nowhere else on the page
        assert re.search(rf'aria-label="{title}[^"]*Grade|aria-label="{title}[^"]*grade', panel)
    assert re.findall(r"<h3>(.*?)</h3>", panel)[0] == "ASTCT 2019, the grade of this page"
    rulesets = re.findall(r"Rules: ([\w.+=/-]+)", panel)
    assert len(rulesets) == len(set(rulesets)) == len(page.context["other_scales"]) + 1
    assert "grades of different scales are not comparable" in panel
    # Where a link to #scales leads: inside, so that following it is the request that opens it.
    assert 'id="scales"' in panel


def test_no_reason_shows_a_number_without_an_end(patient, nurses):
    give(patient, "norepinephrine", minutes_ago=430, dose_value=Decimal(14),
         dose_unit="ug/min")  # fmt: skip
    page = result(nurses, chart_set(patient, GRADE_3))
    told = " ".join(why for row in page.context["other_scales"] for why in row["because"])
    assert "7.16 h" in told
    assert not re.search(r"\d\.\d{3}", told)


def test_o12_the_timeline_leads_to_the_other_scales_and_shows_none(patient, nurses):
    newest = chart_set(patient, GRADE_3)
    page = nurses.get(f"/patients/{patient.pk}/timeline/").content.decode()
    assert f"/patients/{patient.pk}/sets/{newest.observations.pk}/#scales" in page
    assert "Lee 2014" not in page
    assert "CTCAE v5.0, cytokine" not in page


def test_a_score_shows_its_total_or_how_far_it_is_known(patient, nurses):
    def news2(values):
        page = result(nurses, chart_set(patient, values))
        return next(row for row in page.context["other_scales"] if "NEWS2" in row["title"])

    whole = news2(FEVER)
    assert (whole["grade"], whole["short"]) == (None, "1")
    assert whole["words"] == "Recorded values meet a total of 1"
    part = news2({"heart_rate_bpm": 140})
    assert (part["short"], part["words"]) == ("≥3 ?", "Recorded values meet a total of 3 at least")
    assert "consciousness" in part["missing"]
    assert not any("_" in words for words in part["missing"])


def test_a_set_of_one_scale_has_no_panel(patient, nurses, settings):
    settings.CRS_SCALES = ("astct-crs",)
    assert result(nurses, chart_set(patient, FEVER)).context["other_scales"] == []
