"""A ward's alert minutes change by two people, one of each side, and every step is on record."""

import pytest
from django.test import Client

from alerts import ladder, rule_changes
from alerts.models import RuleChange, RuleDecision
from alerts.policy import Severity
from alerts.rule_changes import RuleChangeRefusedError
from audit.models import AuditEntry
from staff.models import Role, Ward
from tests.factories.ward import NOW, a_person, a_ward

pytestmark = pytest.mark.django_db
QUICKER = {"P1": {"rungs": [2, 4, 8, 12]}}
OTHER_SIDE = {
    Role.CHARGE_NURSE: [Role.SAFETY_OFFICER],
    Role.ONCOLOGIST: [Role.SAFETY_OFFICER],
    Role.SAFETY_OFFICER: [Role.CHARGE_NURSE, Role.ONCOLOGIST],
}
PAIRS = [(a, b, b in OTHER_SIDE[a]) for a in OTHER_SIDE for b in OTHER_SIDE]


@pytest.fixture
def ward(time_machine):
    time_machine.move_to(NOW, tick=False)
    return a_ward(code="7b")


def proposed(ward, by, minutes=QUICKER):
    return rule_changes.propose(ward=ward, minutes=minutes, why="on site", by=by, now=NOW)


def holds(ward):
    return Ward.objects.get(pk=ward.pk).alert_minutes


def browser_of(person):
    client = Client()
    client.force_login(person, backend="staff.backends.OpenAccountBackend")
    return client


def first_rung(ward):
    return ladder.plan_of(Severity.P1, holds(ward)).rungs[1].after_minutes


def test_a_proposal_alone_changes_nothing(ward):
    proposed(ward, a_person(Role.CHARGE_NURSE, ward))
    assert holds(ward) == {}
    assert first_rung(ward) == 3


@pytest.mark.parametrize(("first", "second", "good"), PAIRS)
def test_one_of_each_side_is_needed(ward, first, second, good):
    change = proposed(ward, a_person(first, ward))
    decider = a_person(second, ward)
    if good:
        rule_changes.decide(change, accept=True, by=decider, now=NOW)
        assert first_rung(ward) == 2
    else:
        with pytest.raises(RuleChangeRefusedError, match="takes another person"):
            rule_changes.decide(change, accept=True, by=decider, now=NOW)
        assert holds(ward) == {}


@pytest.mark.parametrize("role", list(OTHER_SIDE))
def test_nobody_decides_their_own(ward, role):
    person = a_person(role, ward)
    with pytest.raises(RuleChangeRefusedError):
        rule_changes.decide(proposed(ward, person), accept=True, by=person, now=NOW)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ({"P1": {"rungs": [0, 4, 8, 12]}}, "from 1 to 60"),
        ({"P1": {"rungs": [2, 4, 8, 61]}}, "from 1 to 60"),
        ({"P1": {"rungs": [4, 4, 8, 12]}}, "after the one before"),
        ({"P2": {"longest_snooze": 61}}, "from 1 to 60"),
        ({"P9": {}}, "P9 is no severity"),
        ({}, "holds already"),
    ],
)
def test_what_the_ladder_cannot_use_is_not_even_proposed(ward, minutes, said):
    with pytest.raises(RuleChangeRefusedError, match=said):
        proposed(ward, a_person(Role.CHARGE_NURSE, ward), minutes)
    assert not RuleChange.objects.exists()


def test_the_bounds_themselves_are_taken(ward):
    change = proposed(ward, a_person(Role.CHARGE_NURSE, ward), {"P1": {"rungs": [1, 4, 8, 60]}})
    assert RuleChange.objects.get() == change


def test_a_proposal_made_under_other_minutes_is_made_anew(ward):
    charge, safety = a_person(Role.CHARGE_NURSE, ward), a_person(Role.SAFETY_OFFICER, ward)
    old = proposed(ward, charge)
    rule_changes.decide(
        proposed(ward, charge, {"P2": {"longest_snooze": 30}}),
        accept=True, by=safety, now=NOW,
    )  # fmt: skip
    with pytest.raises(RuleChangeRefusedError, match="other minutes"):
        rule_changes.decide(old, accept=True, by=safety, now=NOW)
    rule_changes.decide(old, accept=False, words="overtaken", by=safety, now=NOW)
    assert holds(ward) == {"P2": {"longest_snooze": 30}}


def test_a_refusal_says_why_and_a_decision_stands(ward):
    change = proposed(ward, a_person(Role.ONCOLOGIST, ward))
    safety = a_person(Role.SAFETY_OFFICER, ward)
    with pytest.raises(RuleChangeRefusedError, match="says why"):
        rule_changes.decide(change, accept=False, words=" ", by=safety, now=NOW)
    rule_changes.decide(change, accept=False, words="too quick", by=safety, now=NOW)
    with pytest.raises(RuleChangeRefusedError, match="decided already"):
        rule_changes.decide(change, accept=True, by=safety, now=NOW)
    assert RuleDecision.objects.count() == 1


def test_each_step_is_on_record_with_before_and_after(ward):
    charge, safety = a_person(Role.CHARGE_NURSE, ward), a_person(Role.SAFETY_OFFICER, ward)
    rule_changes.decide(proposed(ward, charge), accept=True, by=safety, now=NOW)
    told = AuditEntry.objects.filter(action__startswith="rules.").order_by("pk")
    assert [(each.action, each.actor) for each in told] == [
        ("rules.proposed", charge),
        ("rules.activated", safety),
    ]
    assert told[1].detail["before"] == {}
    assert told[1].detail["after"] == QUICKER


def test_two_people_do_it_on_the_page(ward):
    charge = browser_of(a_person(Role.CHARGE_NURSE, ward))
    page = charge.get("/wards/7b/rules/")
    typed = {name: field.initial for name, field in page.context["form"].fields.items()}
    typed |= {"P1_rung1": 2, "why": "our attendings are on site"}
    assert charge.post("/wards/7b/rules/", typed).status_code == 302
    change = RuleChange.objects.get()
    assert change.minutes == {"P1": {"rungs": [2, 5, 10, 15]}}
    mine = charge.post("/wards/7b/rules/", {"change": change.pk, "decision": "accept"})
    assert mine.status_code == 400
    assert b"takes another person" in mine.content
    safety = browser_of(a_person(Role.SAFETY_OFFICER, ward))
    assert b"3 \xe2\x86\x92 2 min" in safety.get("/wards/7b/rules/").content
    safety.post("/wards/7b/rules/", {"change": change.pk, "decision": "accept"})
    assert first_rung(ward) == 2


def test_a_proposal_keeps_the_minutes_that_nobody_touched(ward):
    own = {"P3": {"longest_snooze": 60}, "P4": {"longest_snooze": 30}}
    Ward.objects.filter(pk=ward.pk).update(alert_minutes=own)
    charge = browser_of(a_person(Role.CHARGE_NURSE, ward))
    page = charge.get("/wards/7b/rules/")
    typed = {name: field.initial for name, field in page.context["form"].fields.items()}
    charge.post("/wards/7b/rules/", typed | {"P1_rung1": 2, "why": "on site"})
    assert RuleChange.objects.get().minutes == own | {"P1": {"rungs": [2, 5, 10, 15]}}


def test_numbers_in_the_wrong_order_are_said_on_the_page(ward):
    charge = browser_of(a_person(Role.CHARGE_NURSE, ward))
    page = charge.get("/wards/7b/rules/")
    typed = {name: field.initial for name, field in page.context["form"].fields.items()}
    answer = charge.post("/wards/7b/rules/", typed | {"P1_rung1": 9, "why": "a slip"})
    assert answer.status_code == 400
    assert b"each rung must come after the one before" in answer.content


@pytest.mark.parametrize("role", [Role.NURSE, Role.PHARMACIST, Role.ADMINISTRATOR])
def test_nobody_else_has_the_page(ward, role):
    assert browser_of(a_person(role, ward)).get("/wards/7b/rules/").status_code == 404


def test_the_administration_shows_the_minutes_and_changes_none(ward):
    boss = a_person(Role.ADMINISTRATOR, ward)
    boss.is_staff = boss.is_superuser = True
    boss.save()
    page = browser_of(boss).get(f"/admin/staff/ward/{ward.pk}/change/")
    assert "alert_minutes" not in page.context["adminform"].form.fields
