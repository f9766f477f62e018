"""Codes are right once, wrong ones cost time, and what is set up, used or taken is on record."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.utils import timezone

from alerts.models import Bulletin, Topic
from identity import second_factor, setting_up
from identity.models import CodeGuard
from identity.second_factor import MOST_WRONG, WAIT, Given
from staff.models import Role
from tests.factories.ward import NOW, a_person
from tests.integration.identity.conftest import (
    SECRET,
    acts,
    code_of,
    sign_in,
    spare_codes_of,
    with_app,
)

pytestmark = pytest.mark.django_db
ANOTHER = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


@pytest.fixture
def now(time_machine):
    time_machine.move_to(NOW, tick=False)
    return NOW


@pytest.fixture
def holder(now, nurse):
    return with_app(nurse)


def tried(person, code):
    return second_factor.try_code(person, code, now=timezone.now())


# --- What is right ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("half_minutes", "given"),
    [(-2, Given.WRONG), (-1, Given.RIGHT), (0, Given.RIGHT), (1, Given.RIGHT), (2, Given.WRONG)],
)
def test_a_code_of_now_and_of_the_half_minutes_beside_it_is_right(nurse, now, half_minutes, given):
    with_app(nurse)
    CodeGuard.objects.update(last_step=0)
    assert tried(nurse, code_of(half_minutes=half_minutes)) is given


def test_a_code_is_right_once_and_so_is_none_before_it(holder):
    assert tried(holder, code_of(half_minutes=1)) is Given.RIGHT
    assert tried(holder, code_of(half_minutes=1)) is Given.WRONG
    assert tried(holder, code_of(half_minutes=-1)) is Given.WRONG


def test_the_code_that_set_the_app_up_signs_nobody_in(holder):
    assert tried(holder, code_of(half_minutes=0)) is Given.WRONG


def test_a_code_may_be_typed_in_two_groups(holder):
    code = code_of()
    assert tried(holder, f"{code[:3]} {code[3:]}") is Given.RIGHT


def test_a_recovery_code_opens_once(holder):
    code = spare_codes_of(holder)[0]
    assert setting_up.codes_left(holder) == 10
    assert tried(holder, code) is Given.RIGHT
    assert tried(holder, code) is Given.WRONG
    assert setting_up.codes_left(holder) == 9
    assert acts("second_factor.used")[-1].detail["way"] == "recovery_code"


def test_nobody_elses_code_is_right(holder, ward):
    other = a_person(Role.NURSE, ward)
    setting_up.add_app(
        other, secret=ANOTHER, code=code_of(ANOTHER, half_minutes=0), now=timezone.now()
    )
    assert tried(other, code_of()) is Given.WRONG
    assert tried(other, spare_codes_of(holder)[0]) is Given.WRONG


# --- What is wrong, and how often ------------------------------------------------------------


def test_after_the_fifth_wrong_code_even_the_right_one_waits(holder, now, time_machine):
    given = [tried(holder, "000000") for _ in range(MOST_WRONG)]
    assert given == [Given.WRONG] * (MOST_WRONG - 1) + [Given.WAIT]
    time_machine.move_to(now + WAIT - timedelta(seconds=1), tick=False)
    assert tried(holder, code_of()) is Given.WAIT
    time_machine.move_to(now + WAIT, tick=False)
    assert tried(holder, code_of()) is Given.RIGHT


def test_one_fewer_costs_no_time(holder):
    assert [tried(holder, "000000") for _ in range(MOST_WRONG - 1)][-1] is Given.WRONG
    assert tried(holder, code_of()) is Given.RIGHT
    assert CodeGuard.objects.get(user=holder).wrong_count == 0


def test_each_further_five_double_the_wait(holder, now, time_machine):
    moment = now
    for round_ in range(3):
        for _ in range(MOST_WRONG):
            tried(holder, "000000")
        until = CodeGuard.objects.get(user=holder).waits_until
        assert until - moment == WAIT * 2**round_
        moment = until
        time_machine.move_to(moment, tick=False)


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_cannot_be_more_than_five(nurse):
    """Threads with connections of their own stand for web processes, which share no memory."""
    with_app(nurse)
    begin, found = Barrier(12), []

    def guess():
        try:
            begin.wait()
            found.append(second_factor.try_code(nurse, "000000", now=timezone.now()))
        finally:
            connection.close()

    threads = [Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert len(acts("second_factor.refused", "second_factor.locked")) == MOST_WRONG
    assert CodeGuard.objects.get(user=nurse).wrong_count == MOST_WRONG


def test_the_page_says_from_when_on_and_signs_nobody_in(holder, required):
    client, _ = sign_in(holder)
    answers = [client.post("/second-factor/", {"code": "000000"}) for _ in range(MOST_WRONG)]
    assert [each.status_code for each in answers] == [403] * (MOST_WRONG - 1) + [429]
    assert "looked at from 12:10 UTC on" in answers[-1].content.decode()
    assert client.post("/second-factor/", {"code": code_of()}).status_code == 429
    assert client.get("/patients/").status_code == 302


# --- Setting up --------------------------------------------------------------------------------


def test_scanning_and_typing_the_code_sets_it_up_and_shows_the_codes_once(
    administrator, required, client
):
    browser, _ = sign_in(administrator)
    browser.get("/second-factor/set-up/")
    secret = browser.session["mfa.totp.secret"]
    code = code_of(secret, half_minutes=0)
    wrong = browser.post("/second-factor/set-up/", {"do": "app", "code": "000000"})
    assert wrong.status_code == 400
    answer = browser.post("/second-factor/set-up/", {"do": "app", "code": code})
    page = answer.content.decode()
    assert all(each in page for each in spare_codes_of(administrator))
    assert browser.get("/admin/").status_code == 200
    again = browser.get("/second-factor/set-up/").content.decode()
    assert not any(each in again for each in spare_codes_of(administrator))
    assert "10 unused" in again


def test_secrets_lie_encrypted_in_the_table(holder):
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in kept
    assert not any(code in kept for code in spare_codes_of(holder))


def test_who_has_the_password_alone_adds_no_factor_of_their_own(holder, required):
    holder.is_staff = True
    holder.save()
    thief, _ = sign_in(holder)
    assert thief.get("/second-factor/set-up/")["Location"] == "/second-factor/"
    assert thief.post("/second-factor/set-up/", {"do": "codes"})["Location"] == "/second-factor/"


def test_an_open_screen_is_not_enough_a_quarter_of_an_hour_later(nurse, now, time_machine):
    browser, _ = sign_in(nurse)
    assert "data-security-key" in browser.get("/second-factor/set-up/").content.decode()
    time_machine.move_to(now + timedelta(minutes=15), tick=False)
    page = browser.get("/second-factor/set-up/").content.decode()
    assert "data-security-key" not in page
    assert browser.post("/second-factor/set-up/", {"do": "app", "code": "1"}).status_code == 403


def test_the_last_one_stays_where_one_is_required(administrator, required):
    browser, _ = sign_in(with_app(administrator))
    browser.post("/second-factor/", {"code": code_of()})
    row = Authenticator.objects.get(type="totp")
    answer = browser.post("/second-factor/set-up/", {"do": "remove", "number": row.pk})
    assert answer.status_code == 400
    assert second_factor.kinds(administrator)


def test_who_needs_none_may_remove_theirs_and_the_codes_go_too(holder):
    browser, _ = sign_in(holder)
    browser.post("/second-factor/", {"code": code_of()})
    row = Authenticator.objects.get(type="totp")
    answer = browser.post("/second-factor/set-up/", {"do": "remove", "number": row.pk})
    assert answer.status_code == 302
    assert not Authenticator.objects.exists()
    assert acts("second_factor.removed")


def test_nobody_removes_somebody_elses(holder, ward):
    other = with_app(a_person(Role.NURSE, ward))
    assert not setting_up.remove(
        other, Authenticator.objects.get(user=holder, type="totp").pk, now=timezone.now()
    )
    assert second_factor.kinds(holder)


def test_new_codes_make_the_old_ones_worthless(holder):
    old = spare_codes_of(holder)
    new = setting_up.new_codes(holder, now=timezone.now())
    assert not set(old) & set(new)
    assert tried(holder, old[0]) is Given.WRONG
    assert tried(holder, new[0]) is Given.RIGHT


# --- Taking it away ------------------------------------------------------------------------------


def test_an_administrator_takes_it_away_on_record_and_the_person_is_told(holder, administrator):
    theirs, _ = sign_in(holder)
    admin, _ = sign_in(administrator)
    answer = admin.post(f"/people/{holder.pk}/", {"do": "reset"})
    assert answer.status_code == 302
    assert not Authenticator.objects.filter(user=holder).exists()
    assert "_auth_user_id" not in theirs.session
    [entry] = acts("second_factor.reset")
    assert (entry.actor, entry.subject) == (administrator, f"user:{holder.pk}")
    assert Bulletin.objects.get(topic=Topic.FACTOR_RESET).recipient == holder


@pytest.mark.parametrize("role", [Role.NURSE, Role.CHARGE_NURSE, Role.SAFETY_OFFICER])
def test_nobody_else_sees_that_page_or_does_it(holder, ward, role):
    other, _ = sign_in(a_person(role, ward))
    assert other.get("/people/").status_code == 404
    assert other.get(f"/people/{holder.pk}/").status_code == 404
    assert other.post(f"/people/{holder.pk}/", {"do": "reset"}).status_code == 404
    assert second_factor.kinds(holder)
