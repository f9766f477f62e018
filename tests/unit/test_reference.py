"""The reference card says facts with sources, and cannot ship otherwise."""

from datetime import timedelta

import pytest

from grading import checks, reference
from grading.reference import CARD, BadCardError, Scale
from patients.dose_facts import Limits

TEXT = CARD.read_text(encoding="utf-8")


def changed(old, new):
    assert old in TEXT
    return TEXT.replace(old, new, 1)


def test_every_grade_of_both_scales_has_its_section():
    for scale in (Scale.CRS, Scale.ICANS):
        sections = [each for each in reference.card().sections if each.scale is scale]
        assert [each.grade for each in sections] == [0, 1, 2, 3, 4]


def test_the_numbers_compared_with_are_those_of_the_facts():
    limits = reference.limits_of("tocilizumab")
    assert limits.minimum_interval == timedelta(hours=8)
    assert (limits.most_in_24_hours, limits.most_in_course, limits.most_mg) == (3, 4, 800)
    words = " ".join(line.words for line in reference.card().drugs[0].lines)
    for said in ("8 h", "4 doses in total", "3 doses in 24 h", "800 mg"):
        assert said in words


def test_a_medicine_the_card_does_not_name_has_no_limit():
    assert reference.limits_of("paracetamol") == Limits()


def test_each_line_has_a_source_with_a_date():
    card = reference.card()
    lines = [line for part in card.parts for line in part.lines]
    assert len(lines) > 40
    assert all(source.dated for line in lines for source in line.sources)
    assert any(line.is_from_memory for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("Tocilizumab is described.", "Give tocilizumab.", "reads as an order"),
        ("Tocilizumab is described.", "The patient should have tocilizumab.", "reads as an order"),
        ("Tocilizumab is described.", "ICU: transfer the patient.", "reads as an order"),
        ("Tocilizumab is described.\", sources: [asco-2021, eho-2020]", "It is.\", sources: []",
         "without a source"),
        ("[asco-2021, eho-2020]", "[nobody]", "no source is called 'nobody'"),
        ("not yet clinically approved", "approved", "nobody has approved it"),
        ("code: siltuximab", "code: aspirin", "no medicine"),
        ("code: siltuximab", "code: anakinra", "stands twice"),
        ("grade: 3", "grade: 2", "each of 0 to 4 once"),
        ("dated: June 2016", "dated: \"\"", "no date"),
        ("management-reference/1", "something/9", "schema"),
    ],
)  # fmt: skip
def test_a_card_that_a_reviewer_would_send_back_does_not_load(old, new, why):
    with pytest.raises(BadCardError, match=why):
        reference.read(changed(old, new))


def test_the_program_does_not_start_with_such_a_card(monkeypatch, tmp_path):
    assert checks.reference_card_can_be_read(None) == []
    bad = tmp_path / "card.yaml"
    bad.write_text(changed("Tocilizumab is described.", "Give tocilizumab."))
    monkeypatch.setattr(reference, "CARD", bad)
    reference.card.cache_clear()
    try:
        (found,) = checks.reference_card_can_be_read(None)
    finally:
        reference.card.cache_clear()
    assert found.id == "grading.E002"
