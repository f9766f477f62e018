"""A published intensive care extract, imported whole: nothing lost, nothing impossible."""

import csv
from collections import Counter

import pytest
from django.db.models import Q

from alerts.models import Alert, DueSet, Notification
from audit import trail
from grading.models import Assessment
from interop.models import ImportedRow
from patients.models import Stay
from tests.factories.extract import import_files
from tests.factories.ward import a_ward
from vitals import plausibility
from vitals.models import LabResult, ObservationSet

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def extract(samples):
    paths = sorted((samples / "mimic3demo").glob("*.csv"))
    assert len(paths) == 9
    return paths


def test_every_row_of_the_extract_is_accounted_for_and_a_second_run_stores_nothing(extract):
    ward = a_ward()
    rows = {path.name: sum(1 for _ in csv.DictReader(path.open())) for path in extract}
    first = import_files(*extract, ward=ward.code)
    assert {file["name"]: file["received"] for file in first["files"]} == rows
    assert first["status"] == 0
    assert first["duplicates"] == 0
    assert Counter(ImportedRow.objects.values_list("outcome", flat=True)) == {
        part: first[part] for part in ("stored", "quarantined", "rejected")
    }
    second = import_files(*reversed(extract), ward=ward.code)
    assert (second["stored"], second["duplicates"]) == (0, first["stored"])
    assert second["reasons"] == first["reasons"]


def test_the_extract_is_graded_plausible_and_silent(extract):
    import_files(*extract, ward=a_ward().code)
    assert not Alert.objects.exists()
    assert not Notification.objects.exists()
    assert not DueSet.objects.exists()
    assert not Stay.objects.filter(discharged_at=None).exists()
    possible = Q()
    columns = {column.name for column in ObservationSet._meta.get_fields()}
    for field in plausibility.FIELDS:
        if field in columns:
            limits = plausibility.limits_for(field, age_months=None)
            possible |= Q(**{f"{field}__lt": limits.hard_low})
            possible |= Q(**{f"{field}__gt": limits.hard_high})
    assert not ObservationSet.objects.filter(possible).exists()
    sets = sorted(ObservationSet.objects.values_list("pk", flat=True))
    for scale in ("astct-crs", "lee-2014", "mskcc"):  # of every age
        graded = Assessment.objects.filter(scale=scale).in_force()
        assert sorted(graded.values_list("observation_set", flat=True)) == sets
    assert not LabResult.objects.filter(loinc="").exists()
    assert trail.verify() == []


def test_a_dry_run_of_the_extract_says_what_a_run_does(extract):
    dry = import_files(*extract, dry_run=True)
    assert not ObservationSet.objects.exists()
    wet = import_files(*extract)
    for part in ("stored", "quarantined", "rejected", "sets", "reasons", "patients_registered"):
        assert dry[part] == wet[part]
