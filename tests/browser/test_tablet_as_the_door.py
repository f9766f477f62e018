"""Random courses: what the tablet says of a set is what the door said of it, and never less."""

import random
import re
from decimal import Decimal

import pytest

from alerts import policy
from alerts.policy import Severity, neuro
from charting.browser.situation import situation_of, situations_of
from charting.models import PatientState
from tests.factories.courses import a_course, check_on, go_on, someone_there

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]

SEED = 20261123
COURSES = 7
THINGS_A_COURSE = 20
CHECKS_A_COURSE = 5
_HOURS = re.compile(r"last fever (\d+(?:\.\d+)?) h ago")


class Heard:
    """What the alert rules found at the last set or check, whichever way it was told on."""

    def __init__(self, monkeypatch):
        self.of_sets: list[policy.Condition] = []
        self.of_checks: list[policy.Condition] = []
        conditions, of_checks = policy.conditions, neuro.conditions

        def found_in_a_set(facts, book):
            self.of_sets = conditions(facts, book)
            return list(self.of_sets)

        def found_in_a_check(facts, book):
            self.of_checks = of_checks(facts, book)
            return list(self.of_checks)

        monkeypatch.setattr(policy, "conditions", found_in_a_set)
        monkeypatch.setattr(neuro, "conditions", found_in_a_check)

    def at_a_set(self):
        return {
            "is_p1": any(each.severity is Severity.P1 for each in self.of_sets),
            "provisional": any(each.is_provisional for each in self.of_sets),
        }

    def at_a_check(self):
        return any(each.severity is Severity.P1 for each in self.of_checks)


def rounded(said):
    """Hours of a fever to one place: the door writes them to the last one."""
    return [_HOURS.sub(lambda hit: f"last fever {_tenths(hit[1])} h ago", each) for each in said]


def _tenths(hours):
    return Decimal(hours).quantize(Decimal("0.1"), rounding="ROUND_HALF_UP")


def differences(asked, told):
    found = []
    for question, got in zip(asked, told, strict=True):
        expected = question["expected"] | {"because": rounded(question["expected"]["because"])}
        got |= {"because": rounded(got["because"])}
        other = {k: (v, got.get(k)) for k, v in expected.items() if got.get(k) != v}
        if other:
            found.append((question["values"], other, got["not_computed"]))
    return found


def is_lower(question, got):
    return got["not_computed"] is None and got["at_least"] < question["expected"]["at_least"]


def courses(number, seed=SEED):
    ward, nurse = someone_there()
    return [a_course(random.Random(f"{seed}-{n}"), ward, nurse) for n in range(number)]


def random_sets(monkeypatch, *, number=COURSES, things=THINGS_A_COURSE, seed=SEED):
    heard = Heard(monkeypatch)
    found = [
        go_on(course, heard.at_a_set) for course in courses(number, seed) for _ in range(things)
    ]
    return [each for each in found if each]


def test_a_random_set_is_graded_as_by_the_door_and_never_lower(on_tablet, monkeypatch):
    asked = random_sets(monkeypatch)
    told = on_tablet("gradeSet", [(each["values"], each["situation"]) for each in asked])
    assert [q["values"] for q, got in zip(asked, told, strict=True) if is_lower(q, got)] == []
    assert differences(asked, told)[:3] == []
    assert len(asked) >= COURSES * THINGS_A_COURSE / 2
    follow = [(each["values"], each["before"], each["unsent"]) for each in asked]
    assert differences(asked, on_tablet("gradeSet", follow)) == []
    assert sum(bool(each["unsent"]) for each in asked) >= len(asked) / 4
    said = [each["expected"]["is_p1"] for each in asked]
    assert min(said.count(True), said.count(False)) >= len(said) / 10


def test_a_random_check_is_graded_as_by_the_door(on_tablet, monkeypatch):
    heard = Heard(monkeypatch)
    asked = [
        check_on(course, heard.at_a_check)
        for course in courses(COURSES)
        for _ in range(CHECKS_A_COURSE)
    ]
    told = on_tablet("gradeNeuro", [(each["values"], each["situation"]) for each in asked])
    assert differences(asked, told) == []


def test_a_whole_ward_is_read_in_five_queries(django_assert_num_queries):
    found = courses(3)
    states = list(PatientState.objects.select_related("patient", "ward", "latest_assessment"))
    with django_assert_num_queries(5):
        together = situations_of(states, now=found[0].now)
    assert together[states[0].pk] == situation_of(states[0], found[0].now)
    assert len(together) == 3
