"""A course of minutes is read by what it shows: no extreme, change or gap is lost on the way."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.models import Assessment
from screens.timeline import backdrop, columns, density, reading, ribbon
from screens.timeline.figure import figure
from tests.factories.minutes import fill
from tests.factories.ward import GRADE_2, NOW, a_patient, chart_set
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db
# As many as of a few sets: one counts up to what is few, one reads all as columns.
DENSE_QUERIES = 16
SIGNS = (
    "temperature_celsius", "heart_rate_bpm", "respirations_per_minute", "systolic_mmhg",
    "diastolic_mmhg", "mean_arterial_mmhg", "spo2_percent",
)  # fmt: skip
LINES = ("temperature_celsius", "heart_rate_bpm", "respirations_per_minute", "spo2_percent")
MINUTE = timedelta(minutes=1)
MONTH = timedelta(days=31)

a_set = st.fixed_dictionaries(
    {},
    optional={
        "temperature_celsius": st.decimals(33, 42, places=4),
        "heart_rate_bpm": st.integers(30, 240),
        "respirations_per_minute": st.integers(4, 60),
        "mean_arterial_mmhg": st.integers(30, 140),
        "spo2_percent": st.decimals(60, 100, places=2),
        "oxygen_device": st.sampled_from(["room_air", "nasal_cannula"]),
        "vasopressors": st.sampled_from([[], ["norepinephrine"]]),
    },
)
# Minutes from the set before, with holes longer than any line is joined over.
courses = st.lists(
    st.tuples(st.sampled_from([1, 1, 7, 40, 119, 121, 500]), st.integers(0, 3), a_set),
    min_size=2,
    max_size=60,
)
NOTHING = dict.fromkeys((*SIGNS, "vasopressors")) | {"oxygen_device": ""}


def store(patient, course):
    """Sets with exactly these signs and grades, at exactly these distances."""
    return fill(
        patient, count=len(course), until=NOW, every=MINUTE,
        changed={n: NOTHING | signs for n, (_, _, signs) in enumerate(course)},
        before=[minutes * MINUTE for minutes, _, _ in course],
        grades=[grade for _, grade, _ in course],
    )  # fmt: skip


def sets_of(ids):
    return list(ObservationSet.objects.filter(pk__in=ids).order_by("taken_at", "pk"))


def telling(patient, part):
    """The ids of the sets of a part that hold all there is to see."""
    every = columns.read(patient.pk, begin=part.begin - MONTH, end=part.end + MONTH)
    return {every.of["set_id"][place] for place in density.telling(every, part)}


def told(row):
    return row.grade, row.observation_set.oxygen_device, row.observation_set.vasopressors


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(courses, st.integers(1, 90))
def test_every_extreme_every_change_and_every_end_is_kept(patient, course, buckets):
    with transaction.atomic():
        ids = store(patient, course)
        everything = sets_of(ids)
        part = density.Part(everything[0].taken_at, NOW, buckets)
        kept = telling(patient, part)
        assert kept <= set(ids)
        by_bucket = defaultdict(list)
        for each in everything:
            by_bucket[int(each.taken_at.timestamp()) // part.bucket_seconds].append(each)
        for bucket in by_bucket.values():
            assert {bucket[0].pk, bucket[-1].pk} <= kept
            for sign in SIGNS:
                values = [getattr(each, sign) for each in bucket]
                known = [value for value in values if value is not None]
                left = [getattr(each, sign) for each in bucket if each.pk in kept]
                left = [value for value in left if value is not None]
                if known:
                    assert (min(left), max(left)) == (min(known), max(known)), sign
        graded = Assessment.objects.filter(observation_set__in=ids).select_related(
            "observation_set"
        )
        for before, after in pairwise(graded.order_by("taken_at", "observation_set_id")):
            if told(before) != told(after):
                assert {before.observation_set_id, after.observation_set_id} <= kept
        transaction.set_rollback(True)


def breaks(course, sign):
    """Between which two values of a line nothing is drawn."""
    known = [(m.at, m.holds_for) for m in course.moments if getattr(m, sign) is not None]
    return [(at, then) for (at, holds), (then, _) in pairwise(known) if then - at > holds]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(courses)
def test_a_thinned_course_has_the_gaps_and_the_grades_of_the_whole_one(patient, course):
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        store(patient, course)
        whole = reading.read(patient.state, now=NOW)
        patch.setattr(reading, "EVERY_SET_UP_TO", 1)
        thinned = reading.read(patient.state, now=NOW)
        assert whole.set_count == thinned.set_count == len(course)
        assert backdrop.gaps(thinned) == backdrop.gaps(whole)
        assert ribbon.crs(thinned) == ribbon.crs(whole)
        for sign in LINES:
            assert breaks(thinned, sign) == breaks(whole, sign), sign
        transaction.set_rollback(True)


def test_the_fine_part_holds_every_set_where_they_are_few(patient, monkeypatch):
    monkeypatch.setattr(reading, "EVERY_SET_UP_TO", 300)
    fill(patient, count=1000, until=NOW)
    part = density.Part(NOW - 4 * timedelta(hours=1), NOW, 300)
    coarse, closer = (reading.read(patient.state, now=NOW, fine=f) for f in (None, part))
    inside = [m for m in closer.moments if m.at >= part.begin]
    assert len(inside) == 241
    assert len([m for m in coarse.moments if m.at >= part.begin]) < 60
    # And the rest of the course is still there, coarse.
    assert {m.set_id for m in coarse.moments} <= {m.set_id for m in closer.moments}


def test_a_fine_part_too_full_is_cut_into_buckets_of_its_own(patient, monkeypatch):
    monkeypatch.setattr(reading, "EVERY_SET_UP_TO", 200)
    fill(patient, count=1000, until=NOW)
    part = density.Part(NOW - 8 * timedelta(hours=1), NOW, 48)
    course = reading.read(patient.state, now=NOW, fine=part)
    inside = [m for m in course.moments if m.at >= part.begin]
    assert 100 < len(inside) < 481
    assert max(m.heart_rate_bpm for m in inside) == max(
        ObservationSet.objects.filter(taken_at__gte=part.begin).values_list(
            "heart_rate_bpm", flat=True
        )
    )


def test_a_dense_course_costs_no_more_queries_and_draws_few_sets(
    patient, nurses, django_assert_num_queries
):
    peaks = {3210: {"heart_rate_bpm": 211}, 3333: {"temperature_celsius": Decimal("42.1")}}
    fill(patient, count=6000, until=NOW, every=5 * MINUTE, changed=peaks)
    url = f"/patients/{patient.pk}/timeline.json"
    nurses.get(url)
    with django_assert_num_queries(DENSE_QUERIES):
        drawn = nurses.get(url).json()
    assert drawn["guide"]["thinned"] is True
    assert drawn["guide"]["sets"] == 6000
    lines = {each["name"]: each for each in drawn["data"]}
    assert len(lines["Heart rate"]["x"]) <= 1010
    assert 211 in lines["Heart rate"]["y"]
    assert 42.1 in lines["Temperature"]["y"]
    assert len(reading.read(patient.state, now=NOW).moments) < 4000


def test_sets_charted_late_are_read_in_order_of_time(patient):
    two_hours_ago = NOW - timedelta(hours=2)
    late = fill(patient, count=2, until=NOW)
    early = fill(patient, count=2, until=two_hours_ago)
    same = fill(patient, count=1, until=two_hours_ago)
    every = columns.read(patient.pk, begin=NOW - MONTH, end=NOW)
    assert every.of["set_id"] == [*early, *same, *late]
    assert list(every.at) == sorted(every.at)


def test_a_set_read_as_columns_is_the_set_that_is_stored(patient, monkeypatch):
    given = {
        "temperature_celsius": Decimal("39.1234"), "spo2_percent": Decimal("91.20"),
        "oxygen_device": "nasal_cannula", "oxygen_flow_lpm": Decimal("2.50"),
        "consciousness": "alert", "vasopressors": ["norepinephrine", "vasopressin"],
        "note": "“warm”, \\ sweats",
    }  # fmt: skip
    fill(patient, count=4, until=NOW, changed={1: given, 2: dict(NOTHING), 3: {"vasopressors": []}})
    whole = reading.read(patient.state, now=NOW)
    monkeypatch.setattr(reading, "EVERY_SET_UP_TO", 1)
    thinned = reading.read(patient.state, now=NOW)
    assert thinned.moments == whole.moments
    assert str(thinned.moments[1].temperature_celsius) == "39.1234"
    assert thinned.moments[1].vasopressors == ("norepinephrine", "vasopressin")
    assert (thinned.moments[2].vasopressors, thinned.moments[3].vasopressors) == (None, ())


@pytest.mark.parametrize("micros", [0, 500_000, 123_456])
def test_both_ends_of_a_part_belong_to_it(micros, patient):
    at = NOW.replace(microsecond=micros)
    ids = fill(patient, count=3, until=at)
    part = density.Part(at - MINUTE, at, 1)
    assert telling(patient, part) == set(ids[1:])
    tick = timedelta(microseconds=1)
    assert telling(patient, density.Part(at - MINUTE + tick, at - tick, 1)) == set()


def test_an_alert_stays_where_sets_are_thinned(patient, monkeypatch):
    monkeypatch.setattr(reading, "EVERY_SET_UP_TO", 100)
    fill(patient, count=500, until=NOW - timedelta(hours=1))
    chart_set(patient, GRADE_2, minutes_ago=30)
    patient.state.refresh_from_db()
    course = reading.read(patient.state, now=NOW)
    assert course.marks
    assert any(m.set_id == patient.state.latest_set_id for m in course.moments)
    (computed,) = [each for each in figure(course)["data"] if each["name"] == "Computed"]
    assert "grade-2" in computed["meta"]["tokens"]


@pytest.mark.parametrize(
    "asked",
    ["from=2026-03-10T12:00:00", "from=x&to=y", "from=2026-03-10T12:00:00&to=2026-03-10T12:00:00",
     "from=2026-03-10T10:00:00&to=2026-03-10T12:00:00&width=wide"],
)  # fmt: skip
def test_a_part_that_is_none_is_refused(asked, patient, nurses):
    answer = nurses.get(f"/patients/{patient.pk}/timeline.json?{asked}")
    assert answer.status_code == 400
    assert "UTC" in answer.json()["error"]


def test_one_page_costs_the_same_whatever_the_course(patient, nurses, monkeypatch):
    fill(patient, count=700, until=NOW)
    course = reading.glance(patient.state, now=NOW)
    assert len(course.moments) == 200
    assert course.set_count == 700
    assert course.moments[-1].at == NOW


def test_another_patients_sets_are_never_read(patient, ward):
    other = a_patient(ward)
    fill(other, count=50, until=NOW)
    part = density.Part(NOW - timedelta(days=1), NOW, 10)
    assert telling(patient, part) == set()
