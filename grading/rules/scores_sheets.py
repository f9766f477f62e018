"""The scores that a course is shown with, for the page a clinician signs and for the checks."""

from collections.abc import Iterable

from grading.rules.scores import Sheet
from grading.rules.scores_dic import DIC
from grading.rules.scores_easix import EASIX, M_EASIX, S_EASIX
from grading.rules.scores_hematotox import HEMATOTOX
from grading.rules.scores_hscore import HSCORE

SHEETS: dict[str, Sheet] = {
    sheet.name: sheet for sheet in (EASIX, M_EASIX, S_EASIX, HEMATOTOX, HSCORE, DIC)
}


def check_score_tables(sheets: Iterable[Sheet] = tuple(SHEETS.values())) -> list[str]:
    """The gaps, overlaps and silent rows of every score; empty when they are whole."""
    return [f"{sheet.name}: {problem}" for sheet in sheets for problem in sheet.problems()]
