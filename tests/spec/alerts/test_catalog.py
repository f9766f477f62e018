"""Every rule has a row; what is not implemented is listed here, so that the list cannot grow."""

from pathlib import Path

import pytest

from alerts import rulebook
from alerts.checks import alert_rules_are_whole
from alerts.policy import CATALOG, LABELS, WORDS, Rule
from alerts.rulebook import RulebookError, load

TEXT = rulebook.PATH.read_text(encoding="utf-8")
NOT_IMPLEMENTED: set[str] = set()


def test_every_rule_has_a_row_of_its_own():
    assert CATALOG.keys() == set(Rule)
    assert [rule.value for rule in Rule] == [f"A{number:02}" for number in range(1, 46)]
    assert all(row.rule is rule for rule, row in CATALOG.items())
    assert len(set(WORDS.values())) == len(set(LABELS.values())) == len(Rule)


def test_what_is_not_implemented_says_why_and_is_no_more_than_this():
    missing = {rule for rule, row in CATALOG.items() if not row.implemented}
    assert missing == NOT_IMPLEMENTED
    assert all(bool(row.because) is not row.implemented for row in CATALOG.values())


def test_every_row_says_that_no_clinician_approved_it():
    assert {row.status for row in CATALOG.values()} == {"not yet clinically approved"}


def test_no_word_of_a_mail_speaks_of_a_patient():
    for rule, words in WORDS.items():
        assert words.isascii(), rule
        # No number at all: not of a grade, a value, a bed or a person.
        assert not any(character.isdigit() for character in words), rule
        assert not set("{}%@<>") & set(words), rule
        assert "tocilizumab" not in words.lower(), rule
        assert "blinatumomab" not in words.lower(), rule


def test_a_label_fits_a_tile():
    assert all(0 < len(label) <= 21 for label in LABELS.values())


def test_the_rulebook_numbers_what_is_implemented_and_agrees_on_its_severity():
    book = rulebook.current()
    for rule, row in CATALOG.items():
        numbers = getattr(book, rule.lower(), None)
        assert (numbers is not None) is row.implemented, rule
        if numbers is not None:
            assert row.severity in {
                numbers.severity, getattr(numbers, "urgent", None), getattr(numbers, "high", None)
            }, rule  # fmt: skip


# --- The numbers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("edition: 1", "edition: 0", "edition"),
        ("edition: 1", "edition: true", "edition"),
        ("status: not yet clinically approved", "status:", "status"),
        ("  A04: {severity: P1, from_grade: 3}\n", "", "rules lacks A04"),
        ("  A04: {", "  A99: {severity: P1}\n  A04: {", "rules knows no A99"),
        ("hours_if_severe: 8", "hours_if_severe: 8, hour: 1", "A07 knows no hour"),
        ("  A24: {severity: P3, hours: 8}", "  A24: {severity: P3}", "A24 lacks hours"),
        ("spo2_below_percent: 90,", "spo2_below_percent: .nan,", "A09.spo2_below_percent"),
        ("spo2_below_percent: 90,", "spo2_below_percent: .inf,", "A09.spo2_below_percent"),
        ("spo2_below_percent: 90,", "spo2_below_percent: -1,", "A09.spo2_below_percent"),
        ("spo2_below_percent: 90,", "spo2_below_percent: true,", "A09.spo2_below_percent"),
        ("spo2_below_percent: 90,", "spo2_below_percent: ninety,", "A09.spo2_below_percent"),
        ("spo2_below_percent: 90,", "spo2_below_percent: 84,", "must be below"),
        ("early_hours: 24", "early_hours: 72", "A06.early_hours must be below A06.late_hours"),
        ("early_hours: 24", "early_hours: 24.5", "A06.early_hours"),
        ("A18: {severity: P1}", "A18: {severity: P5}", "A18.severity"),
        ("A18: {severity: P1}", "A18: P1", "A18 must be a mapping"),
        ("      - [3, 175]\n", "      - [3, 190]\n", "A10.child_above_bpm"),
        ("      - [3, 175]\n", "      - [0, 175]\n", "A10.child_above_bpm"),
        ("      - [0, 181]\n", "", "A10.child_above_bpm"),
        ("      - [3, 175]\n", "      - [3]\n", "A10.child_above_bpm"),
        ("therapies: [blina-rr, blina-mrd-consolidation]", "therapies: blina", "A27.therapies"),
        ("  ice_score: 2\n", "", "steps lacks ice_score"),
    ],
)
def test_wrong_numbers_are_refused_by_name(old, new, words):
    assert old in TEXT
    with pytest.raises(RulebookError) as refusal:
        load(TEXT.replace(old, new, 1))
    assert words in str(refusal.value)


@pytest.mark.parametrize("text", ["", "just words", "[1, 2]", "a: [", "edition: 1"])
def test_what_is_no_rulebook_at_all_is_refused(text):
    with pytest.raises(RulebookError):
        load(text)


def test_another_number_is_another_rulebook():
    other = load(TEXT.replace("early_hours: 24", "early_hours: 30"))
    assert other.a06.early_hours == 30
    assert other.name != rulebook.current().name
    assert other.name.startswith("alerts-1/")
    assert len(other.name) <= 40


def test_the_program_does_not_start_with_numbers_that_cannot_be_read(monkeypatch, tmp_path):
    assert alert_rules_are_whole(None) == []
    broken = tmp_path / "rules.yaml"
    broken.write_text(TEXT.replace("edition: 1", "edition: none"), encoding="utf-8")
    for path in (broken, Path(tmp_path / "nowhere.yaml")):
        monkeypatch.setattr(rulebook, "PATH", path)
        (problem,) = alert_rules_are_whole(None)
        assert problem.id == "alerts.E001"
        assert path.name in problem.msg
