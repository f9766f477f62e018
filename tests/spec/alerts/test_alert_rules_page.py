"""The page of alert rules a clinician signs says what the rules do."""

import pytest

from alerts.policy import CATALOG
from docs import generate_alert_rules as page


def test_the_page_is_what_the_rules_say():
    assert page.main(["--check"]) == 0


def test_a_page_that_fell_behind_is_noticed_and_written_anew(tmp_path, monkeypatch, capsys):
    old = tmp_path / "alert-rules.md"
    old.write_text("# Alert rules\n\n" + page.MARK + "\nold\n", encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", old)
    assert page.main(["--check"]) == 1
    assert "alert-rules.md is not what the rules say" in capsys.readouterr().err
    assert page.main([]) == 0
    assert page.main(["--check"]) == 0


def test_a_page_without_its_mark_is_refused():
    with pytest.raises(ValueError, match="where generation begins"):
        page.rendered("# Alert rules\n")


def test_every_rule_stands_on_the_page_with_its_condition_and_its_end():
    text = page.PAGE.read_text(encoding="utf-8")
    assert "Not yet clinically approved" in text
    for row in CATALOG.values():
        assert f"| {row.rule} | {row.family} | {row.severity} | {row.condition} |" in text
        assert f"| {row.rule} | {row.label} | {row.words} |" in text
        if not row.implemented:
            assert f"| {row.rule} | {row.because} |" in text


def test_every_number_stands_on_the_page():
    text = page.PAGE.read_text(encoding="utf-8")
    for number in (
        "| A08 | `hard_systolic_below_mmhg` | 80 |",
        "| A09 | `spo2_below_percent` | 90 |",
        "| A27 | `therapies` | blina-rr, blina-mrd-consolidation |",
    ):
        assert number in text
    assert "181 from month 0, 175 from month 3" in text
