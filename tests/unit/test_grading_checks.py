"""A grading table with a gap or an overlap stops the program before it starts."""

from dataclasses import replace
from functools import partial

import pytest
from django.core.checks import registry as django_checks
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from grading import checks
from grading.rules import registry, tables
from grading.rules.crs_astct import CRITERIA, SCALE


@pytest.fixture
def crs_with(monkeypatch):
    """Put other rows in the place of the CRS table."""

    def put(*rows):
        broken = replace(
            registry.SCALES[SCALE], check_tables=partial(tables.check_crs_tables, rows)
        )
        monkeypatch.setitem(registry.SCALES, SCALE, broken)

    return put


def test_the_tables_as_they_are_pass():
    assert checks.grading_tables_are_whole(None) == []


def test_a_gap_is_an_error_that_names_the_scale_and_what_falls_through(crs_with):
    crs_with(*(rule for rule in CRITERIA if rule.criterion.id != "crs-4-vasopressors"))
    found = checks.grading_tables_are_whole(None)
    assert found
    assert {error.id for error in found} == {"grading.E001"}
    assert all(error.is_serious() for error in found)
    assert all(error.msg.startswith("astct-crs: hypotension: no row for") for error in found)


def test_a_row_that_stands_twice_is_an_error_in_its_words(crs_with):
    crs_with(CRITERIA[0], *CRITERIA)
    words = [error.msg for error in checks.grading_tables_are_whole(None)]
    assert f"astct-crs: row {CRITERIA[0].criterion.id} appears twice" in words


def test_django_runs_the_check_by_itself(crs_with):
    registered = {getattr(check, "__name__", "") for check in django_checks.registry.get_checks()}
    assert checks.grading_tables_are_whole.__name__ in registered
    crs_with(*CRITERIA[1:])
    assert "grading.E001" in {message.id for message in run_checks()}


def test_a_command_refuses_to_start_on_a_broken_table(crs_with):
    crs_with(*CRITERIA[1:])
    with pytest.raises(SystemCheckError, match="astct-crs"):
        call_command("check")
