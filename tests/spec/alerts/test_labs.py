"""Laboratory results: both sides of every line, trends, and results reported as a bound."""

from datetime import timedelta
from decimal import Decimal

import pytest

from alerts.policy import Family, Rule, Severity, Standing, labs
from alerts.policy.facts import LabFacts, LabValue
from tests.spec.alerts.charts import BOOK, NOON


def results(**by_analyte):
    """Results by analyte: the newest value, or several as (value, hours before noon)."""
    found = {}
    for analyte, given in by_analyte.items():
        rows = given if isinstance(given, list) else [(given, 0)]
        found[analyte] = tuple(_value(value, hours) for value, hours in rows)
    return found


def _value(written, hours):
    comparator = "".join(c for c in str(written) if c in "<>=")
    number = Decimal(str(written).lstrip("<>="))
    return LabValue(NOON - timedelta(hours=hours), number, comparator)


def told(facts):
    return sorted(f"{each.rule} {each.severity}" for each in labs.conditions(facts, BOOK))


@pytest.mark.parametrize(
    ("crp", "expected"),
    [
        (99, []),
        (100, ["A20 P3"]),
        (199, ["A20 P3"]),
        (200, ["A20 P2"]),
        ([(50, 0), (25, 24)], ["A20 P3"]),
        ([(50, 0), (25, 24.1)], []),
        ([(50, 0), (26, 12)], []),
        ([(49, 0), (10, 12)], []),
        ("<100", []),
        (">100", ["A20 P3"]),
        (">=200", ["A20 P2"]),
    ],
)
def test_crp(crp, expected):
    assert told(LabFacts(results(crp=crp))) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"ferritin": 4999}, []),
        ({"ferritin": 5000}, ["A21 P3"]),
        ({"ferritin": 9999}, ["A21 P3"]),
        ({"ferritin": 10000}, ["A21 P2"]),
        ({"ferritin": [(1000, 0), (500, 24)]}, ["A21 P3"]),
        ({"ferritin": [(999, 0), (400, 24)]}, []),
        ({"ferritin": [(1000, 0), (500, 25)]}, []),
        ({"ferritin": [(1000, 0), (500, 24)], "alt": 201}, ["A21 P2", "A23 P3"]),
        ({"ferritin": [(1000, 0), (500, 24)], "alt": 200}, ["A21 P3"]),
        ({"ferritin": [(1000, 0), (500, 24)], "fibrinogen": "1.49"}, ["A21 P2", "A22 P3"]),
        ({"ferritin": [(1000, 0), (500, 24)], "fibrinogen": "1.5"}, ["A21 P3"]),
    ],
)
def test_ferritin(values, expected):
    assert told(LabFacts(results(**values))) == expected


@pytest.mark.parametrize(
    ("fibrinogen", "expected"),
    [("1.5", []), ("1.49", ["A22 P3"]), ("1.0", ["A22 P3"]), ("0.99", ["A22 P2"]),
     ("<1.0", ["A22 P2"]), ("<=1.5", []), (">1.2", [])],
)  # fmt: skip
def test_fibrinogen(fibrinogen, expected):
    assert told(LabFacts(results(fibrinogen=fibrinogen))) == expected


@pytest.mark.parametrize(
    ("values", "more", "expected"),
    [
        ({"creatinine": "1.5"}, {"creatinine_baseline": Decimal(1)}, ["A23 P3"]),
        ({"creatinine": "1.49"}, {"creatinine_baseline": Decimal(1)}, []),
        ({"creatinine": 9}, {}, []),  # without a baseline there is no ratio
        ({"alt": 201}, {}, ["A23 P3"]),
        ({"alt": 200}, {}, []),
        ({"ast": 201}, {}, ["A23 P3"]),
        ({"ast": 200}, {}, []),
        ({"bilirubin": "3.61"}, {}, ["A23 P3"]),
        ({"bilirubin": "3.6"}, {}, []),
        ({"lactate": "1.9"}, {}, []),
        ({"lactate": 2}, {}, ["A23 P3"]),
        ({"lactate": "3.9"}, {}, ["A23 P3"]),
        ({"lactate": 4}, {}, ["A23 P1"]),
        ({"platelets": 19}, {"neuro_score_fell": True}, ["A23 P1"]),
        ({"platelets": 20}, {"neuro_score_fell": True}, []),
        ({"platelets": 19}, {"neuro_score_fell": False}, []),
        ({"platelets": 19}, {"neuro_score_fell": None}, []),
    ],
)
def test_organs(values, more, expected):
    assert told(LabFacts(results(**values), **more)) == expected


@pytest.mark.parametrize(("times", "expected"), [("5.1", ["A23 P3"]), ("5", [])])
def test_a_laboratorys_own_limit_outweighs_the_usual_one(times, expected):
    value = LabValue(NOON, Decimal(1000), limits=Decimal(times))
    assert told(LabFacts({"alt": (value,)})) == expected


def test_each_organ_that_joins_is_a_step():
    one = labs.conditions(LabFacts(results(alt=300)), BOOK)[0]
    two = labs.conditions(LabFacts(results(alt=300, lactate=3)), BOOK)[0]
    assert two.step > one.step


@pytest.mark.parametrize(
    ("values", "ends"),
    [([(80, 0), (90, 24), (120, 48)], True), ([(90, 0), (90, 24), (120, 48)], False),
     ([(80, 0), (120, 48)], False), ([], False)],
)  # fmt: skip
def test_an_inflammation_alert_ends_after_two_falls(values, ends):
    held = {Family.LAB_INFLAMMATION: Standing(Rule.A20, Severity.P3)}
    assert bool(labs.closings(held, facts=LabFacts(results(crp=values)))) is ends
    assert labs.closings(held, facts=LabFacts(results(ferritin=values))) == []
    assert labs.closings({}, facts=LabFacts(results(crp=values))) == []
