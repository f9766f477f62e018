"""The text of an adverse event report: a draft to be copied, never sent by this system.

Laid out after MedWatch 3500A and the narrative of EudraVigilance. What is not recorded here
is said to be so; whether the event was serious is a person's to tick.
"""

from collections.abc import Collection
from typing import Final

from charting import state as charting_state
from grading.episodes import Episode
from interop.exports.models import ExportKind
from interop.exports.registry import draft
from interop.exports.registry_facts import Answer, Facts, Standing
from patients.windows import course_start

SERIOUSNESS: Final = {
    "death": "Death",
    "life_threatening": "Life-threatening",
    "hospitalization": "Hospitalization, or its prolongation",
    "disability": "Disability or permanent damage",
    "congenital": "Congenital anomaly",
    "other": "Other important medical event",
}
_BLANK: Final = "not recorded here: fill in"
_LEAST: Final = "DRAFT for a person to check and send. Nothing was submitted."


def text(facts: Facts, *, serious: Collection[str]) -> str:
    """The draft, with the criteria of seriousness that a person ticked."""
    lines = [_LEAST, "", *_patient(facts), "", *_product(facts), ""]
    for episode in facts.episodes:
        lines += [*_event(facts, episode), ""]
    if not facts.episodes:
        lines += ["EVENT", "  No episode of CRS is recorded in the 100 days after the dose.", ""]
    lines += ["NEUROTOXICITY", *_answers(_icans(facts)), ""]
    lines += ["SERIOUSNESS (ticked by the reporter)"]
    lines += [f"  [{'x' if name in serious else ' '}] {words}" for name, words in
              SERIOUSNESS.items()]  # fmt: skip
    lines += ["", f"Grades are computed, not certified, unless said to be confirmed. {_LEAST}"]
    return "\n".join(lines)


def _patient(facts: Facts) -> list[str]:
    patient, subject = facts.subject.patient, facts.subject
    age = patient.age_years(subject.zero_day)
    weight = patient.weights.in_force().order_by("-measured_at").first()
    return [
        "PATIENT",
        f"  Identifier: {subject.name}",
        f"  Age at the dose: {_BLANK if age is None else f'{age} years'}",
        f"  Sex: {patient.sex if patient.sex != 'unknown' else _BLANK}",
        f"  Weight: {_BLANK if weight is None else f'{weight.weight_kg.normalize():f} kg'}",
    ]


def _product(facts: Facts) -> list[str]:
    start = course_start(charting_state.doses_of(facts.subject.state), at=facts.subject.now)
    if start is None:
        return ["SUSPECT PRODUCT", f"  Name: {_BLANK}", f"  Lot: {_BLANK}", f"  Date: {_BLANK}"]
    return [
        "SUSPECT PRODUCT",
        f"  Name: {start.profile.label}",
        f"  Lot: {_BLANK}",
        f"  Date of dose: {facts.when(start.started_at)}",
    ]


def _event(facts: Facts, episode: Episode) -> list[str]:
    parts = draft(ExportKind.CIBMTR, facts)
    title = f"CRS, episode of {facts.day(episode.onset_at)}"
    answers = next(part.answers for part in parts if part.title == title)
    return ["EVENT: cytokine release syndrome", *_answers(answers)]


def _icans(facts: Facts) -> tuple[Answer, ...]:
    parts = draft(ExportKind.CIBMTR, facts)
    return next(part.answers for part in parts if part.title == "Neurotoxicity (ICANS)")


def _answers(answers: Collection[Answer]) -> list[str]:
    lines = []
    for each in answers:
        told = each.value or "not known"
        mark = "" if each.standing is Standing.NOT_KNOWN else f" [{each.standing}]"
        note = f" ({each.note})" if each.note else ""
        lines.append(f"  {each.question}: {told}{mark}{note}")
    return lines
