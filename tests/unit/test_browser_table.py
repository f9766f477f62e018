"""The table a tablet grades by: how it is written, checked, and what the calendar changes in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts import rulebook
from alerts.policy import Severity
from alerts.policy.breaches import Breach
from charting.browser import diagram, generate, limits, policy
from charting.browser.diagram import ALPHABET, Part
from charting.browser.spans import Calendar, run_of, spans
from patients import therapies
from patients.models import Patient
from patients.windows import Dose, DoseKind
from vitals import plausibility

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")


def of(born=date(1980, 5, 1), doses=(), zone=UTC):
    return Calendar(Patient(birth_date=born), doses, zone)


def stretches(calendar, rows=(), *, hours=36):
    return spans(calendar, rows, since=NOON, until=NOON + timedelta(hours=hours))


# --- How it is written -------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(generate, "FOLDER", tmp_path / "rules")
    monkeypatch.setattr(generate, "rendered", lambda: {"grades.json": '{"digest":"a"}\n'})
    return tmp_path / "rules"


def test_a_table_that_is_not_there_or_says_otherwise_fails_the_check(folder, capsys):
    assert generate.main(["--check"]) == 1
    assert "grades.json is not what the rules say" in capsys.readouterr().err
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    assert generate.digest() == "a"
    (folder / "grades.json").write_text('{"digest":"b"}\n')
    assert generate.main(["--check"]) == 1


def test_another_answer_is_another_digest():
    one, other = (generate._text({"grade": grade}) for grade in (1, 2))
    assert one[:30] != other[:30]
    assert one == generate._text({"grade": 1})


def test_the_alphabet_needs_no_escape_and_has_every_sign_once():
    assert len(set(ALPHABET)) == len(ALPHABET) > 90
    assert not {'"', "\\"} & set(ALPHABET)


def test_numbers_beyond_the_alphabet_take_two_signs():
    last = len(ALPHABET) - 1
    assert diagram.encoded([0, last]) == ALPHABET[0] + ALPHABET[last]
    assert len(diagram.encoded([0, last + 1])) == 4


def test_combinations_that_read_alike_share_a_class_and_an_answer():
    axis = diagram.axis_of(
        (2, 2),
        lambda one, other: Part({"sum": one + other, "one": one}),
        findings=lambda part: (part.recorded["sum"], part.recorded["one"]),
        signature=lambda part: part.recorded["sum"] > 0,
        words=lambda part: (part.recorded["one"],),
    )
    assert [row[0] for row in axis.classes] == [0, 1, 1]
    assert [ALPHABET.index(sign) for sign in axis.keys] == [0, 1, 2, 2]
    found = diagram.diagram(
        [axis, axis], lambda a, b: (a.part.recorded["sum"], b.part.recorded["sum"])
    )
    assert len(found["leaves"]) == 4
    assert all(len(node) == len(axis.cores) for node in found["nodes"])


def test_a_rulebook_that_makes_a_rule_urgent_which_browsers_do_not_know_is_refused():
    book = rulebook.current()
    policy._refuse_urgent(book)
    with pytest.raises(ValueError, match="A12 is urgent now"):
        policy._refuse_urgent(replace(book, a12=replace(book.a12, severity=Severity.P1)))


@pytest.mark.parametrize("name", plausibility.OF_A_SET)
def test_the_browser_is_told_the_limits_of_every_age(name):
    told = limits.tables()
    field = told["fields"][name]
    for band, months in enumerate(told["bands_from_months"]):
        row = plausibility.limits_for(name, age_months=months)
        soft = field["soft"][min(band, len(field["soft"]) - 1)]
        assert field["hard"] == [float(row.hard_low), float(row.hard_high)]
        assert soft == [None if edge is None else float(edge)
                        for edge in (row.soft_low, row.soft_high)]  # fmt: skip


# --- What the calendar changes -----------------------------------------------------------------


def test_an_adult_without_a_dose_has_one_stretch():
    (span,) = stretches(of())
    assert (span["from"], span["window"]) == (NOON.isoformat(), "none")
    assert (span["systolic"], span["mean"], span["heart_rate_from"]) == ([80, 90], [55, 65], 121)
    assert (span["age_years"], span["infant"]) == (45, False)


def test_a_birthday_changes_the_limits_at_midnight_of_the_ward():
    before, after = stretches(of(born=date(2016, 3, 11), zone=NEW_YORK))
    assert after["from"] == datetime(2026, 3, 11, 4, tzinfo=UTC).isoformat()
    assert (before["age_years"], after["age_years"]) == (9, 10)
    assert (before["hypotension_below_mmhg"], after["hypotension_below_mmhg"]) == (88, 90)


def test_the_night_the_clocks_change_begins_at_the_wards_midnight():
    born = date(2016, 3, 8)  # clocks go forward at 2 in the morning of that day in 2026
    since = datetime(2026, 3, 7, 12, tzinfo=UTC)
    found = spans(of(born=born, zone=NEW_YORK), (), since=since, until=since + timedelta(hours=36))
    assert [span["from"] for span in found][1] == datetime(2026, 3, 8, 5, tzinfo=UTC).isoformat()


def test_an_infant_has_no_near_and_no_limit_of_the_mean():
    span = stretches(of(born=date(2025, 12, 20)))[0]
    assert (span["infant"], span["systolic"], span["mean"]) == (True, [70, 70], [0, 0])


def test_the_first_birthday_ends_what_holds_for_infants():
    before, after = stretches(of(born=date(2025, 3, 11)))
    assert (before["infant"], after["infant"]) == (True, False)


def test_a_window_of_days_opens_at_midnight_and_one_of_hours_to_the_hour():
    cells = therapies.profile("tisa-cel")
    eve = NOON - timedelta(days=cells.anchors[0].high_risk.first - 1)
    infused = Dose(cells, DoseKind.INFUSION, eve)
    assert [span["window"] for span in stretches(of(doses=(infused,)))] == ["before", "high_risk"]
    stepped = Dose(therapies.profile("teclistamab"), DoseKind.STEP_1, NOON)
    windows = [span["window"] for span in stretches(of(doses=(stepped,)), hours=24 * 6)]
    assert windows[0] == "high_risk"
    assert windows[-1] == "monitoring"


def test_a_run_ends_at_the_first_normal_reading_before():
    at = [NOON - timedelta(minutes=5 * place) for place in range(5)]
    judged = [Breach.SOFT, None, Breach.HARD, Breach.NORMAL, Breach.SOFT]
    assert run_of(zip(at, judged, strict=True)) == [at[0].isoformat(), at[2].isoformat()]
    assert run_of([(NOON, Breach.NORMAL)]) == []
