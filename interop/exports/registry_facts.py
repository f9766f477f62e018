"""What registries ask of one episode, each fact with the rows it rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from charting import course
from grading.episodes import Episode
from grading.models import Assessment, Confirmation
from grading.rules.icans_astct import SCALE as ICANS
from grading.services import SCALE as CRS
from interop.exports.course import Subject
from patients.medicines import CLASS_OF, TreatmentClass
from patients.models import Treatment
from vitals.models import NeuroAssessment, ObservationSet, SymptomReport

PERIOD: Final = timedelta(days=100)
_NO_OXYGEN: Final = frozenset({"", "room_air"})


class Standing(StrEnum):
    """How far an answer can be relied on."""

    CONFIRMED = "confirmed by a clinician"
    COMPUTED = "computed"
    RECORDED = "recorded"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from: words, and the page that shows it."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a draft; a blank value is not known, and is never filled in by a guess."""

    question: str
    value: str
    standing: Standing
    sources: tuple[Source, ...] = ()
    note: str = ""


def not_known(question: str, note: str = "") -> Answer:
    """The answer nobody can give from what is recorded."""
    return Answer(question, "", Standing.NOT_KNOWN, note=note)


@dataclass(frozen=True)
class Facts:
    """What is known of a patient within the 100 days from the newest course's first dose."""

    subject: Subject

    @property
    def patient_id(self) -> int:
        """The patient's number."""
        return self.subject.patient.pk

    @property
    def period(self) -> tuple[datetime, datetime]:
        """From day 0 to day 100, or to now."""
        begin = self.subject.zero or self.subject.now
        return begin, min(begin + PERIOD, self.subject.now)

    @cached_property
    def episodes(self) -> list[Episode]:
        """Episodes of CRS that began in the period."""
        begin, end = self.period
        found = course.episodes_of(self.subject.state)
        return [each for each in found if begin <= each.onset_at <= end]

    @cached_property
    def sets(self) -> list[ObservationSet]:
        """Sets of the period, oldest first."""
        begin, end = self.period
        rows = ObservationSet.objects.for_patient(self.patient_id).in_force()
        return list(rows.filter(taken_at__gte=begin, taken_at__lte=end).order_by("taken_at", "pk"))

    @cached_property
    def checks(self) -> list[Assessment]:
        """ICANS grades of the period, oldest first."""
        begin, end = self.period
        rows = Assessment.objects.filter(patient_id=self.patient_id, scale=ICANS).in_force()
        rows = rows.filter(taken_at__gte=begin, taken_at__lte=end).select_related("neuro_check")
        return list(rows.order_by("taken_at", "pk"))

    @cached_property
    def treatments(self) -> list[Treatment]:
        """Everything given, oldest first."""
        return list(self.subject.patient.treatments.in_force().order_by("started_at", "pk"))

    @cached_property
    def not_graded(self) -> int:
        """Sets of the period whose grade is not fully known."""
        begin, end = self.period
        rows = Assessment.objects.filter(patient_id=self.patient_id, scale=CRS, grade=None)
        return rows.in_force().filter(taken_at__gte=begin, taken_at__lte=end).count()

    def within(self, episode: Episode) -> list[ObservationSet]:
        """The sets of one episode."""
        end = end_of(episode)
        return [each for each in self.sets if episode.onset_at <= each.taken_at <= end]

    def given(
        self, begin: datetime, end: datetime, classes: Iterable[TreatmentClass]
    ) -> list[Treatment]:
        """What was given between two moments, also when it had begun before and went on."""
        wanted = set(classes)
        return [
            each for each in self.treatments
            if CLASS_OF[each.code] in wanted and each.started_at <= end
            and ((each.stopped_at is None and each.started_at >= begin)
                 or (each.stopped_at is not None and each.stopped_at >= begin))
        ]  # fmt: skip

    def words_of(self, scale: str, begin: datetime, end: datetime) -> list[Confirmation]:
        """What clinicians said of the grades of a time, without what waits for a second person."""
        rows = Confirmation.objects.filter(
            patient_id=self.patient_id, assessment__scale=scale,
            assessment__taken_at__gte=begin, assessment__taken_at__lte=end,
        )  # fmt: skip
        said = rows.in_force().select_related("assessment").order_by("recorded_at", "pk")
        return [each for each in said if not each.waits_for_second]

    def symptoms(self, begin: datetime, end: datetime) -> list[SymptomReport]:
        """Symptoms that were found present, oldest first."""
        rows = self.subject.patient.symptom_reports.in_force().filter(is_present=True)
        return list(rows.filter(taken_at__gte=begin, taken_at__lte=end).order_by("taken_at"))

    def ice(self) -> list[NeuroAssessment]:
        """Neuro checks with an ICE score, lowest first."""
        found = [row.neuro_check for row in self.checks if row.neuro_check is not None]
        return sorted(
            (each for each in found if each.ice_score is not None), key=lambda c: c.ice_score or 0
        )

    # --- Where a value is shown ----------------------------------------------------------------

    def set_source(self, row: ObservationSet) -> Source:
        """The page of a set."""
        return Source(f"set of {self.when(row.taken_at)}", f"{self.here}/sets/{row.pk}/")

    def set_at(self, at: datetime) -> tuple[Source, ...]:
        """The page of the set of a moment."""
        return tuple(self.set_source(row) for row in self.sets if row.taken_at == at)[:1]

    def grade_source(self, row: Assessment, words: str = "grade") -> Source:
        """The page of a grade."""
        return Source(
            f"{words} of {self.when(row.taken_at)}", f"{self.here}/timeline/why/{row.pk}/"
        )

    def treatment_source(self, row: Treatment) -> Source:
        """Where a treatment is shown."""
        words = f"{row.get_code_display()} of {self.when(row.started_at)}"
        return Source(words, f"{self.here}/timeline/#treatment-{row.pk}")

    def neuro_source(self, row: NeuroAssessment) -> Source:
        """The page of a neuro check."""
        return Source(f"neuro check of {self.when(row.taken_at)}", f"{self.here}/neuro/{row.pk}/")

    @property
    def here(self) -> str:
        """The patient's own address."""
        return f"/patients/{self.patient_id}"

    def when(self, at: datetime) -> str:
        """Day and clock, as the ward counts them."""
        return f"{at.astimezone(self.subject.zone):%Y-%m-%d %H:%M}"

    def day(self, at: datetime) -> str:
        """The calendar day, as the ward counts it."""
        return f"{at.astimezone(self.subject.zone):%Y-%m-%d}"


def end_of(episode: Episode) -> datetime:
    """Until when an episode lasts, as far as it is known."""
    return episode.resolved_at or episode.graded_at


def most_pressors(sets: Sequence[ObservationSet]) -> tuple[int, ObservationSet | None]:
    """The most vasopressors at once, and the first set that says so."""
    charted = [row for row in sets if row.vasopressors]
    if not charted:
        return 0, None
    most = max(charted, key=lambda row: len(row.vasopressors or ()))
    return len(most.vasopressors or ()), most


def oxygen_used(sets: Sequence[ObservationSet]) -> list[ObservationSet]:
    """The first set on each device that gives oxygen."""
    found: dict[str, Any] = {}
    for row in sets:
        if row.oxygen_device not in _NO_OXYGEN:
            found.setdefault(row.oxygen_device, row)
    return list(found.values())
