"""A hundred edits, deletions, insertions and swaps by a superuser: a hundred of each are found."""

import random
from hashlib import sha256

import pytest
from django.db import transaction

from audit import trail
from audit.models import AuditChain, AuditEntry
from tests.factories.ward import NOW, a_person
from tests.integration.audit.tampering import (
    CHAINS,
    ENTRIES,
    as_superuser,
    insert,
    other,
    put,
    rows,
)

pytestmark = pytest.mark.django_db
SEED = 20261123
TIMES = 100


def edit(chance, cursor, columns):
    row = chance.choice(rows(cursor, ENTRIES))
    name = columns[0]
    put(cursor, ENTRIES, row["id"], {name: other(chance, name, row[name])})


def remove(chance, cursor, _):
    row = chance.choice(rows(cursor, ENTRIES))
    cursor.execute(f"DELETE FROM {ENTRIES} WHERE id = %s", [row["id"]])


def add(chance, cursor, _):
    """Copy an entry to where its chain ends, to the start of a chain, or into another one."""
    row = chance.choice(rows(cursor, ENTRIES))
    last = max(each["seq"] for each in rows(cursor, ENTRIES) if each["scope"] == row["scope"])
    place = chance.choice(
        [
            {"seq": last + 1},
            {"seq": last + 1, "previous_digest": row["digest"]},
            {"scope": "patient:99", "seq": 1, "previous_digest": ""},
            {"seq": last + 1, "edition": 1, "previous_digest": row["digest"]},
        ]
    )
    insert(cursor, ENTRIES, {**row, "id": row["id"] + 10**6, **place})


def swap(chance, cursor, _):
    """Let two rows change places: by their keys, their numbers, or all that they say."""
    one, two = chance.sample(rows(cursor, ENTRIES), 2)
    how = chance.choice(["id", "place", "rest"])
    if how == "id":
        names = ["id"]
    elif how == "place":
        names = ["scope", "seq"]
    else:
        names = [name for name in one if name not in ("id", "scope", "seq")]
    aside = {"id": 10**9} if how == "id" else {"scope": "aside", "seq": 10**6}
    put(cursor, ENTRIES, two["id"], aside)
    put(cursor, ENTRIES, one["id"], {name: two[name] for name in names})
    key = aside.get("id", two["id"])
    put(
        cursor,
        ENTRIES,
        key,
        {"scope": two["scope"], "seq": two["seq"]} | {n: one[n] for n in names},
    )


def edit_head(chance, cursor, columns):
    row = chance.choice(rows(cursor, CHAINS))
    name = columns[0]
    put(cursor, CHAINS, row["id"], {name: other(chance, name, row[name])})


@pytest.fixture
def written(db):
    people = [a_person(), a_person(), None]
    for n in range(24):
        trail.record(
            action="tested",
            actor=people[n % 3],
            scope=f"patient:{n % 4 + 1}",
            subject=f"set:{n}",
            at=NOW,
            detail={"n": n},
        )
    assert trail.verify() == []


def found_of(seed, tamper, columns):
    """Tamper, look, and take it back; whether it was found."""
    chance = random.Random(seed)
    with transaction.atomic():
        with as_superuser() as cursor:
            tamper(chance, cursor, columns)
        found = bool(trail.verify())
        transaction.set_rollback(True)
    return found


COLUMNS = [field.column for field in AuditEntry._meta.concrete_fields]
HEAD_COLUMNS = [field.column for field in AuditChain._meta.concrete_fields]


@pytest.mark.parametrize(
    ("tamper", "columns"),
    [
        (edit, COLUMNS),
        (remove, [""]),
        (add, [""]),
        (swap, [""]),
        (edit_head, HEAD_COLUMNS),
    ],
)
def test_a_hundred_of_a_hundred_are_found(written, tamper, columns):
    assert len(columns) in (1, 7, 11)
    missed = [
        (n, columns[n % len(columns)])
        for n in range(TIMES)
        if not found_of(SEED + n, tamper, [columns[n % len(columns)]])
    ]
    assert missed == []
    assert trail.verify() == []


def test_a_chain_that_vanishes_with_its_head_is_missed(written):
    with as_superuser() as cursor:
        cursor.execute(f"DELETE FROM {ENTRIES} WHERE scope = 'patient:3'")
        cursor.execute(f"DELETE FROM {CHAINS} WHERE scope = 'patient:3'")
    assert [each.why for each in trail.verify()] == ["the whole chain is gone"]


def test_so_is_the_register_itself(written):
    with as_superuser() as cursor:
        cursor.execute(f"DELETE FROM {ENTRIES} WHERE scope = 'chains'")
        cursor.execute(f"DELETE FROM {CHAINS} WHERE scope = 'chains'")
    assert {each.why for each in trail.verify()} == {"the register does not know the chain"}


def test_a_chain_begun_anew_after_it_was_removed_is_found(written):
    with as_superuser() as cursor:
        cursor.execute(f"DELETE FROM {ENTRIES} WHERE scope = 'patient:3'")
        cursor.execute(f"DELETE FROM {CHAINS} WHERE scope = 'patient:3'")
    trail.record(action="tested", actor=None, scope="patient:3", subject="set:1", at=NOW)
    assert [each.why for each in trail.verify()] == ["the chain was begun twice"]


def test_going_on_does_not_heal_a_head_that_was_cut_back(written):
    with as_superuser() as cursor:
        kept = AuditEntry.objects.get(scope="patient:1", seq=2)
        cursor.execute(f"DELETE FROM {ENTRIES} WHERE scope = 'patient:1' AND seq > 2")
        cursor.execute(
            f"UPDATE {CHAINS} SET seq = 2, digest = %s, entry_id = %s WHERE scope = 'patient:1'",
            [kept.digest, kept.pk],
        )
    trail.record(action="tested", actor=None, scope="patient:1", subject="set:1", at=NOW)
    assert [each.why for each in trail.verify()] == ["was written after a head that was changed"]


def test_whoever_has_no_key_cannot_write_a_chain_of_old_seals(written):
    """Without the key, only the seals of old can be made: these were pinned when keys came."""
    from audit.seals import PLAIN, Content

    entry = AuditEntry.objects.get(scope="patient:2", seq=1)
    with as_superuser() as cursor:
        content = Content(PLAIN, "x", 1, entry.at, None, "tested", "y", {}, "")
        digest = sha256(content.words()).hexdigest()
        row = next(each for each in rows(cursor, ENTRIES) if each["id"] == entry.pk)
        forged = {"scope": "x", "seq": 1, "actor_id": None, "subject": "y", "detail": "{}"}
        forged |= {"previous_digest": "", "digest": digest, "edition": PLAIN, "id": 10**6}
        insert(cursor, ENTRIES, {**row, **forged})
        head = {"id": 10**6, "scope": "x", "seq": 1, "digest": digest, "entry_id": 10**6}
        insert(cursor, CHAINS, {**head, "is_registered": False, "seal": ""})
    why = {each.why for each in trail.verify()}
    assert "an entry without a key's seal was not there when keys came" in why


def test_another_key_proves_nothing_and_an_old_key_still_does(written, settings):
    old = settings.SECRET_KEY
    settings.CRS_AUDIT_KEYS = ["k" * 50]
    trail.record(action="tested", actor=None, scope="patient:1", subject="set:1", at=NOW)
    assert trail.verify() == []
    settings.SECRET_KEY = "another key, which sealed nothing of what was written before"
    assert trail.verify()
    settings.SECRET_KEY_FALLBACKS = [old]
    assert trail.verify() == []
