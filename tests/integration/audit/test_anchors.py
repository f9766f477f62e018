"""An anchor kept elsewhere finds what no seal can: old entries put back together with old heads."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from audit import anchoring, chain, register, trail
from audit.models import AuditChain, AuditEntry
from tests.factories.ward import NOW
from tests.integration.audit.tampering import CHAINS, ENTRIES, as_superuser, insert, rows

pytestmark = pytest.mark.django_db


def write(count, scope="patient:1"):
    for n in range(count):
        trail.record(action="tested", actor=None, scope=scope, subject=f"set:{n}", at=NOW)


@pytest.fixture
def anchored(tmp_path):
    """Two chains, and an anchor of them."""
    write(5)
    write(2, scope="patient:2")
    path = tmp_path / "kept" / "anchor.jsonl"
    anchoring.write(path, now=NOW)
    return path


def whys(path):
    return [(each.scope, each.why) for each in anchoring.breaks(path)]


def put_back(cursor, before):
    """Let both tables hold what they held then."""
    for table in (ENTRIES, CHAINS):
        cursor.execute(f"DELETE FROM {table}")
        for row in before[table]:
            insert(cursor, table, row)


def test_a_trail_that_only_grew_holds_its_anchor(anchored):
    write(3)
    write(1, scope="patient:3")
    assert whys(anchored) == []
    out = io.StringIO()
    call_command("verify_audit", "--against", anchored, stdout=out)
    assert "every chain is whole and holds 1 anchors" in out.getvalue()
    assert "14 entries in 4 chains" in out.getvalue()


def test_an_old_copy_put_back_whole_is_found_by_the_anchor_alone(tmp_path):
    write(3)
    with as_superuser() as cursor:
        before = {table: rows(cursor, table) for table in (ENTRIES, CHAINS)}
        write(2)
        write(1, scope="patient:2")
        path = tmp_path / "anchor.jsonl"
        anchoring.write(path, now=NOW)
        put_back(cursor, before)
    assert trail.verify() == []
    gone = "was there when the anchor was written"
    assert whys(path) == [("patient:1", gone), ("chains", gone), ("patient:2", gone)]
    with pytest.raises(CommandError, match="3 breaks"):
        call_command("verify_audit", "--against", path, stdout=io.StringIO())


def test_an_emptied_trail_is_found(anchored):
    with as_superuser() as cursor:
        cursor.execute(f"DELETE FROM {ENTRIES}")
        cursor.execute(f"DELETE FROM {CHAINS}")
    assert trail.verify() == []
    assert len(whys(anchored)) == 3


@pytest.mark.parametrize("line", [0, 1, 2, 3])
def test_an_anchor_that_was_changed_says_so(anchored, line):
    lines = anchored.read_text().splitlines()
    words = json.loads(lines[line])
    if line == 3:
        words["chains"] = 2
    else:
        words[1] = 1
    lines[line] = json.dumps(words)
    anchored.write_text("\n".join(lines) + "\n")
    assert ("anchor", "the anchor itself was changed") in whys(anchored)


def test_an_anchor_that_was_cut_short_says_so(anchored):
    lines = anchored.read_text().splitlines(keepends=True)
    anchored.write_text("".join(lines[:-1]))
    assert whys(anchored) == [("anchor.jsonl", "the anchor has no end")]


def test_it_holds_no_more_than_ids_and_digests(anchored):
    *heads, last = [json.loads(line) for line in anchored.read_text().splitlines()]
    assert {scope for scope, _, _ in heads} == {"patient:1", "patient:2", "chains"}
    assert last.keys() == {"at", "chains", "digest", "seal"}
    assert anchored.stat().st_mode & 0o777 == 0o600


def test_the_sender_writes_one_a_day(settings, tmp_path):
    settings.CRS_AUDIT_ANCHORS_DIR = tmp_path / "not yet there"
    write(1)
    first = anchoring.write_due(now=NOW)
    assert first is not None
    assert anchoring.write_due(now=NOW + timedelta(hours=11)) is None
    assert anchoring.write_due(now=NOW + timedelta(hours=12)) is not None
    assert len(list(settings.CRS_AUDIT_ANCHORS_DIR.iterdir())) == 2


def test_the_command_says_where_it_lies_and_what_seals_it(tmp_path):
    write(1)
    out = io.StringIO()
    call_command("anchor_audit", "--to", tmp_path / "here", stdout=out)
    assert json.loads((tmp_path / "here").read_text().splitlines()[-1])["seal"] in out.getvalue()


@pytest.mark.parametrize("words", ["no anchor\n", "[1, 2]\n"])
def test_a_file_that_is_none_is_refused_with_a_word(tmp_path, words):
    path = tmp_path / "x"
    path.write_text(words)
    with pytest.raises(CommandError, match="is no anchor"):
        call_command("verify_audit", "--against", path, stdout=io.StringIO())


def test_a_chain_that_found_the_register_busy_is_named_later():
    write(1)
    head = AuditChain.objects.create(scope="patient:9")
    entry = AuditEntry(action="tested", subject="set:1", at=NOW)
    chain.append(head, entry)
    chain.keep(head)
    assert trail.verify() == []
    assert register.catch_up(at=NOW) == 1
    assert register.catch_up(at=NOW) == 0
    assert trail.verify() == []
    named = AuditEntry.objects.get(scope="chains", subject="patient:9")
    assert named.detail == {"chain": head.pk, "first": entry.digest}


def found_it_busy(*scopes):
    """Chains that were begun while somebody else wrote in the register."""
    for scope in scopes:
        head = AuditChain.objects.create(scope=scope)
        chain.append(head, AuditEntry(action="tested", subject="set:1", at=NOW))
        chain.keep(head)


@pytest.mark.parametrize(
    "naming", [lambda: write(1, scope="patient:5"), lambda: register.catch_up(at=NOW)]
)
def test_many_that_found_it_busy_are_named_at_once_and_nothing_looks_changed(naming, caplog):
    write(1)
    found_it_busy("patient:2", "patient:3", "patient:4")
    naming()
    assert not AuditChain.objects.filter(is_registered=False).exists()
    assert trail.verify() == []
    assert "head_was_changed" not in caplog.text
