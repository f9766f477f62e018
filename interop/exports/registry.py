"""Registry drafts: the questions of CIBMTR 4100 and the EBMT Day-100 form, answered row by row.

Shaped after the forms and no copy of them: a data manager enters what is confirmed. Not yet
checked against the current forms.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from grading.episodes import Episode
from grading.models import Assessment, Confirmation, Decision
from grading.rules.icans_astct import SCALE as ICANS
from grading.services import SCALE as CRS
from interop.exports.models import ExportEntry, ExportKind
from interop.exports.registry_facts import (
    Answer,
    Facts,
    Source,
    Standing,
    end_of,
    most_pressors,
    not_known,
    oxygen_used,
)
from patients.medicines import TreatmentClass
from patients.models import Treatment

_THERAPY: Final = (TreatmentClass.ANTI_CYTOKINE, TreatmentClass.CORTICOSTEROID)
_POSITIVE: Final = frozenset({"cpap", "bipap", "invasive_ventilation"})
_EARLIER: Final = timedelta(hours=24)
_EVENTS: Final = (
    ("Intensive care", ("intensive_care",)),
    ("Mechanical ventilation", ("invasive_ventilation",)),
    ("Dialysis", ("dialysis", "hemofiltration")),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A heading of the draft with its answers."""

    title: str
    answers: tuple[Answer, ...]


def draft(kind: ExportKind, facts: Facts) -> list[Part]:
    """The answers of one registry's form; `kind` is CIBMTR or EBMT."""
    is_cibmtr = kind is ExportKind.CIBMTR
    episode_answers = _cibmtr_episode if is_cibmtr else _ebmt_episode
    parts = [Part("Cytokine release syndrome", (_occurred(facts),))]
    for episode in facts.episodes:
        title = f"CRS, episode of {facts.day(episode.onset_at)}"
        parts.append(Part(title, tuple(episode_answers(kind, facts, episode))))
    parts.append(Part("Neurotoxicity (ICANS)", tuple(_icans(facts, full=is_cibmtr))))
    if is_cibmtr:
        parts.append(Part("Support", tuple(_events(facts))))
    return parts


def onsets(facts: Facts) -> list[str]:
    """The episodes a draft speaks of: how a later draft knows what was reported before."""
    return [each.onset_at.isoformat() for each in facts.episodes]


def _occurred(facts: Facts) -> Answer:
    question = "Did CRS occur in the 100 days after the infusion?"
    if facts.episodes:
        sources = tuple(each for e in facts.episodes for each in facts.set_at(e.onset_at))
        return Answer(question, "yes", Standing.COMPUTED, sources)
    if not facts.sets:
        return not_known(question, "no set of observations is recorded in this time")
    if facts.not_graded:
        words = f"no episode was found, but {facts.not_graded} sets could not be fully graded"
        return not_known(question, words)
    return Answer(question, "no", Standing.COMPUTED, note=f"from {len(facts.sets)} graded sets")


def _cibmtr_episode(kind: ExportKind, facts: Facts, episode: Episode) -> Iterable[Answer]:
    yield _onset(facts, episode)
    yield _reported(kind, facts, episode)
    yield _highest(facts, CRS, episode.onset_at, end_of(episode), _computed_peak(episode))
    yield from _therapies(facts, episode.onset_at, end_of(episode), "CRS")
    yield from _signs(facts, episode)
    yield _resolved(facts, episode)


def _ebmt_episode(kind: ExportKind, facts: Facts, episode: Episode) -> Iterable[Answer]:
    yield _onset(facts, episode)
    yield _highest(facts, CRS, episode.onset_at, end_of(episode), _computed_peak(episode))
    yield _resolved(facts, episode)


def _onset(facts: Facts, episode: Episode) -> Answer:
    """The first symptom documented, which is the first fever, not the first confirmed grade."""
    earlier = facts.symptoms(episode.onset_at - _EARLIER, episode.onset_at - timedelta(seconds=1))
    note = ""
    if earlier:
        first = earlier[0]
        note = f"{first.symptom.replace('_', ' ')} was reported before, {facts.when(first.taken_at)}: decide whether it was the first symptom"  # noqa: E501
    return Answer(
        "Date the first symptom was documented", facts.day(episode.onset_at), Standing.COMPUTED,
        facts.set_at(episode.onset_at), note,
    )  # fmt: skip


def _reported(kind: ExportKind, facts: Facts, episode: Episode) -> Answer:
    question = "Was this episode reported before?"
    mark = episode.onset_at.isoformat()
    for entry in ExportEntry.objects.filter(kind=kind, patient_id=facts.patient_id):
        if mark in entry.content.get("onsets", ()):
            words = f"in the draft taken out on {facts.day(entry.at)}"
            return Answer(question, "yes", Standing.RECORDED, note=words)
    return not_known(question, "no earlier draft of this form was taken out of this system")


def _computed_peak(episode: Episode) -> tuple[str, str]:
    peak = episode.peak
    words = "" if peak.is_known else f"{episode.not_fully_graded} sets were not fully graded"
    return (str(peak.at_least) if peak.is_known else f"at least {peak.at_least}"), words


def _highest(
    facts: Facts, scale: str, begin: datetime, end: datetime, computed: tuple[str, str]
) -> Answer:
    """The highest grade a clinician confirmed; without any the computed one, marked so."""
    question = f"Highest grade of {'CRS' if scale == CRS else 'ICANS'} (ASTCT 2019)"
    said = facts.words_of(scale, begin, end)
    grades = [each for each in said if each.grade is not None]
    value, note = computed
    if grades:
        most = max(grades, key=lambda each: each.grade or 0)
        words = f"computed: {value}" + (f"; {note}" if note else "")
        return Answer(
            question, str(most.grade), Standing.CONFIRMED, (_word_source(facts, most),), words
        )
    if any(each.decision == Decision.REJECTED for each in said):
        rejected = next(each for each in said if each.decision == Decision.REJECTED)
        note = f"a clinician said that it was not this syndrome ({rejected.cause or 'no cause'})"
    rows = Assessment.objects.filter(
        patient_id=facts.patient_id, scale=scale, taken_at__gte=begin, taken_at__lte=end
    ).in_force()
    first = rows.order_by("-at_least", "taken_at").first()
    sources = (facts.grade_source(first),) if first else ()
    return Answer(question, value, Standing.COMPUTED, sources, note)


def _word_source(facts: Facts, said: Confirmation) -> Source:
    address = f"{facts.here}/grades/{said.assessment_id}/confirm/"
    return Source(f"word on the grade of {facts.when(said.assessment.taken_at)}", address)


def _therapies(facts: Facts, begin: datetime, end: datetime, of: str) -> Iterable[Answer]:
    given = facts.given(begin, end, _THERAPY)
    for question, wanted in (
        ("Tocilizumab", ("tocilizumab",)),
        ("Siltuximab", ("siltuximab",)),
        ("Anakinra", ("anakinra",)),
        ("Corticosteroids",
         ("dexamethasone", "methylprednisolone", "hydrocortisone", "prednisolone")),
    ):  # fmt: skip
        yield _given(f"Therapy of {of}: {question}", [e for e in given if e.code in wanted], facts)


def _given(question: str, rows: list[Treatment], facts: Facts) -> Answer:
    if not rows:
        return not_known(question, "none is recorded here")
    days = ", ".join(dict.fromkeys(facts.day(row.started_at) for row in rows))
    sources = tuple(facts.treatment_source(row) for row in rows)
    return Answer(question, "yes", Standing.RECORDED, sources, f"given {days}")


def _signs(facts: Facts, episode: Episode) -> Iterable[Answer]:
    sets = facts.within(episode)
    hottest = max((row for row in sets if row.temperature_celsius is not None),
                  key=lambda row: row.temperature_celsius or 0, default=None)  # fmt: skip
    yield not_known("Fever") if hottest is None else Answer(
        "Fever", "yes", Standing.RECORDED, (facts.set_source(hottest),),
        f"highest {hottest.temperature_celsius.normalize():f} °C"
        if hottest.temperature_celsius else "",
    )  # fmt: skip
    low = next((row for row in sets if row.hypotension or row.vasopressors), None)
    yield (
        not_known("Hypotension", "none was charted as such")
        if low is None
        else Answer("Hypotension", "yes", Standing.RECORDED, (facts.set_source(low),))
    )
    fluids = facts.given(episode.onset_at, end_of(episode), (TreatmentClass.FLUID,))
    yield _given("Hypotension: intravenous fluids", fluids, facts)
    count, most = most_pressors(sets)
    yield not_known("Hypotension: vasopressors", "none is charted") if most is None else Answer(
        "Hypotension: vasopressors, most at once", str(count), Standing.RECORDED,
        (facts.set_source(most),),
    )  # fmt: skip
    yield from _oxygen(facts, episode)
    found = facts.symptoms(episode.onset_at, end_of(episode))
    names = ", ".join(dict.fromkeys(row.symptom.replace("_", " ") for row in found))
    where = (Source("body systems", f"{facts.here}/body-systems/"),)
    yield (
        Answer("Organ effects and symptoms", names, Standing.RECORDED, where)
        if names
        else (not_known("Organ effects and symptoms", "none is recorded"))
    )


def _oxygen(facts: Facts, episode: Episode) -> Iterable[Answer]:
    used = oxygen_used(facts.within(episode))
    if not used:
        yield not_known("Hypoxia: oxygen", "no device that gives oxygen is charted")
        return
    names = ", ".join(row.get_oxygen_device_display() for row in used)
    sources = tuple(facts.set_source(row) for row in used)
    yield Answer("Hypoxia: oxygen by", names, Standing.RECORDED, sources)
    positive = [row for row in used if row.oxygen_device in _POSITIVE]
    if positive:
        yield Answer("Hypoxia: positive pressure", "yes", Standing.RECORDED,
                     tuple(facts.set_source(row) for row in positive))  # fmt: skip
    else:
        yield not_known("Hypoxia: positive pressure", "none is charted")


def _resolved(facts: Facts, episode: Episode) -> Answer:
    question = "Date of resolution"
    if episode.resolved_at is None or episode.signs_gone_at is None:
        return not_known(question, f"the episode was open at {facts.when(episode.graded_at)}")
    return Answer(
        question, facts.day(episode.signs_gone_at), Standing.COMPUTED,
        facts.set_at(episode.resolved_at), "24 hours without a sign followed",
    )  # fmt: skip


def _icans(facts: Facts, *, full: bool) -> Iterable[Answer]:
    question = "Did ICANS occur in the 100 days after the infusion?"
    found = [row for row in facts.checks if row.at_least >= 1]
    if not found:
        if not facts.checks or any(row.grade is None for row in facts.checks):
            yield not_known(question, "no neuro check says so, or one was not fully graded")
            return
        sources = tuple(facts.grade_source(row) for row in facts.checks)
        words = f"from {len(sources)} neuro checks"
        yield Answer(question, "no", Standing.COMPUTED, sources, words)
        return
    first, last = found[0], found[-1]
    yield Answer(question, "yes", Standing.COMPUTED, (facts.grade_source(first),))
    yield Answer("Date of onset of ICANS", facts.day(first.taken_at), Standing.COMPUTED,
                 (facts.grade_source(first),))  # fmt: skip
    peak = max(row.at_least for row in found)
    known = all(row.grade is not None for row in facts.checks)
    computed = (str(peak), "") if known else (f"at least {peak}", "not every check was graded")
    yield _highest(facts, ICANS, first.taken_at, last.taken_at, computed)
    after = next((row for row in facts.checks if row.taken_at > last.taken_at and row.grade == 0),
                 None)  # fmt: skip
    question = "Date of resolution of ICANS"
    if after is None:
        yield not_known(question, "no later check was grade 0")
    else:
        sources = (facts.grade_source(after),)
        yield Answer(question, facts.day(after.taken_at), Standing.COMPUTED, sources)
    if full:
        yield from _therapies(facts, first.taken_at, last.taken_at, "ICANS")
        lowest = facts.ice()[:1]
        yield Answer(
            "Lowest ICE score", str(lowest[0].ice_score), Standing.RECORDED,
            (facts.neuro_source(lowest[0]),),
        ) if lowest else not_known("Lowest ICE score")  # fmt: skip


def _events(facts: Facts) -> Iterable[Answer]:
    begin, end = facts.period
    for question, codes in _EVENTS:
        rows = [
            row for row in facts.treatments
            if row.code in codes and begin <= row.started_at <= end
        ]  # fmt: skip
        if not rows:
            yield not_known(f"{question}: dates", "none is recorded here")
            continue
        until: Callable[[Treatment], str] = lambda row: (  # noqa: E731
            facts.day(row.stopped_at) if row.stopped_at else "not ended here"
        )
        days = "; ".join(f"{facts.day(row.started_at)} to {until(row)}" for row in rows)
        sources = tuple(facts.treatment_source(row) for row in rows)
        yield Answer(f"{question}: dates", days, Standing.RECORDED, sources)
