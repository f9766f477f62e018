"""What another ward, no ward, or a role that only reads sends as FHIR leaves nothing behind."""

from typing import Final

import pytest
from django.db import transaction

from interop.fhir import text
from interop.fhir.models import HeldResource
from patients.models import Infusion, Patient, Stay, Treatment
from tests.access.cast import Caller
from tests.access.test_matrix import House, built, house
from vitals.models import LabResult, ObservationSet

__all__ = ["built", "house"]
pytestmark = pytest.mark.django_db

_KINDS: Final = ("Patient", "Encounter", "Observation", "MedicationAdministration", "Procedure")
_TABLES: Final = (HeldResource, Infusion, LabResult, ObservationSet, Patient, Stay, Treatment)
# Of the patient's own ward, and allowed to chart there.
_MAY: Final = frozenset({"nurse@own", "charge@own", "oncologist@own", "system@own"})


def stored() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in _TABLES}


def send(caller: Caller, house: House, kind: str, *, as_bundle: str) -> int:
    resource = house.bodies._resource(f"fhir/{kind}")
    where, sent = f"/fhir/{kind}", resource
    if as_bundle:
        where = "/fhir/"
        entry = {"resource": resource, "request": {"method": "POST", "url": kind}}
        sent = {"resourceType": "Bundle", "type": as_bundle, "entry": [entry]}
    answer = caller.ask("POST", where, data=text.write(sent), content_type=text.MEDIA_TYPE)
    return int(answer.status_code)


@pytest.mark.parametrize("as_bundle", ["", "batch", "transaction"])
@pytest.mark.parametrize("kind", _KINDS)
def test_nothing_is_stored_of_the_patient(house, kind, as_bundle):
    before = stored()
    left: dict[str, tuple[int, dict[str, int]]] = {}
    for caller in house.callers:
        if caller.name in _MAY:
            continue
        with transaction.atomic():
            status = send(caller, house, kind, as_bundle=as_bundle)
            after = stored()
            transaction.set_rollback(True)
        if after != before:
            left[caller.name] = (
                status,
                {n: after[n] - before[n] for n in after if after[n] != before[n]},
            )
        assert status < 500, caller.name
    assert left == {}


def test_the_same_body_is_stored_of_who_may(house):
    (nurse,) = (caller for caller in house.callers if caller.name == "nurse@own")
    before = stored()
    with transaction.atomic():
        assert send(nurse, house, "Observation", as_bundle="") == 201
        assert stored()["ObservationSet"] == before["ObservationSet"] + 1
        transaction.set_rollback(True)
