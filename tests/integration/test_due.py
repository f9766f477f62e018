"""What is due next of each kind, what puts it off, and what is told when nobody comes."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from alerts.models import Alert, DueSet, ScheduleOrder
from alerts.overdue import raise_overdue
from charting import orders, results
from charting.entry import EntryRefusedError
from charting.results import LabEntry
from patients.models import Patient
from staff.models import Role
from tests.factories.ward import (
    FEVER,
    GRADE_2,
    GRADE_3,
    NOW,
    WELL,
    a_patient,
    a_person,
    a_ward,
    chart_set,
)

pytestmark = pytest.mark.django_db
WARM = WELL | {"temperature_celsius": Decimal("37.6")}


def due_of(patient: Patient) -> DueSet:
    return DueSet.objects.get(pk=patient.pk)


def minutes_to_next(patient, taken_at=NOW):
    return (due_of(patient).due_at - taken_at) / timedelta(minutes=1)


def minutes(count):
    return timedelta(minutes=count)


def check_neuro(patient, *, at=NOW, **findings):
    from charting.neuro import record_neuro_check

    return record_neuro_check(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        taken_at=at,
        recorded_by=a_person(),
        now=at,
        findings=findings,
    )


def sample(patient, *, at=NOW):
    entry = LabEntry(uuid.uuid4(), "1988-5", "CRP", at, value=Decimal(5), unit="mg/L")
    return results.record_lab(
        patient_id=patient.pk, entry=entry, recorded_by=a_person(), now=at, source="nurse"
    )


def pause(patient, *, back_in=30, now=NOW, **more):
    defaults = {"why": "imaging", "accompanied_by": "porter", "client_id": uuid.uuid4()}
    return orders.go_off_ward(
        patient_id=patient.pk,
        back_at=now + minutes(back_in),
        recorded_by=a_person(),
        now=now,
        **defaults | more,
    )


def refusals(call):
    with pytest.raises(EntryRefusedError) as refused:
        call()
    return [(error.field, error.message) for error in refused.value.errors]


def test_a_new_fever_is_followed_in_30_minutes_and_then_hourly_four_times():
    patient = a_patient(a_ward())
    waits, at = [], NOW
    for _ in range(7):
        chart_set(patient, FEVER, now=at)
        waits.append(minutes_to_next(patient, at))
        at = due_of(patient).due_at
    assert waits == [30, 60, 60, 60, 60, 120, 120]


def test_grade_2_is_seen_every_quarter_hour_until_two_sets_were_no_worse():
    patient = a_patient(a_ward())
    waits, at = [], NOW
    for values in (GRADE_2, GRADE_2, GRADE_2, GRADE_2, GRADE_3):
        chart_set(patient, values, now=at)
        waits.append(minutes_to_next(patient, at))
        at = due_of(patient).due_at
    assert waits == [15, 15, 60, 60, 15]


def test_a_grade_that_fell_keeps_its_interval_for_six_hours():
    patient = a_patient(a_ward())
    for at in (NOW, NOW + minutes(15), NOW + minutes(30)):
        chart_set(patient, GRADE_2, now=at)
    fell = NOW + minutes(90)
    chart_set(patient, FEVER, now=fell)
    assert minutes_to_next(patient, fell) == 60
    assert due_of(patient).held_until == fell + timedelta(hours=6)
    later = fell + timedelta(hours=6)
    chart_set(patient, FEVER, now=later)
    assert minutes_to_next(patient, later) == 120


def test_a_partial_set_counts_for_no_sequence():
    patient = a_patient(a_ward())
    chart_set(patient, FEVER)
    chart_set(patient, {"heart_rate_bpm": 90}, now=NOW + minutes(10))
    assert due_of(patient).due_at == NOW + minutes(30)
    assert due_of(patient).sets_at_grade == 1


FEVER_ALONE = {"temperature_celsius": Decimal("39.0"), "heart_rate_bpm": 118}


def test_a_partial_set_with_a_worse_grade_puts_off_no_set_that_was_due_before():
    patient = a_patient(a_ward())
    chart_set(patient, WELL, minutes_ago=260)
    chart_set(patient, FEVER_ALONE)
    assert due_of(patient).due_at == NOW - minutes(20)
    assert due_of(patient).overdue_at == NOW + minutes(10)
    assert raise_overdue(now=NOW + minutes(10)) == 0
    assert raise_overdue(now=NOW + minutes(11)) == 1


def test_a_partial_set_with_a_worse_grade_brings_a_set_forward_that_was_due_later():
    patient = a_patient(a_ward())
    chart_set(patient, WELL, minutes_ago=60)
    chart_set(patient, FEVER_ALONE)
    assert minutes_to_next(patient) == 30
    assert raise_overdue(now=NOW + minutes(38)) == 1


def test_a_fever_entered_late_brings_the_next_set_forward():
    patient = a_patient(a_ward())
    unmeasured = {name: value for name, value in WELL.items() if name != "temperature_celsius"}
    chart_set(patient, unmeasured)
    assert minutes_to_next(patient) == 240
    chart_set(patient, FEVER, minutes_ago=30)
    assert (due_of(patient).at_least, minutes_to_next(patient)) == (1, 30)


def test_a_late_set_that_changes_no_grade_moves_no_due_time():
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    planned = due_of(patient).due_at
    chart_set(patient, WELL, minutes_ago=30)
    assert due_of(patient).due_at == planned


def test_what_was_told_overdue_is_told_missed_in_its_time_although_a_partial_set_came():
    patient = a_patient(a_ward())
    chart_set(patient, WELL, minutes_ago=470)
    assert raise_overdue(now=NOW - minutes(190)) == 1
    missed_at = due_of(patient).missed_at
    assert missed_at == NOW + minutes(10)
    chart_set(patient, FEVER_ALONE)
    assert (due_of(patient).told_step, due_of(patient).missed_at) == (1, missed_at)
    assert raise_overdue(now=NOW + minutes(11)) == 1
    assert due_of(patient).told_step == 2


def test_when_all_was_told_a_partial_set_with_a_worse_grade_starts_the_telling_anew():
    patient = a_patient(a_ward())
    chart_set(patient, WELL, minutes_ago=500)
    assert raise_overdue(now=NOW - minutes(10)) == 1
    assert raise_overdue(now=NOW - minutes(5)) == 0
    assert due_of(patient).told_step == 2
    chart_set(patient, FEVER_ALONE)
    assert due_of(patient).due_at == NOW - minutes(260)  # still shown as missed
    assert due_of(patient).told_step == 0
    raise_overdue(now=NOW + minutes(37))  # the neuro check that is late as well
    assert due_of(patient).told_step == 0
    raise_overdue(now=NOW + minutes(38))
    assert due_of(patient).told_step == 1


def test_a_rising_temperature_below_fever_is_checked_again_within_the_hour():
    patient = a_patient(a_ward())
    chart_set(patient, WELL, minutes_ago=240)
    chart_set(patient, WARM)
    assert minutes_to_next(patient) == 60
    chart_set(patient, WARM, now=NOW + minutes(60))
    assert due_of(patient).interval_minutes == 60  # it rose 0.8 in eight hours, still


@pytest.mark.parametrize(
    ("earlier", "minutes_ago", "wait"),
    [("37.1", 240, 60), ("37.2", 240, 240), ("37.1", 480, 60), ("37.1", 481, 240)],
)
def test_the_rise_is_half_a_degree_within_eight_hours(earlier, minutes_ago, wait):
    patient = a_patient(a_ward())
    chart_set(patient, WELL | {"temperature_celsius": Decimal(earlier)}, minutes_ago=minutes_ago)
    chart_set(patient, WARM)
    assert minutes_to_next(patient) == wait


def test_a_worried_nurse_looks_again_within_the_hour_and_three_times_two_hourly():
    patient = a_patient(a_ward())
    waits, at = [], NOW
    for values in (WELL | {"worried": True}, WELL, WELL, WELL, WELL):
        chart_set(patient, values, now=at)
        waits.append(minutes_to_next(patient, at))
        at = due_of(patient).due_at
    assert waits == [60, 120, 120, 120, 240]


def test_a_neuro_check_never_done_is_due_from_the_first_set_on_and_not_put_off_by_others():
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    chart_set(patient, WELL, now=NOW + minutes(240))
    assert due_of(patient).neuro_due_at == NOW + minutes(480)


def test_a_new_drop_in_the_neuro_score_is_followed_every_half_hour_four_times():
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    check_neuro(patient, ice_score=10, consciousness="alert", seizure="none", motor_weakness=False)
    assert due_of(patient).neuro_interval_minutes == 480
    waits, at = [], NOW + minutes(60)
    for _ in range(6):
        check_neuro(
            patient, at=at, ice_score=8, consciousness="alert", seizure="none",
            motor_weakness=False,
        )  # fmt: skip
        waits.append(due_of(patient).neuro_interval_minutes)
        at = due_of(patient).neuro_due_at
    assert waits == [30, 30, 30, 30, 240, 240]


def test_a_worse_grade_brings_the_neuro_check_forward():
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    check_neuro(patient, ice_score=10, consciousness="alert", seizure="none", motor_weakness=False)
    chart_set(patient, GRADE_3, now=NOW + minutes(60))
    assert due_of(patient).neuro_due_at == NOW + minutes(120)


def test_labs_are_due_a_day_after_the_sample_and_twice_a_day_at_grade_2():
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    sample(patient)
    assert due_of(patient).labs_due_at == NOW + timedelta(hours=24)
    chart_set(patient, GRADE_2, now=NOW + minutes(60))
    assert due_of(patient).labs_due_at == NOW + timedelta(hours=12)


def test_a_missed_set_is_told_twice_and_a_sweep_again_says_nothing():
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    late = NOW + minutes(240 + 30)
    assert raise_overdue(now=late) == 0
    assert raise_overdue(now=late + timedelta(seconds=1)) == 1
    assert raise_overdue(now=late + timedelta(seconds=1)) == 0
    alert = Alert.objects.get(family="obs_overdue")
    assert (alert.rule, alert.severity) == ("A29", "P3")
    assert raise_overdue(now=NOW + minutes(481)) == 1
    alert.refresh_from_db()
    assert (alert.rule, alert.severity) == ("A29", "P2")


def test_an_overdue_neuro_check_is_told_once_and_ends_with_the_check():
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    chart_set(patient, WELL, now=NOW + minutes(240))
    chart_set(patient, WELL, now=NOW + minutes(480))
    assert raise_overdue(now=NOW + minutes(510)) == 0
    late = NOW + minutes(511)
    assert raise_overdue(now=late) == 1
    assert raise_overdue(now=late) == 0
    alert = Alert.objects.get(family="obs_overdue")
    assert (alert.rule, alert.severity) == ("A30", "P3")
    check_neuro(
        patient, at=late, ice_score=10, consciousness="alert", seizure="none",
        motor_weakness=False,
    )  # fmt: skip
    alert.refresh_from_db()
    assert alert.state == "closed"


def test_labs_do_not_end_the_alert_for_a_neuro_check_that_is_still_late():
    patient = a_patient(a_ward())
    for hours in (0, 4, 8):
        chart_set(patient, WELL, now=NOW + timedelta(hours=hours))
    late = NOW + minutes(511)
    raise_overdue(now=late)
    chart_set(patient, WELL, now=late)
    sample(patient, at=late)
    assert Alert.objects.get(family="obs_overdue").state == "open"
    check_neuro(
        patient, at=late, ice_score=10, consciousness="alert", seizure="none",
        motor_weakness=False,
    )  # fmt: skip
    assert Alert.objects.get(family="obs_overdue").state == "closed"


def test_nothing_is_overdue_while_the_patient_is_off_the_ward_and_a_late_return_is_told():
    patient = a_patient(a_ward())
    chart_set(patient, FEVER)  # due in 30 minutes, overdue after 37.5
    pause(patient, back_in=60)
    assert raise_overdue(now=NOW + minutes(59)) == 0
    assert raise_overdue(now=NOW + minutes(61)) == 1
    alert = Alert.objects.get(family="obs_overdue")
    assert (alert.rule, alert.severity) == ("A32", "P2")
    assert raise_overdue(now=NOW + minutes(62)) == 1  # and the set itself is missed by now


def test_a_full_set_says_that_the_patient_is_back():
    patient = a_patient(a_ward())
    chart_set(patient, FEVER)
    pause(patient, back_in=60)
    chart_set(patient, FEVER, now=NOW + minutes(40))
    assert due_of(patient).paused_until is None
    assert raise_overdue(now=NOW + minutes(61)) == 0


def test_a_pause_ended_early_lets_the_schedule_go_on():
    patient = a_patient(a_ward())
    chart_set(patient, FEVER)
    order = pause(patient, back_in=60)
    assert [row.pk for row in orders.standing(patient.pk, now=NOW)] == [order.pk]
    orders.come_back(
        order=order, client_id=uuid.uuid4(), recorded_by=a_person(), now=NOW + minutes(20)
    )
    assert orders.standing(patient.pk, now=NOW) == []
    assert raise_overdue(now=NOW + minutes(38)) == 1


def test_a_pause_is_bounded_by_the_grade_and_says_who_is_with_the_patient():
    patient = a_patient(a_ward())
    chart_set(patient, FEVER)
    tolerance = 6
    assert refusals(lambda: pause(patient, back_in=60 + tolerance)) == [
        ("back_at", "must be within 60 minutes")
    ]
    assert refusals(lambda: pause(patient, back_in=0)) == [("back_at", "must be in the future")]
    fields = [field for field, _ in refusals(lambda: pause(patient, why="x", accompanied_by=" "))]
    assert fields == ["why", "accompanied_by"]
    well = a_patient(a_ward())
    chart_set(well, WELL)
    pause(well, back_in=120)
    assert ScheduleOrder.objects.count() == 1


def test_the_same_order_sent_again_is_kept_once():
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    key = uuid.uuid4()
    assert pause(patient, client_id=key) == pause(patient, client_id=key)
    assert ScheduleOrder.objects.count() == 1


def test_an_order_without_any_set_is_refused():
    assert [field for field, _ in refusals(lambda: pause(a_patient(a_ward())))] == ["patient"]


def order_interval(patient, *, every, hours=12, now=NOW):
    return orders.order_interval(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        minutes=every,
        until=now + timedelta(hours=hours),
        why="pre-medication",
        ordered_by=a_person(Role.ONCOLOGIST),
        now=now,
    )


def test_an_order_shortens_the_interval_at_once_and_until_it_ends():
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    order_interval(patient, every=60, hours=2)
    assert minutes_to_next(patient) == 60
    chart_set(patient, WELL, now=NOW + minutes(60))
    assert minutes_to_next(patient, NOW + minutes(60)) == 60
    chart_set(patient, WELL, now=NOW + minutes(120))
    assert minutes_to_next(patient, NOW + minutes(120)) == 240


def test_an_order_stretches_the_interval_to_the_ceiling_and_not_beyond_its_end():
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    assert refusals(lambda: order_interval(patient, every=361)) == [
        ("minutes", "must be 5 to 360 minutes at grade 0")
    ]
    assert refusals(lambda: order_interval(patient, every=300, hours=25)) == [
        ("until", "must be within 1440 minutes")
    ]
    order_interval(patient, every=360, hours=5)
    assert minutes_to_next(patient) == 300  # the order ends then, and the schedule goes on


def test_a_worse_grade_overrides_an_order_that_stretched():
    patient = a_patient(a_ward())
    chart_set(patient, WELL)
    order_interval(patient, every=360)
    chart_set(patient, GRADE_2, now=NOW + minutes(30))
    assert due_of(patient).interval_minutes <= 120


EVENING = datetime(2026, 3, 10, 21, 30, tzinfo=UTC)


def asleep(patient, *, now=EVENING):
    return orders.let_sleep(
        patient_id=patient.pk,
        client_id=uuid.uuid4(),
        signed_by=a_person(Role.CHARGE_NURSE),
        now=now,
    )


def a_well_patient(*, infused_days_ago=20, ice=(10, 10)):
    patient = a_patient(a_ward(), infused_at=NOW - timedelta(days=infused_days_ago))
    for hours in (30, 18, 8, 2):
        chart_set(patient, WELL, now=EVENING - timedelta(hours=hours))
    sample(patient, at=EVENING - timedelta(hours=8))
    for hours, score in zip((20, 8), ice, strict=True):
        check_neuro(
            patient, at=EVENING - timedelta(hours=hours), ice_score=score,
            consciousness="alert", seizure="none", motor_weakness=False,
        )  # fmt: skip
    return patient


def test_a_well_patient_out_of_the_window_may_sleep_until_six():
    patient = a_well_patient()
    order = asleep(patient)
    assert order.ends_at == datetime(2026, 3, 11, 6, 0, tzinfo=UTC)
    assert order.starts_at == datetime(2026, 3, 10, 23, 0, tzinfo=UTC)
    overdue = due_of(patient).overdue_at
    assert datetime(2026, 3, 11, 1, 0, tzinfo=UTC) < overdue < order.ends_at
    assert raise_overdue(now=order.ends_at - minutes(1)) == 0
    assert raise_overdue(now=order.ends_at + minutes(1)) == 1


def test_sleep_hides_nothing_that_is_late_before_the_night_begins():
    patient = a_well_patient()
    asleep(patient)
    DueSet.objects.filter(pk=patient.pk).update(overdue_at=EVENING + minutes(30))
    assert due_of(patient).next_look() == EVENING + minutes(30)


@pytest.mark.parametrize(
    ("patient", "words"),
    [
        ({"infused_days_ago": 5}, "the high-risk window is open"),
        ({"ice": (10, 9)}, "the last two neuro checks were not ICE 10 or the baseline"),
    ],
)
def test_sleep_is_refused_with_its_reason(patient, words):
    sleeper = a_well_patient(**patient)
    assert words in [message for _, message in refusals(lambda: asleep(sleeper))]
    assert not ScheduleOrder.objects.exists()


def test_a_patient_whose_grade_was_not_known_is_not_left_to_sleep():
    patient = a_well_patient()
    chart_set(patient, {"heart_rate_bpm": 80}, now=EVENING - minutes(210))  # no temperature for 4 h
    assert "the grade was not known to be 0 for 24 h" in [
        message for _, message in refusals(lambda: asleep(patient))
    ]


def test_a_fever_in_the_night_ends_the_sleep():
    patient = a_well_patient()
    asleep(patient)
    chart_set(patient, FEVER, now=EVENING + timedelta(hours=4))
    assert due_of(patient).sleep_until is None


def test_the_page_shows_each_kind_and_takes_orders_by_role(client):
    ward = a_ward()
    patient = a_patient(ward)
    path = f"/patients/{patient.pk}/schedule/"
    client.force_login(a_person(Role.NURSE, ward))
    assert "No set has been charted" in client.get(path).content.decode()
    now = datetime.now(tz=UTC)
    chart_set(patient, FEVER, now=now)
    page = client.get(path).content.decode()
    assert all(words in page for words in ("Set of observations", "Neuro check", "every 30 min"))
    assert "Another interval" not in page
    pause_now = {
        "client_id": str(uuid.uuid4()), "order": "pause", "why": "imaging", "minutes": "30",
        "accompanied_by": "Porter",
    }  # fmt: skip
    assert client.post(path, pause_now | {"minutes": "120"}).status_code == 400
    assert (
        "Off the ward: imaging, with Porter"
        in client.post(path, pause_now, follow=True).content.decode()
    )
    back = {"client_id": str(uuid.uuid4()), "order": "return"}
    back |= {"id": str(ScheduleOrder.objects.get().pk)}
    assert "The schedule follows the grade" in client.post(path, back, follow=True).content.decode()
    assert client.post(path, pause_now | {"order": "sleep"}).status_code == 404
    assert client.post(path, pause_now | {"order": "nonsense"}).status_code == 404
    every = {"order": "interval", "minutes": "60", "hours": "4", "why": "titration"}
    every |= {"client_id": str(uuid.uuid4())}
    assert client.post(path, every).status_code == 404
    client.force_login(a_person(Role.CHARGE_NURSE, ward))
    assert "A set every 1 h: titration" in client.post(path, every, follow=True).content.decode()
    asleep = {"order": "sleep", "client_id": str(uuid.uuid4())}
    refused = client.post(path, asleep)
    assert refused.status_code == 400
    assert "the grade was not known to be 0 for 24 h" in refused.content.decode()


def test_orders_over_http(client):
    ward = a_ward()
    patient = a_patient(ward)
    now = datetime.now(tz=UTC)
    chart_set(patient, FEVER, now=now)
    base = f"/api/v1/patients/{patient.pk}/orders/"
    client.force_login(a_person(Role.CHARGE_NURSE, ward))

    def send(path, **body):
        body = {"client_id": str(uuid.uuid4())} | body
        return client.post(path, body, content_type="application/json")

    back_at = (now + minutes(30)).isoformat()
    paused = send(f"{base}off-ward/", why="imaging", back_at=back_at, accompanied_by="Porter")
    assert (paused.status_code, paused.json()["kind"]) == (201, "off_ward")
    until = (now + timedelta(hours=4)).isoformat()
    assert send(f"{base}interval/", minutes=60, until=until, why="titration").status_code == 201
    too_long = send(f"{base}interval/", minutes=300, until=until, why="titration")
    assert too_long.json()["errors"][0]["message"] == "must be 5 to 240 minutes at grade 1"
    assert send(f"{base}sleep/").status_code == 400
    assert len(client.get(base).json()["orders"]) == 2
    ended = send(f"/api/v1/orders/{paused.json()['id']}/end/")
    assert (ended.status_code, ended.json()["ended"]) == (201, True)
    assert send(f"/api/v1/orders/{paused.json()['id']}/end/").status_code == 404
    client.force_login(a_person(Role.CHARGE_NURSE, a_ward()))
    assert client.get(base).status_code == 404
    assert send(f"{base}sleep/").status_code == 404
