"""The grades of a set by every scale beside ASTCT, as a closed panel shows them."""

import re
from typing import Any, Final

from grading.models import Assessment
from grading.rules.registry import SCALES
from grading.scales import OTHERS, SCORES
from screens import labels, words
from screens.badges import badge_of
from vitals.models import ObservationSet

_ENDLESS: Final = re.compile(r"(\d\.\d\d)\d{3,}")


def rows(observations: ObservationSet) -> list[dict[str, Any]]:
    """One row for each stored scale, the newest answer; a score has a total in place of a badge."""
    found = Assessment.objects.filter(
        observation_set=observations, scale__in=OTHERS, withdrawn=False
    ).order_by("pk")
    newest = {assessment.scale: assessment for assessment in found}
    return [_row(newest[scale]) for scale in OTHERS if scale in newest]


def _row(assessment: Assessment) -> dict[str, Any]:
    return {
        "title": SCALES[assessment.scale].title,
        "grade": None if assessment.scale in SCORES else badge_of(assessment),
        "short": _total(assessment),
        "words": _words(assessment),
        "because": [_reason(reason) for reason in assessment.because],
        "missing": words.fields(assessment.missing),
        "flags": [labels.sentence(flag) for flag in assessment.flags],
        "ruleset": assessment.ruleset,
    }


def _words(assessment: Assessment) -> str:
    if assessment.outcome:
        return labels.sentence(assessment.outcome.replace("_", " "))
    is_score = assessment.scale in SCORES
    what = "a total of" if is_score else "grade"
    if assessment.grade is not None:
        return f"Recorded values meet {what} {assessment.grade}"
    if assessment.at_least:
        return f"Recorded values meet {what} {assessment.at_least} at least"
    return "The total is not known" if is_score else "The grade is not known"


def _total(assessment: Assessment) -> str:
    if assessment.grade is not None:
        return str(assessment.grade)
    return f"≥{assessment.at_least} ?"


def _reason(reason: dict[str, Any]) -> str:
    # Kept in full with the grade; two decimals are what a person reads.
    inputs = _ENDLESS.sub(r"\1", ", ".join(reason["inputs"]))
    return f"{reason['words']} ({inputs})" if inputs else str(reason["words"])
