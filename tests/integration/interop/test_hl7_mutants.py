"""Damaged messages: every one is answered, accounted for, and none stored as something else."""

import random

import pytest

from interop.hl7v2.account import Incoming
from interop.hl7v2.receiving import receive
from interop.models import ReceivedMessage
from tests.factories.hl7 import (
    CRP,
    VITALS,
    code_of,
    how,
    import_files,
    message,
    msh,
    obr,
    obx,
    pid,
    vital,
)
from tests.factories.ward import a_patient, a_ward
from vitals.models import LabResult, ObservationSet

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

VALUES = {"heart_rate_bpm": 91, "systolic_mmhg": 117, "diastolic_mmhg": 63, "spo2_percent": 95}
SEEDS = range(8)
EACH = 25


@pytest.fixture
def patient():
    return a_patient(a_ward(), mrn="P1", infused_at=None)


def original(number):
    return message(
        msh(number=f"N{number}"), pid("P1"), obr(f"F{number}"),
        *(vital(name, value, number=n) for n, (name, value) in enumerate(VALUES.items(), 1)),
        obx(CRP, "12", "mg/L", number=9),
    )  # fmt: skip


def damaged(raw, rng):
    """One to three bytes changed, left out, doubled or cut off."""
    content = bytearray(raw)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(content))
        kind = rng.randrange(6)
        if kind <= 1:
            content[at] = rng.randrange(256)
        elif kind == 2:
            del content[at]
        elif kind == 3:
            content[at:at] = bytes([rng.choice(b'|^~\\&\r\n\x0b\x1c"0x')])
        elif kind == 4:
            content[at:at] = content[max(0, at - rng.randrange(40)) : at]
        elif len(content) > 60:
            del content[at:][: rng.randrange(30)]
            content = content[: max(40, at)]
    return bytes(content)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_message_is_answered_accounted_for_and_never_something_else(patient, seed):
    rng = random.Random(seed)
    for number in range(EACH):
        raw = damaged(original(f"{seed}-{number}"), rng)
        answer = receive(raw, how=how())
        assert code_of(answer) in {"AA", "AE", "AR"}
        # Two that were cut off at the same place are one message.
        row = ReceivedMessage.objects.get(digest=Incoming(raw).digest)
        assert bytes(row.text.content).strip() == raw.strip()
        parts = ("stored", "duplicates", "quarantined", "rejected")
        assert row.counts["received"] == sum(row.counts[part] for part in parts) >= 1
    # A digit may have changed to another one; a value is never under another code or unit.
    for stored in ObservationSet.objects.all():
        recorded = {name for name in VITALS if getattr(stored, name) is not None}
        assert recorded <= VALUES.keys()
        assert stored.patient == patient
    assert {*LabResult.objects.values_list("loinc", "unit")} <= {("1988-5", "mg/L")}


def test_noise_of_every_kind_is_answered():
    rng = random.Random(0)
    for length in range(0, 300, 7):
        raw = bytes(rng.randrange(256) for _ in range(length))
        assert code_of(receive(raw, how=how())) == "AR"
        assert code_of(receive(b"MSH" + raw, how=how())) in {"AR", "AE"}


@pytest.mark.parametrize("seed", range(3))
def test_a_file_of_damaged_messages_is_accounted_for_twice_alike(tmp_path, seed):
    rng = random.Random(seed)
    raw = [damaged(original(f"{seed}-{number}"), rng) for number in range(60)]
    path = tmp_path / "damaged.hl7"
    path.write_bytes(b"\r".join(raw))
    first, second = import_files(path), import_files(path)
    assert first["received"] >= first["messages"]["received"] >= 30
    assert second["received"] == first["received"]
    assert second["stored"] == 0
    assert (first["status"], second["status"]) == (0, 0)
