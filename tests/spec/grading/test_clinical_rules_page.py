"""The page a clinician signs says what the rules do."""

from dataclasses import fields

import pytest

from docs import generate_clinical_rules as page
from grading.rules.crs_astct import CHOICES as CRS_CHOICES
from grading.rules.crs_astct import CrsPolicy
from grading.rules.icans_astct import CHOICES as ICANS_CHOICES
from grading.rules.icans_astct import IcansPolicy
from grading.rules.registry import SCALES
from grading.rules.scores_sheets import SHEETS


def test_the_page_is_what_the_rules_say():
    assert page.main(["--check"]) == 0


def test_a_page_that_fell_behind_is_noticed_and_written_anew(tmp_path, monkeypatch, capsys):
    old = tmp_path / "clinical-rules.md"
    old.write_text("# Clinical rules\n\n" + page.MARK + "\nold\n", encoding="utf-8")
    monkeypatch.setattr(page, "PAGE", old)
    assert page.main(["--check"]) == 1
    assert "clinical-rules.md is not what the rules say" in capsys.readouterr().err
    assert page.main([]) == 0
    assert page.main(["--check"]) == 0


def test_a_page_without_its_mark_is_refused():
    with pytest.raises(ValueError, match="where generation begins"):
        page.rendered("# Clinical rules\n")


def test_every_row_flag_and_choice_stands_on_the_page():
    text = page.PAGE.read_text(encoding="utf-8")
    assert "Not yet clinically approved" in text
    for scale in SCALES.values():
        for _, row in scale.criteria:
            assert f"| {row.words} | {row.source} | {row.verification_tag} | {row.id} |" in text
        for flag in scale.flags:
            assert f"- {flag}\n" in text
        for choice, default in scale.choices:
            assert f"| {choice.code} | {choice.words} | {default} |" in text


def test_every_row_and_the_caution_of_every_score_stand_on_the_page():
    text = page.PAGE.read_text(encoding="utf-8")
    for sheet in SHEETS.values():
        assert f"## Score: {sheet.title}\n" in text
        assert sheet.caution in text
        assert sheet.formula in text
        for item, row in sheet.all_rows():
            where = f"| {item} | {row.words} | {row.source} | {row.verification_tag} | {row.id} |"
            assert where in text


@pytest.mark.parametrize(
    ("policy", "choices"), [(CrsPolicy, CRS_CHOICES), (IcansPolicy, ICANS_CHOICES)]
)
def test_every_field_of_a_policy_is_a_question_somebody_can_answer(policy, choices):
    assert [choice.field for choice in choices] == [field.name for field in fields(policy)]
    assert len({choice.code for choice in choices}) == len(choices)
