"""Which scales a set of observations is graded in beside the ASTCT grade. Standard library only."""

from collections.abc import Collection, Iterator
from typing import Any, Final

from grading.rules import cartox, cartox_paediatric, ctcae_crs, lee2014, mskcc, news2, penn, pews
from grading.rules.support_grading import SupportTable

CRS: Final = "astct-crs"  # always stored; everything that alerts reads it alone
ADULT_YEARS: Final = 18  # CARTOX has a table of its own below it
TABLES: Final[dict[str, SupportTable[Any]]] = {
    table.scale: table
    for table in (
        lee2014.TABLE, penn.TABLE, ctcae_crs.TABLE, cartox.TABLE, cartox_paediatric.TABLE,
        mskcc.TABLE,
    )
}  # fmt: skip
SCORES: Final = (news2.SCALE, pews.SCALE)
# What can be stored for a set beside astct-crs.
OTHERS: Final = (*TABLES, *SCORES)
# The tables that read organ toxicities or symptoms; the others need no look at them.
READ_SYMPTOMS: Final = frozenset({"lee-2014", "penn", "cartox", "cartox-paediatric", "mskcc"})
# Where two scales share the ages: the one of the older and of the younger, and the first year.
_BY_AGE: Final = (
    (cartox.TABLE.scale, cartox_paediatric.TABLE.scale, ADULT_YEARS),
    (news2.SCALE, pews.SCALE, news2.ADULT_YEARS),
)


def for_age(stored: Collection[str], age_years: int | None) -> Iterator[str]:
    """The scales of `stored` that are meant for an age; somebody of unknown age is an adult.

    CARTOX changes its table at 18 years. The warning score changes at 16: National PEWS goes
    on to 18, but from 16 on NEWS2 is the score for which somebody answers.
    """
    not_meant = {
        younger if age_years is None or age_years >= first_year else older
        for older, younger, first_year in _BY_AGE
    }
    return (scale for scale in OTHERS if scale in stored and scale not in not_meant)
