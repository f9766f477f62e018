"""A trail that was begun without a key stays whole, and is pinned where it stood when keys came."""

from hashlib import sha256
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from audit import trail
from audit.models import AuditChain, AuditEntry
from audit.seals import PLAIN, Content
from tests.factories.ward import NOW
from tests.integration.audit.tampering import CHAINS, ENTRIES, as_superuser, insert, put, rows

pytestmark = pytest.mark.django_db
adopt = import_module("audit.migrations.0004_keyed_seals").adopt


def plain_chain(scope, count):
    """What the first edition wrote: digests without a key, a head without a seal."""
    digest = ""
    for seq in range(1, count + 1):
        content = Content(PLAIN, scope, seq, NOW, None, "tested", "x", {"n": seq}, digest)
        entry = AuditEntry(
            scope=scope, seq=seq, at=NOW, action="tested", subject="x", detail={"n": seq},
            previous_digest=digest, digest=sha256(content.words()).hexdigest(), edition=PLAIN,
        )  # fmt: skip
        entry.save(force_insert=True)
        digest = entry.digest
    AuditChain.objects.create(scope=scope, seq=count, digest=digest)


@pytest.fixture
def adopted(db):
    plain_chain("patient:1", 3)
    plain_chain("patient:2", 2)
    adopt(apps, SimpleNamespace(connection=connection))


def test_an_old_trail_is_whole_and_goes_on_with_a_key(adopted):
    assert trail.verify() == []
    trail.record(action="tested", actor=None, scope="patient:1", subject="x", at=NOW)
    trail.record(action="tested", actor=None, scope="patient:3", subject="x", at=NOW)
    assert trail.verify() == []


def test_a_database_without_a_trail_gets_no_register(db):
    adopt(apps, SimpleNamespace(connection=connection))
    assert not AuditChain.objects.exists()


def test_an_old_entry_that_is_changed_is_found(adopted):
    with as_superuser() as cursor:
        row = rows(cursor, ENTRIES)[0]
        put(cursor, ENTRIES, row["id"], {"action": "other"})
    assert trail.verify()


def test_an_old_chain_written_anew_without_the_key_is_found(adopted):
    """Every plain digest can be made by anybody; the pin cannot."""
    with as_superuser() as cursor:
        cursor.execute(f"DELETE FROM {ENTRIES} WHERE scope = 'patient:2'")
        content = Content(PLAIN, "patient:2", 1, NOW, None, "forged", "x", {}, "")
        digest = sha256(content.words()).hexdigest()
        row = next(each for each in rows(cursor, ENTRIES) if each["scope"] == "patient:1")
        forged = {"id": 10**6, "scope": "patient:2", "seq": 1, "action": "forged"}
        forged |= {"detail": "{}", "previous_digest": "", "digest": digest}
        insert(cursor, ENTRIES, {**row, **forged})
        head = AuditChain.objects.get(scope="patient:2")
        put(cursor, CHAINS, head.pk, {"seq": 1, "digest": digest, "entry_id": 10**6})
    why = {each.why for each in trail.verify()}
    assert "its head was changed" in why
    assert "an entry without a key's seal was not there when keys came" in why
