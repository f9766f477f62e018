"""Broken resources, thousands of them: never a server error, never a silent drop."""

import copy
import json
import os
import random
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from interop.models import QuarantinedItem
from tests.factories import fhir, ward
from vitals.models import ObservationSet

SAMPLES = Path(os.environ.get("CRS_SAMPLES", Path(__file__).parents[4] / "shared" / "samples"))
# The long run sets it to thousands; each seed is one case, so that a failing one can be run alone.
CASES = int(os.environ.get("CRS_FHIR_FUZZ", "150"))
pytestmark = pytest.mark.django_db
ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**18, 10**30, "", " ", "x", "\x00", "é", "x" * 5000, [], {},
    [None], [[]], {"a": 1}, "2026-03-10", "2026-03-10T11:40:00", "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00", "1e999", "NaN", "final", "#x", "Patient/", "urn:uuid:", "\ufffe",
]  # fmt: skip


def documents():
    """What is broken: made here, and the official examples where they are."""
    made = [
        fhir.observation(),
        fhir.pressure(),
        fhir.observation("1988-5", 12, "mg/dL"),
        fhir.patient("F1", name=[{"family": "Doe", "given": ["A"]}]),
        fhir.bundle("transaction", fhir.patient("F2"), fhir.observation(), fhir.pressure()),
        fhir.bundle("batch", fhir.observation(), fhir.observation("8310-5", 38.2)),
    ]
    found = sorted((SAMPLES / "fhir").glob("*.json"))
    return made + [json.loads(path.read_text()) for path in found]


def places_in(value, path=()):
    """Every element of a document, by its path."""
    yield path
    if isinstance(value, dict):
        for name in value:
            yield from places_in(value[name], (*path, name))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from places_in(each, (*path, index))


def broken(document, chance):
    """The document with one to three elements changed, dropped, doubled or moved."""
    made = copy.deepcopy(document)
    for _ in range(chance.randint(1, 3)):
        path = chance.choice([place for place in places_in(made) if place])
        parent = made
        for step in path[:-1]:
            parent = parent[step]
        deed = chance.random()
        if deed < 0.2:
            del parent[path[-1]]
        elif deed < 0.35 and isinstance(parent, dict):
            parent[chance.choice(["foo", "value", "code", "resourceType", "_id"])] = parent[
                path[-1]
            ]
        elif deed < 0.45:
            parent[path[-1]] = [parent[path[-1]]]
        else:
            parent[path[-1]] = chance.choice(ODD)
        if not list(places_in(made))[1:]:
            break
    return made


def torn(body, chance):
    """The text with some bytes changed, dropped, doubled or cut off."""
    made = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made))
        deed = chance.random()
        if deed < 0.4:
            made[at] = chance.randrange(256)
        elif deed < 0.6:
            del made[at : at + chance.randint(1, 9)]
        elif deed < 0.8:
            made[at:at] = made[at : at + chance.randint(1, 30)]
        else:
            del made[at:]
        if not made:
            break
    return bytes(made)


def case(seed):
    """Where a broken body is sent, and the body."""
    chance = random.Random(seed)
    document = chance.choice(documents())
    kind = document["resourceType"]
    if chance.random() < 0.6:
        body = json.dumps(broken(document, chance)).encode()
    else:
        body = torn(json.dumps(document).encode(), chance)
    return ("" if kind == "Bundle" else kind), body


@pytest.fixture(scope="module")
def seeds():
    return range(CASES)


def test_no_broken_body_is_a_server_error_and_each_is_answered(seeds):
    sender = fhir.Sender.of(ward.a_ward())
    statuses = set()
    for seed in seeds:
        path, body = case(seed)
        with transaction.atomic():
            answer = sender.post(f"/fhir/{path}", data=body, content_type=fhir.MEDIA)
        statuses.add(answer.status_code)
        assert answer.status_code < 500, seed
        said = json.loads(answer.content)
        if answer.status_code >= 202:
            assert said["resourceType"] == "OperationOutcome", seed
            assert said["issue"][0]["diagnostics"], seed
        if answer.status_code == 422:
            assert any("expression" in issue for issue in said["issue"]), seed
    assert {400, 422} <= statuses
    assert {200, 201, 202} & statuses


def test_no_broken_file_is_dropped_or_stops_the_run(seeds, tmp_path):
    received = 0
    for seed in list(seeds)[: max(40, CASES // 4)]:
        _, body = case(seed)
        path = tmp_path / f"{seed}.json"
        path.write_bytes(body)
        out = StringIO()
        with suppress(SystemExit):
            call_command("import_fhir", str(path), rejects=str(tmp_path / "r"), stdout=out,
                         stderr=StringIO())  # fmt: skip
        summary = json.loads(out.getvalue())
        parts = [summary[p] for p in ("stored", "duplicates", "quarantined", "rejected")]
        assert summary["received"] == sum(parts) >= 1, seed
        received += summary["received"]
    assert received >= 40


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_nothing_odd_in_place_of_a_value_is_charted(odd):
    place = ward.a_ward()
    someone = ward.a_patient(place)
    sender = fhir.Sender.of(place)
    before = ObservationSet.objects.count()
    resource = fhir.of(someone, fhir.observation())
    resource["valueQuantity"]["value"] = odd
    answer = sender.send("Observation", resource)
    assert answer.status_code in (201, 202, 400, 422)
    assert (answer.status_code == 201) is (ObservationSet.objects.count() > before)
    if answer.status_code == 201:
        assert isinstance(odd, int | float)
        assert 10 <= ObservationSet.objects.get().heart_rate_bpm <= 350
    if answer.status_code == 202:
        assert QuarantinedItem.objects.exists()
