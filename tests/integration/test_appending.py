"""Many facts at once are the facts that were given, on the road of either database."""

import uuid
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from audit import appending
from audit.facts import ClinicalFact
from tests.factories.ward import NOW, a_patient, a_ward
from vitals.models import LabResult, ObservationSet

pytestmark = pytest.mark.django_db

MANY = appending.WORTH_A_COPY
FACTS = [model for model in apps.get_models() if issubclass(model, ClinicalFact)]
# What a line of COPY could mistake for something else.
SPOILERS = ("\\N", "\\.", "a\tb", "a\nb", "a\r\nb", "C:\\new", "Ärztin µg “x”", "null", "", " ")


def a_set(patient, **fields):
    return ObservationSet(
        client_id=uuid.uuid4(),
        body_hash="0" * 64,
        patient=patient,
        taken_at=NOW,
        charted_at=NOW,
        received_at=NOW,
        **fields,
    )


def stored(row):
    """A row as the database has it, apart from its number."""
    found = type(row).objects.filter(pk=row.pk).values().get()
    return {name: value for name, value in found.items() if name != "id"}


def values_of(row):
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"}


def test_every_value_comes_back_as_it_was_given():
    patient = a_patient(a_ward())
    rows = [
        a_set(
            patient,
            note=SPOILERS[number % len(SPOILERS)],
            temperature_celsius=None if number % 3 else Decimal("38.1250"),
            heart_rate_bpm=60 + number,
            worried=(True, False, None)[number % 3],
            vasopressors=([], ["norepinephrine"], None)[number % 3],
            as_entered={"said": SPOILERS[number % len(SPOILERS)], "of": {"x": [1, None, True]}},
        )
        for number in range(MANY)
    ]
    assert appending.append(rows) == rows
    assert [stored(row) for row in rows] == [values_of(row) for row in rows]
    numbers = [row.pk for row in rows]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("count", [0, 1, MANY - 1, MANY, 600])
def test_as_many_are_stored_as_were_given(count):
    patient = a_patient(a_ward())
    appending.append([a_set(patient) for _ in range(count)])
    assert ObservationSet.objects.count() == count


@pytest.mark.parametrize("count", [1, MANY])
def test_one_that_cannot_be_keeps_all_of_them_out(count):
    patient = a_patient(a_ward())
    wrong = a_set(patient, systolic_mmhg=80, diastolic_mmhg=80)
    with pytest.raises(IntegrityError), transaction.atomic():
        appending.append([*(a_set(patient) for _ in range(count - 1)), wrong])
    assert ObservationSet.objects.count() == 0


def test_what_was_appended_can_be_corrected_by_what_is_appended_next():
    patient = a_patient(a_ward())
    first = appending.append([a_set(patient) for _ in range(MANY)])
    again = [a_set(patient, supersedes=row, reason="typed wrong") for row in first]
    appending.append(again)
    in_force = ObservationSet.objects.in_force().order_by("pk")
    assert list(in_force.values_list("pk", flat=True)) == [row.pk for row in again]


def test_a_row_charted_later_takes_the_next_number():
    patient = a_patient(a_ward())
    rows = appending.append([a_set(patient) for _ in range(MANY)])
    one = a_set(patient)
    one.save()
    assert one.pk > rows[-1].pk


@pytest.mark.parametrize("model", FACTS, ids=lambda model: model._meta.label)
def test_every_fact_can_be_written_as_text(model):
    names, _, writers = appending._columns(model)
    assert len(names) == len(writers) == len(model._meta.concrete_fields)


def test_a_result_keeps_every_digit():
    patient = a_patient(a_ward())
    fields = {"loinc": "1988-5", "display": "CRP", "taken_at": NOW, "received_at": NOW}
    values = [Decimal("0.000001"), Decimal("1E+3"), Decimal("-0.5"), Decimal("123456.789012")]
    rows = [
        LabResult(client_id=uuid.uuid4(), patient=patient, value=values[n % 4], **fields)
        for n in range(MANY)
    ]
    appending.append(rows)
    found = LabResult.objects.order_by("pk").values_list("value", flat=True)
    assert list(found) == [row.value for row in rows]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no COPY")
def test_many_take_two_statements(django_assert_num_queries):
    patient = a_patient(a_ward())
    assert connection.vendor == "postgresql"
    rows = [a_set(patient) for _ in range(1000)]
    with django_assert_num_queries(2):
        appending.append(rows)
