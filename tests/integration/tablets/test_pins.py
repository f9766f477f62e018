"""Five wrong PINs, and only a password helps: counted in the database, however many try at once."""

import threading

import pytest
from django.db import connection

from audit.models import AuditEntry
from staff.models import Device, Pin
from tablets import pins
from tablets.pins import Answer, PinHasher, PinRefusedError
from tests.factories.ward import NOW

RIGHT, WRONG = "483719", "483718"


def tries(user, tablet, *digits):
    return [pins.attempt(user, pin, device=tablet.device, now=NOW).answer for pin in digits]


@pytest.mark.parametrize(
    ("wrong", "then"),
    [(4, Answer.RIGHT), (5, Answer.LOCKED), (6, Answer.LOCKED)],
)
def test_the_right_pin_comes_too_late_after_five_wrong_ones(tablet, ada, wrong, then):
    tries(ada, tablet, *[WRONG] * wrong)
    assert tries(ada, tablet, RIGHT) == [then]


def test_each_wrong_pin_says_how_many_are_left_and_the_fifth_that_it_locks(tablet, ada):
    answers = [pins.attempt(ada, WRONG, device=tablet.device, now=NOW) for _ in range(6)]
    assert [(each.answer, each.left) for each in answers] == [
        (Answer.WRONG, 4),
        (Answer.WRONG, 3),
        (Answer.WRONG, 2),
        (Answer.WRONG, 1),
        (Answer.LOCKED, 0),
        (Answer.LOCKED, 0),
    ]
    actions = AuditEntry.objects.filter(subject=f"user:{ada.pk}").values_list("action", flat=True)
    assert sorted(actions) == ["pin.locked", *["pin.refused"] * 4, "pin.set"]


def test_a_right_pin_forgives_the_slips_before(tablet, ada):
    for _ in range(3):
        assert tries(ada, tablet, *[WRONG] * 4, RIGHT)[-1] is Answer.RIGHT


def test_the_guesses_on_all_tablets_count_together(tablet, a_tablet, ward, ada):
    beside = a_tablet(ward, "Bay 2")
    tries(ada, tablet, *[WRONG] * 3)
    tries(ada, beside, *[WRONG] * 2)
    assert tries(ada, tablet, RIGHT) == [Answer.LOCKED]


def test_a_locked_pin_locks_nobody_else(tablet, ada, bea):
    tries(ada, tablet, *[WRONG] * 5)
    assert tries(bea, tablet, "903174") == [Answer.RIGHT]


def test_a_full_sign_in_unlocks_it(tablet, ada):
    tablet.sign_in(ada)
    tablet.lock()
    for _ in range(5):
        tablet.switch(ada, WRONG)
    said = tablet.switch(ada).json()["error"]
    assert "locked after five wrong tries" in said
    assert not tablet.opens()
    tablet.sign_in(ada)
    tablet.lock()
    assert tablet.switch(ada).status_code == 200


def test_who_has_no_pin_cannot_try_one(tablet, charge):
    assert tries(charge, tablet, RIGHT) == [Answer.NONE]


@pytest.mark.django_db(transaction=True)
def test_no_more_than_five_are_looked_at_however_many_try_at_once(tablet, ada, monkeypatch):
    looked_at = []
    verify = PinHasher.verify

    def counted(self, pin, encoded):
        looked_at.append(pin)
        return verify(self, pin, encoded)

    monkeypatch.setattr(PinHasher, "verify", counted)
    answers: list[Answer] = []
    start = threading.Barrier(12)

    def guess():
        start.wait()
        try:
            answers.extend(tries(ada, tablet, WRONG))
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 12
    assert len(looked_at) == 5
    assert tries(ada, tablet, RIGHT) == [Answer.LOCKED]


def test_a_pin_is_kept_as_a_hash_that_the_table_alone_cannot_undo(ada):
    row = Pin.objects.get(user=ada)
    assert row.encoded.startswith("argon2pin$argon2id$")
    assert RIGHT not in row.encoded
    # Without this place's own key, the right digits do not fit.
    assert not PinHasher().verify(RIGHT, row.encoded)


def test_two_people_with_one_pin_do_not_have_one_hash(ada, bea):
    pins.choose(bea, RIGHT, now=NOW)
    assert Pin.objects.get(user=ada).encoded != Pin.objects.get(user=bea).encoded


def test_a_pin_that_is_easy_to_guess_is_not_set(ada):
    before = Pin.objects.get(user=ada).encoded
    with pytest.raises(PinRefusedError, match="repeat"):
        pins.choose(ada, "000000", now=NOW)
    assert Pin.objects.get(user=ada).encoded == before


# --- The page ----------------------------------------------------------------------------------


def test_the_page_sets_a_pin_after_a_password(tablet, charge):
    tablet.sign_in(charge)
    answer = tablet.client.post("/pin/", {"pin": "751046", "again": "751046", "next": "/alerts/"})
    assert answer["Location"] == "/alerts/"
    tablet.lock()
    assert tablet.switch(charge, "751046").status_code == 200


@pytest.mark.parametrize(
    ("pin", "again", "said"),
    [
        ("751046", "751047", "The two differ."),
        ("111111", "111111", "These digits repeat."),
        ("240381", "240381", "reads like a date"),
        ("75104", "75104", "six digits"),
        ("", "", "This field is required."),
    ],
)
def test_the_page_says_why_a_pin_is_refused(tablet, charge, pin, again, said):
    tablet.sign_in(charge)
    answer = tablet.client.post("/pin/", {"pin": pin, "again": again})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not Pin.objects.filter(user=charge).exists()


def test_who_holds_an_open_tablet_cannot_change_its_owners_pin_or_badge(tablet, ada):
    tablet.sign_in(ada)
    tablet.lock()
    tablet.switch(ada)
    for content in ({"pin": "751046", "again": "751046"}, {"badge": "B0042-7781"}):
        assert tablet.client.post("/pin/", content).status_code == 403
    assert tries(ada, tablet, RIGHT) == [Answer.RIGHT]


def test_the_page_keeps_a_badge_and_refuses_a_short_or_a_taken_one(tablet, charge, ada):
    tablet.sign_in(charge)
    assert tablet.client.post("/pin/", {"badge": "B004277"}).status_code == 400
    assert tablet.client.post("/pin/", {"badge": "B0042778"}).status_code == 302
    tablet.sign_in(ada)
    taken = tablet.client.post("/pin/", {"badge": "B0042778"})
    assert taken.status_code == 400
    assert "Ask for another" in taken.content.decode()
    assert Device.objects.get().wrong_badges == 0
