"""Whole scores as they are read out: every part with its source, what is missing, and why.

`score_answers.txt` holds them under their titles; a sentence that changes is changed there too.
"""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from grading.rules.score_bands import bands
from grading.rules.scores import Measured, Score
from grading.rules.scores_dic import DicFindings, DimerTiers, isth_dic
from grading.rules.scores_easix import BloodFindings, easix, m_easix, s_easix
from grading.rules.scores_hematotox import BaselineFindings, car_hematotox
from grading.rules.scores_hscore import HscoreFindings, hscore
from grading.rules.scores_sheets import SHEETS
from tests.spec.grading.scores import INFUSED

BEFORE = INFUSED - timedelta(days=6)
FEU = "ng/mL{FEU}"
TIERS = DimerTiers(FEU, Decimal(500), Decimal(4000))


def at(value, unit, comparator="", when=BEFORE):
    return Measured(Decimal(value), unit, comparator, when)


def told(found: Score) -> str:
    """A score in lines, the empty ones left out."""
    lines = [f"{found.name} by {found.ruleset}: {found.value}", found.reading]
    lines += [
        f"{part.name} ({part.label}) {part.points}: {part.words}"
        + "".join(f" / {one.said}" for one in part.used)
        + f" [{part.source}, {part.verification_tag}]"
        for part in found.parts
    ]
    lines += [f"missing {name}" for name in found.missing]
    lines += [f"refused {why}" for why in found.refused]
    assert found.caution == SHEETS[found.name].caution
    assert all(one.taken_at == BEFORE for part in found.parts for one in part.used)
    return "\n".join(line for line in lines if line)


BLOOD = BloodFindings(
    ldh=at(420, "U/L"),
    creatinine=at("1.4", "mg/dL"),
    crp=at(12, "mg/dL"),
    platelets=at(56, "10*9/L"),
)
DIC = DicFindings(
    underlying_disorder=True,
    platelets=at(80, "10*9/L"),
    d_dimer=at(900, FEU),
    pt_prolongation=at(4, "s"),
    fibrinogen=at("0.9", "g/L"),
)
HSCORE = HscoreFindings(
    known_immunosuppression=True,
    hepatomegaly=True,
    splenomegaly=False,
    hemophagocytosis=False,
    temperature=at("38.9", "Cel"),
    hemoglobin=at("8.1", "g/dL"),
    leukocytes=at("1.2", "10*9/L"),
    platelets=at(180, "10*9/L"),
    ferritin=at(5000, "ng/mL"),
    triglyceride=at(2, "mmol/L"),
    fibrinogen=at(2, "g/L"),
    ast=at(45, "U/L"),
)
HEMATOTOX = BaselineFindings(
    platelets=at(70, "10*9/L"),
    neutrophils=at(1, "10*9/L"),
    hemoglobin=at("8.5", "g/dL"),
    crp=at(4, "mg/dL"),
    ferritin=at(2500, "ng/mL"),
)
WHOLE = {
    "easix": easix(BLOOD),
    "m-easix": m_easix(BLOOD),
    "s-easix": s_easix(BLOOD),
    "easix of nothing": easix(BloodFindings()),
    "easix of a bound, a strange unit and a slip": easix(
        BloodFindings(at(5, "U/L", "<"), at(1, "cups"), None, at(999999, "10*9/L"))
    ),
    "dic": isth_dic(DIC, tiers=TIERS),
    "dic of nothing": isth_dic(DicFindings(), tiers=None),
    "dic without tiers": isth_dic(DIC, tiers=None),
    "dic without a cause": isth_dic(DicFindings(underlying_disorder=False), tiers=TIERS),
    "dic with a D-dimer nobody can report": isth_dic(
        DicFindings(d_dimer=at("-0.5", FEU)), tiers=TIERS
    ),
    "dic with a D-dimer near nothing": isth_dic(DicFindings(d_dimer=at("0.5", FEU)), tiers=TIERS),
    "hscore": hscore(HSCORE),
    "hscore of nothing": hscore(HscoreFindings()),
    "hscore with half of it": hscore(
        HscoreFindings(
            known_immunosuppression=False,
            hepatomegaly=True,
            splenomegaly=True,
            hemophagocytosis=True,
            hemoglobin=at(8, "g/L"),
            platelets=at(90, "cups"),
        )
    ),
    "hematotox": car_hematotox(HEMATOTOX, before=INFUSED),
    "hematotox of nothing": car_hematotox(BaselineFindings(), before=INFUSED),
    "hematotox after the cells": car_hematotox(HEMATOTOX, before=BEFORE),
}
ANSWERS = Path(__file__).with_name("score_answers.txt").read_text(encoding="utf-8")
CHART = dict(
    entry.rstrip("\n").split("\n", 1) for entry in ANSWERS.removeprefix("== ").split("\n== ")
)


@pytest.mark.parametrize("title", WHOLE)
def test_a_score_is_read_out_whole(title):
    assert told(WHOLE[title]) == CHART[title]
    assert CHART.keys() == WHOLE.keys()


def test_every_part_of_the_sheet_that_can_be_missing_has_its_name():
    for name, empty in (
        ("easix", easix(BloodFindings())),
        ("m-easix", m_easix(BloodFindings())),
        ("s-easix", s_easix(BloodFindings())),
        ("isth-dic", isth_dic(DicFindings(), tiers=None)),
        ("hscore", hscore(HscoreFindings())),
        ("car-hematotox", car_hematotox(BaselineFindings(), before=INFUSED)),
    ):
        assert set(empty.missing) == set(SHEETS[name].items)


def test_a_band_of_one_value_is_written_as_that_value():
    spec = [("5", 0), ("6", 1), ("8", 2), (None, 3)]
    rows = bands("rows", "rate {}", spec, source="a chart")
    assert [band.criterion.words for band in rows] == [
        "rate 4 or less",
        "rate 5",
        "rate 6 to 7",
        "rate 8 or more",
    ]
    assert {band.criterion.verification_tag for band in rows} == {"V1"}
