"""The page of the management reference that a clinician signs is what the card says."""

import pytest

from docs import generate_reference as page
from grading import reference


def test_the_page_is_what_the_card_says():
    assert page.main(["--check"]) == 0


def test_a_page_that_fell_behind_is_noticed_and_written_anew(tmp_path, monkeypatch, capsys):
    old = tmp_path / "management-reference.md"
    old.write_text("# Management reference\n\n" + page.MARK + "\nold\n", encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", old)
    assert page.main(["--check"]) == 1
    assert "management-reference.md is not what the card says" in capsys.readouterr().err
    assert page.main([]) == 0
    assert page.main(["--check"]) == 0


def test_a_page_without_its_mark_is_refused():
    with pytest.raises(ValueError, match="where generation begins"):
        page.rendered("# Management reference\n")


def test_every_line_stands_on_the_page_with_its_source():
    text = page.PAGE.read_text(encoding="utf-8")
    card = reference.card()
    for part in card.parts:
        for line in part.lines:
            assert f"| {part.title} | {line.words} | {line.sources[0].short}" in text
