"""A rulebook over stored history: the present one repeats what was raised, a changed one shows."""

import json
import random
import uuid
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts import escalation, rulebook, services
from alerts.models import Alert, AlertEvent
from alerts.policy import CATALOG, Rule
from alerts.replay import LEFT_OUT, REPLAYED
from charting import results
from charting.models import PatientState
from charting.neuro import record_neuro_check
from charting.replaying import replay
from charting.results import LabEntry
from staff.models import Role
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    GRADE_3,
    NOW,
    SOFT_GRADE_2,
    WELL,
    a_patient,
    a_person,
    a_ward,
    chart_set,
    give,
)
from vitals.analytes import ANALYTES

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TELLS = ("raised", "worsened", "confirmed", "not_rechecked")
BOOK = rulebook.PATH.read_text(encoding="utf-8")


@pytest.fixture
def ward():
    return a_ward(code="7b")


@pytest.fixture
def patient(ward):
    return a_patient(ward)


def at(minutes):
    return NOW + minutes * MINUTE


def sweep_until(minutes):
    """Let the sweep pass in the very moment that each doubt has waited long enough."""
    doubts = Alert.objects.filter(is_provisional=True, next_step_at__lte=at(minutes))
    while (doubt := doubts.not_closed().order_by("next_step_at").first()) is not None:
        escalation.step_due(doubt.next_step_at)


def chart(patient, values, minutes):
    """Charted the minute it was taken, as the sweep goes on."""
    sweep_until(minutes)
    return chart_set(patient, values, now=at(minutes))


def lab(patient, code, value, minutes):
    known = ANALYTES[code]
    entry = LabEntry(
        uuid.uuid4(), known.loinc[0], known.label, at(minutes), Decimal(str(value)), unit=known.unit
    )
    results.record_lab(
        patient_id=patient.pk, entry=entry, recorded_by=a_person(), now=at(minutes), source="nurse"
    )


def neuro(patient, minutes, **findings):
    record_neuro_check(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        taken_at=at(minutes),
        recorded_by=a_person(),
        now=at(minutes),
        findings=findings,
    )


def really_told(patient):
    """What the door and the sweep told: the rule as it stood, for those that are replayed."""
    told: Counter[tuple[Any, ...]] = Counter()
    rule: dict[int, str] = {}
    rows = AlertEvent.objects.filter(alert__patient=patient, kind__in=TELLS)
    for event in rows.order_by("alert_id", "seq"):
        rule[event.alert_id] = event.detail.get("rule", rule.get(event.alert_id))
        if rule[event.alert_id] in REPLAYED:
            row = (event.at, event.kind, rule[event.alert_id], event.detail["severity"])
            told[row] += 1
    return told


def would_be_told(patient, book=None, *, now):
    state = PatientState.objects.select_related("patient", "ward").get(pk=patient.pk)
    (alerts,) = replay(state, books=(book or rulebook.current(),), now=now).alerts
    return Counter(
        (event.at, str(event.kind), event.rule, event.severity)
        for events in alerts
        for event in events
    )


def changed(**numbers):
    """The present rulebook with other numbers, as text."""
    text = BOOK
    for old, new in numbers.values():
        assert old in text
        text = text.replace(old, new, 1)
    return text


FASTER = {"a11": ("adult_from_per_minute: 25", "adult_from_per_minute: 20")}


@pytest.fixture
def run(tmp_path):
    def run_it(text, *options, now=NOW + 72 * HOUR):
        file = tmp_path / "rules.yaml"
        file.write_text(text, encoding="utf-8")
        out, err = StringIO(), StringIO()
        with time_machine.travel(now, tick=False):
            call_command("replay_rules", "--rules", str(file), *options, stdout=out, stderr=err)
        return out.getvalue(), err.getvalue()

    return run_it


def a_course(patient):
    """Fever, a doubt that silence confirms, treatment, organ trouble, and the way out."""
    chart(patient, WELL, 0)
    chart(patient, FEVER, 60)
    chart(patient, SOFT_GRADE_2, 120)  # one reading near the limit; nobody measures again
    chart(patient, WELL | {"temperature_celsius": Decimal("38.4")}, 180)
    for minutes, value in ((185, 60), (200, 130), (1000, 250), (2000, 100), (2600, 60)):
        lab(patient, "crp", value, minutes)
    give(patient, "tocilizumab", minutes_ago=0, now=at(210))
    chart(patient, GRADE_2, 240)
    chart(patient, GRADE_3, 300)
    give(patient, "tocilizumab", minutes_ago=0, now=at(310))
    give(patient, "tocilizumab", minutes_ago=0, now=at(320))
    neuro(patient, 330, ice_score=10, is_baseline=True)
    neuro(patient, 400, ice_score=8)
    neuro(patient, 460, ice_score=5)
    lab(patient, "lactate", Decimal("2.5"), 470)
    lab(patient, "lactate", Decimal("4.5"), 500)
    alert = Alert.objects.not_closed().get(patient=patient, family="crs_grade")
    services.close(alert, reason="Being treated", at=at(510), by=a_person(Role.CHARGE_NURSE))
    chart(patient, WELL | {"worried": True}, 560)
    for minutes in range(620, 2400, 120):
        chart(patient, WELL, minutes)
    chart(patient, FEVER, 2460)  # comes back


def test_the_present_rulebook_repeats_what_was_really_raised(patient):
    a_course(patient)
    told = really_told(patient)
    assert {rule for _, _, rule, _ in told} >= {"A01", "A03", "A04", "A20", "A23", "A17", "A25"}
    assert {kind for _, kind, _, _ in told} >= {"raised", "worsened", "not_rechecked"}
    assert would_be_told(patient, now=at(2700)) == told


VALUES = {
    "temperature_celsius": [Decimal(each) for each in ("35.8", "36.8", "37.6", "38.3", "39.6")],
    "heart_rate_bpm": [80, 118, 135],
    "respirations_per_minute": [16, 24, 28],
    "systolic_mmhg": [120, 98, 88, 84, 76],
    "spo2_percent": [Decimal(each) for each in (98, 93, 88, 84)],
    "oxygen_device": ["room_air", "room_air", "nasal_cannula", "non_rebreather"],
    "vasopressors": [[], [], [], ["norepinephrine"]],
    "consciousness": ["alert", "alert", "alert", "voice"],
    "worried": [None, None, None, True],
}


@pytest.mark.parametrize("seed", range(6))
def test_it_repeats_any_course(seed, patient):
    chance = random.Random(seed)
    minutes, ill = 0, 0.3
    for _ in range(40):
        minutes += chance.choice((4, 7, 12, 30, 60, 240))
        ill = chance.choice((ill, ill, 0.0, 0.15, 0.6))
        values = {
            name: chance.choice(known) if chance.random() < ill else WELL.get(name)
            for name, known in VALUES.items()
        }
        left_out = chance.choice((*VALUES, "", "", "", ""))
        chart(
            patient,
            {k: v for k, v in values.items() if v is not None and k != left_out},
            minutes,
        )
    sweep_until(minutes + 60)
    told = really_told(patient)
    assert told
    assert would_be_told(patient, now=at(minutes + 60)) == told


def test_a_corrected_set_counts_as_it_was_corrected(patient):
    from charting import chart as door
    from tests.factories.ward import an_entry

    wrong = chart_set(patient, GRADE_3)
    door.correct_observations(
        wrong_id=wrong.observations.pk,
        entry=an_entry(WELL, taken_at=NOW),
        corrected_by=a_person(),
        reason="another patient's",
        now=at(1),
    )
    assert really_told(patient)
    assert not would_be_told(patient, now=at(60))


def test_every_rule_is_replayed_or_left_out_with_a_reason():
    left_out = [rule for rules in LEFT_OUT.values() for rule in rules]
    implemented = {rule for rule in Rule if CATALOG[rule].implemented}
    assert set(left_out) | REPLAYED == implemented
    assert len(left_out) + len(REPLAYED) == len(implemented)


def test_the_same_rulebook_makes_no_difference(patient, run):
    a_course(patient)
    out, err = run(BOOK)
    assert "0 patients differ; nothing was written or sent" in out.splitlines()[-1]
    assert f"\npatient {patient.pk}" not in out
    assert "patient 1 of 1" in err
    assert json.loads(run(BOOK, "--json")[0])["differences"] == []


def test_a_lower_limit_shows_more_and_for_whom(patient, ward, run):
    same = a_patient(ward)
    chart_set(same, WELL)
    chart_set(patient, WELL | {"respirations_per_minute": 22})
    chart_set(patient, WELL | {"respirations_per_minute": 22}, now=at(30))
    document = json.loads(run(changed(**FASTER), "--json")[0])
    (rule,) = document["rules"]
    assert (rule["rule"], rule["fired"], rule["interruptive"]) == ("A11", [0, 1], [0, 1])
    (difference,) = document["differences"]
    assert difference["patient"] == patient.pk
    assert (len(difference["gone"]), len(difference["added"])) == (0, 1)
    out, _ = run(changed(**FASTER))
    assert "A11" in out
    assert "0 -> 1 (+1)" in out
    assert patient.mrn not in out
    assert patient.family_name not in out


def test_a_higher_limit_shows_less(patient, run):
    chart_set(patient, WELL | {"respirations_per_minute": 26})
    chart_set(patient, WELL | {"respirations_per_minute": 26}, now=at(30))
    slower = {"a11": ("adult_from_per_minute: 25", "adult_from_per_minute: 30")}
    (difference,) = json.loads(run(changed(**slower), "--json")[0])["differences"]
    assert (len(difference["gone"]), len(difference["added"])) == (1, 0)


def test_every_limit_is_that_of_the_rulebook_asked(patient):
    neuro(patient, -30, ice_score=8)
    lab(patient, "platelets", 30, 0)
    low = {"a23": ("platelets_below: 20", "platelets_below: 40")}
    before = would_be_told(patient, now=at(60))
    after = would_be_told(patient, rulebook.load(changed(**low)), now=at(60))
    assert list(after - before) == [(NOW, "raised", "A23", "P1")]


def test_it_only_reads(patient, run):
    a_course(patient)
    before = [model.objects.count() for model in (Alert, AlertEvent)]
    with CaptureQueriesContext(connection) as queries:
        run(changed(**FASTER))
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}
    assert not [query for query in queries if "FOR UPDATE" in query["sql"]]
    assert [model.objects.count() for model in (Alert, AlertEvent)] == before


def test_alerts_from_before_the_day_asked_for_are_not_counted(patient, run):
    chart_set(patient, FEVER)
    chart_set(patient, WELL, now=at(60))
    assert json.loads(run(BOOK, "--json", "--since", "2026-03-10")[0])["rules"]
    assert json.loads(run(BOOK, "--json", "--since", "2026-03-11")[0])["rules"] == []


def test_a_ward_shows_its_own_patients(patient, ward, run):
    elsewhere = a_patient(a_ward(code="9c"))
    for each in (patient, elsewhere):
        chart_set(each, FEVER)
    assert json.loads(run(BOOK, "--json")[0])["patients"] == 2
    assert json.loads(run(BOOK, "--json", "--ward", "9c")[0])["patients"] == 1


def test_what_is_not_replayed_is_said(patient, run):
    chart_set(patient, FEVER)
    out, _ = run(BOOK)
    for rule in ("A06", "A29", "A39", "A40", "A45"):
        assert rule in out
    steps = {"steps": ("systolic_mmhg: 10", "systolic_mmhg: 15")}
    assert "own steps" not in out
    assert "own steps" in run(changed(**steps))[0]


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("rules: {}", (), "is no rulebook"),
        (BOOK, ("--ward", "none"), "There is no ward “none”"),
        (BOOK, ("--since", "soon"), "is no day"),
    ],
)
def test_what_cannot_be_replayed_is_refused_in_words(text, options, words, db, run):
    with pytest.raises(CommandError, match=words):
        run(text, *options)


def test_a_missing_file_is_refused_in_words(db):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("replay_rules", "--rules", "no-such-file.yaml")
