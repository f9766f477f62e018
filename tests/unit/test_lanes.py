"""The second lane leaves out what no database can change, and nothing else."""

import django.test
import pytest

from tests.plugins import lanes


def why_not_here(item, *, only_database=True):
    return lanes._why_not_here(item, only_database=only_database)


@pytest.fixture
def some_ward(db):
    """Ask for the database behind the back of the test."""


def test_a_test_of_pure_rules_runs_once(request):
    assert "once" in why_not_here(request.node)
    assert why_not_here(request.node, only_database=False) == ""


def test_a_test_that_takes_the_database_runs_in_both_lanes(request, db):
    assert why_not_here(request.node) == ""


def test_a_test_whose_fixture_takes_the_database_runs_in_both_lanes(request, some_ward):
    assert why_not_here(request.node) == ""


@pytest.mark.django_db
def test_a_test_marked_for_the_database_runs_in_both_lanes(request):
    assert why_not_here(request.node) == ""


@pytest.mark.parametrize("story", [True, False])
def test_of_what_drives_a_browser_whole_stories_run_in_both_lanes(request, db, story):
    request.node.add_marker("browser")
    if story:
        request.node.add_marker("story")
    assert (why_not_here(request.node) == "") is story
    assert why_not_here(request.node, only_database=False) == ""


class TestOfDjango(django.test.TestCase):
    """A test in the form of Django's own."""

    @pytest.fixture(autouse=True)
    def _keep(self, request):
        self.node = request.node

    def test_a_test_in_the_form_of_django_runs_in_both_lanes(self):
        assert why_not_here(self.node) == ""


@pytest.mark.parametrize("own", ["sqlite", "postgres"])
@pytest.mark.parametrize("lane", ["sqlite", "postgres"])
def test_what_makes_a_database_of_its_own_runs_in_one_lane(request, monkeypatch, own, lane):
    request.node.add_marker(f"{own}_lane")
    monkeypatch.setenv("CRS_TEST_DATABASE", lane)
    assert (why_not_here(request.node) == "") is (lane == own)


@pytest.mark.parametrize("opens", [True, False])
def test_a_test_that_opens_the_database_unasked_fails(request, monkeypatch, tmp_path, opens):
    file = tmp_path / "crs.sqlite3"
    monkeypatch.setattr(lanes, "default_file", lambda: file)
    call = lanes.pytest_runtest_call(request.node)
    next(call)
    if opens:
        file.touch()
    outcome = pytest.raises(pytest.fail.Exception if opens else StopIteration)
    with outcome:
        call.send(None)
