"""What holds for every course: replays agree, nothing is carried too long, episodes are whole."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from grading import course_state
from grading.course import (
    CARRY_MINUTES,
    CARRY_TEMPERATURE,
    EPISODE_CLOSES_AFTER,
    CourseState,
    DrugGiven,
    SetValues,
    is_fever,
)
from grading.rules.vocabulary import OxygenDevice, Vasopressor
from tests.unit.courses import START, Step, fold, step

optional = {
    "temperature_celsius": st.sampled_from(["36.4", "37.9", "38.0", "39.6"]).map(Decimal),
    "fever_attributed_elsewhere": st.booleans(),
    "systolic_mmhg": st.integers(60, 140),
    "hypotension": st.booleans(),
    "fluid_bolus_ml": st.sampled_from([0, 250]),
    "hypotension_attributed_elsewhere": st.booleans(),
    "spo2_percent": st.integers(80, 100).map(Decimal),
    "oxygen_device": st.sampled_from([each.value for each in OxygenDevice]),
    "oxygen_flow_lpm": st.sampled_from(["0", "2", "6", "8"]).map(Decimal),
    "vasopressors": st.lists(
        st.sampled_from([each.value for each in Vasopressor]), max_size=2, unique=True
    ),
    "vasopressin": st.booleans(),
}
dull = {
    "temperature_celsius": Decimal("36.8"),
    "systolic_mmhg": 120,
    "spo2_percent": Decimal(98),
    "oxygen_device": "room_air",
    "vasopressors": [],
}
# Most sets of a course are dull and whole; the others are anything at all.
recorded = st.just(dull) | st.fixed_dictionaries({}, optional=optional) | st.builds(
    lambda strange: dull | strange, st.fixed_dictionaries({}, optional=optional)
)  # fmt: skip
# Minutes from set to set: on, and one past, the edges of carrying and closing.
gaps = st.sampled_from([1, 30, 60, 61, 240, 241, 360, 720, 24 * 60 - 1, 24 * 60])


@st.composite
def courses(draw):
    """Sets at distinct times, in order, and drugs that begin and end with or between them."""
    times = list(accumulate(draw(st.lists(gaps, min_size=1, max_size=12))))
    contents = [draw(recorded) for _ in times]
    if draw(st.booleans()):  # half of the courses are a fever that settles
        contents = [dull | {"temperature_celsius": Decimal("39.6")}, *[dull] * len(times)]
    charted = [
        SetValues(number, START + timedelta(minutes=at), values)
        for number, (at, values) in enumerate(zip(times, contents, strict=False), start=1)
    ]
    begins = st.sampled_from(times) | st.integers(0, times[-1])
    return charted, draw(st.lists(begins.flatmap(drug_from), max_size=3))


def drug_from(begun):
    """A drug from a minute on, for a while or with no end charted."""
    return st.builds(
        lambda lasting, kind: DrugGiven(
            "drug" if kind == "waives_fever" else "dopamine",
            START + timedelta(minutes=begun),
            None if lasting is None else START + timedelta(minutes=begun + lasting),
            **{kind: True},
        ),
        st.none() | gaps,
        st.sampled_from(["waives_fever", "waives_fever", "is_vasopressor", "is_bolus"]),
    )


drugs = st.integers(0, 5 * 24 * 60).flatmap(drug_from)


def through_storage(state):
    return course_state.from_json(json.loads(json.dumps(course_state.to_json(state))))


@given(courses())
def test_replaying_from_any_stored_state_is_the_course_itself(charted_and_drugs):
    charted, given_drugs = charted_and_drugs
    whole = fold(charted, drugs=given_drugs)
    for start in range(len(charted)):
        before = whole[start - 1].state if start else CourseState()
        assert through_storage(before) == before
        assert (
            fold(charted[start:], drugs=given_drugs, after=through_storage(before))
            == (whole[start:])
        )


@given(courses(), st.randoms(use_true_random=False))
def test_sets_that_arrive_in_any_order_end_in_the_same_states(charted_and_drugs, shuffle):
    charted, given_drugs = charted_and_drugs
    arriving = list(charted)
    shuffle.shuffle(arriving)
    steps: dict[datetime, Step] = {}
    for late in arriving:
        # The state before it, and every set since: what charting a late entry does.
        earlier = [at for at in steps if at < late.taken_at]
        state = through_storage(steps[max(earlier)].state) if earlier else CourseState()
        later = sorted(at for at in steps if at > late.taken_at)
        for values in [late, *(steps[at].values for at in later)]:
            steps[values.taken_at] = step(state, values, drugs=given_drugs)
            state = steps[values.taken_at].state
    assert [steps[values.taken_at] for values in charted] == fold(charted, drugs=given_drugs)


@given(courses())
def test_a_carried_value_was_measured_and_never_outlives_its_time(charted_and_drugs):
    charted, given_drugs = charted_and_drugs
    by_id = {values.set_id: values for values in charted}
    for each in fold(charted, drugs=given_drugs):
        for group, known in each.reading.known.items():
            source = by_id[known.set_id]
            assert source.taken_at == known.taken_at
            measured = [name for name in known.values if name in source.recorded]
            assert measured, "the set it names measured it"
            lasts = CARRY_TEMPERATURE if group == "temperature_celsius" else CARRY_MINUTES
            if group not in {"vasopressors", "vasopressin", "baseline_home_oxygen_lpm"}:
                assert each.at - known.taken_at <= lasts


@given(courses())
def test_what_was_not_recorded_in_time_is_not_known(charted_and_drugs):
    charted, _ = charted_and_drugs
    for each in fold(charted):
        if each.reading.findings.temperature_celsius is None:
            recent = [
                earlier
                for earlier in charted
                if timedelta(0) <= each.at - earlier.taken_at <= CARRY_TEMPERATURE
                and "temperature_celsius" in earlier.recorded
            ]
            # Only a later word about the same fever takes an earlier measurement away.
            assert all(
                any(
                    earlier.taken_at < other.taken_at <= each.at
                    and "fever_attributed_elsewhere" in other.recorded
                    for other in charted
                )
                for earlier in recent
            )


@settings(max_examples=300)
@given(courses())
def test_an_episode_opens_with_a_fever_and_closes_on_a_day_of_known_grade_0(charted_and_drugs):
    charted, given_drugs = charted_and_drugs
    steps = fold(charted, drugs=given_drugs)
    first_fever = next((each.at for each in steps if is_fever(each.reading.findings)), None)
    first_open = next((each for each in steps if each.state.episode_opened_at), None)
    assert (first_open.at if first_open else None) == first_fever
    for before, after in pairwise(steps):
        was, now = before.state.episode_opened_at, after.state.episode_opened_at
        if was is None:
            assert now == (after.at if is_fever(after.reading.findings) else None)
        elif now is None:
            _assert_it_had_resolved(steps, after, given_drugs)
        else:
            assert now == was


def _assert_it_had_resolved(steps, closing, given_drugs):
    assert closing.verdict.grade == 0
    worst_since = [each.at for each in steps if each.at <= closing.at and each.verdict.at_least > 0]
    zeros = [
        each.at
        for each in steps
        if max(worst_since) < each.at <= closing.at and each.verdict.grade == 0
    ]
    assert closing.at - zeros[0] >= EPISODE_CLOSES_AFTER
    for drug in given_drugs:
        if drug.waives_fever and drug.started_at <= closing.at:
            assert closing.at - drug.started_at >= EPISODE_CLOSES_AFTER
            assert not drug.stopped_at or closing.at - drug.stopped_at >= EPISODE_CLOSES_AFTER


@given(courses())
def test_every_set_gets_a_verdict_whose_least_grade_the_known_one_equals(charted_and_drugs):
    charted, given_drugs = charted_and_drugs
    for each in fold(charted, drugs=given_drugs):
        verdict = each.verdict
        assert verdict.grade in (None, verdict.at_least)
        assert bool(verdict.missing) is (verdict.grade is None)


@given(courses(), drugs)
def test_a_drug_given_later_changes_no_earlier_set(charted_and_drugs, late):
    charted, given_drugs = charted_and_drugs
    without = fold(charted, drugs=given_drugs)
    with_it = fold(charted, drugs=[*given_drugs, late])
    for one, other in zip(without, with_it, strict=True):
        if one.at < late.started_at:
            assert one == other
