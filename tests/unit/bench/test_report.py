"""The report says what was measured, in which direction, and when it does not count."""

import json

from bench import report
from bench.contest import Sample
from bench.run import Outcome

MACHINE = {
    "processor": "one", "cores": 2, "load_average": [1.0, 1.0, 1.0], "python": "3",
    "postgresql": "18", "django": "5.2", "djangorestframework": "3", "psycopg2": "2",
    "gunicorn": "2",
}  # fmt: skip
DOOR, FLOOR = "chart, session, 8 clients", "floor, session, 8 clients"
BOARD, PAGE = "board, 30 patients", "one row, session"


def an_outcome(**fields):
    rates = {DOOR: 66, FLOOR: 100, BOARD: 50, PAGE: 90, "grade a case": 30_000}
    samples = [
        Sample(name, number, units, 1.0, 1.0, (5.0, 9.0))
        for name, units in rates.items()
        for number in range(5)
    ]
    return Outcome(MACHINE, samples, {DOOR: FLOOR, BOARD: PAGE}, **fields)


def test_charting_is_a_share_of_the_floor_and_a_board_a_multiple_of_the_page():
    found = report.figures(an_outcome())
    assert found == {DOOR: 0.66, BOARD: 1.8, "grade a case": 30_000}


def test_a_line_for_each_contender_shows_rate_ratio_and_latency():
    shown = {row[:34].strip(): row for row in report.table(an_outcome()).splitlines()}
    assert "0.660 (0.660-0.660)" in shown[DOOR]
    assert shown[DOOR].endswith("5.0      9.0")
    assert "base" in shown[FLOOR]


def test_what_was_not_measured_is_said():
    assert "d        board, 90,000 sets of history       <= 1.3  not measured" in report.table(
        an_outcome()
    )
    assert report.last_line(an_outcome()).endswith(
        "not measured a1 a2 b500 c-ratio d e-file e-http e-memory"
    )


def test_a_run_with_a_fault_reaches_no_target():
    outcome = an_outcome(faults=["chart: status 500"])
    assert report.last_line(outcome) == "Targets: the run is invalid"
    assert report.table(outcome) == "THIS RUN DOES NOT COUNT:\n  chart: status 500"


def test_a_run_that_ended_before_its_bases_were_measured_can_still_be_told():
    outcome = an_outcome(faults=["floor: status 500"])
    outcome.samples = [each for each in outcome.samples if each.contender != FLOOR]
    assert "floor: status 500" in report.table(outcome)
    assert report.figures(outcome) == {}


def test_the_file_keeps_every_sample_and_whether_it_counts(tmp_path):
    report.write_json(an_outcome(faults=["a gap"]), tmp_path / "bench.json")
    kept = json.loads((tmp_path / "bench.json").read_text())
    assert (kept["valid"], kept["faults"]) == (False, ["a gap"])
    assert len(kept["samples"]) == 25
    assert kept["samples"][0]["p95_ms"] == 9.0
    assert kept["bases"][DOOR] == FLOOR
