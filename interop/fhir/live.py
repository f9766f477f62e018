"""The door for live resources: the same one the tablet uses, fact by fact, in the caller's hands.

What a person may still mend is kept for them and said so (202); what is wrong is refused.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from interop.csv.kinds import Kind
from interop.csv.mapped import Setting
from interop.csv.outcomes import Outcome
from interop.csv.planning import Known
from interop.fhir import (
    access,
    amend,
    gate,
    held,
    live_facts,
    live_findings,
    live_people,
    shelf,
    targets,
)
from interop.fhir.backload_plan import Arrived, load_of
from interop.fhir.backload_store import quarantine
from interop.fhir.files import Item
from interop.fhir.outcome import FhirError, Issue, IssueCode, Severity
from interop.fhir.reading import CHARTED, Read, read
from interop.fhir.reasons import NotChartedError, Refusal, Why
from interop.fhir.subjects import Subjects
from patients.models import Patient
from staff.models import User
from staff.tokens import ApiToken, Scope

UTC: Final = ZoneInfo("UTC")


@dataclass(slots=True)
class Answer:
    """What became of one resource: the HTTP status, where it is read, and what was refused."""

    status: int
    location: str = ""
    issues: list[Issue] = field(default_factory=list)

    @property
    def is_kept_for_a_person(self) -> bool:
        """Whether it was taken over, but is not charted."""
        return self.status == 202


@dataclass(slots=True)
class Door:
    """Takes the resources of one request, all for one user at one time."""

    user: User
    now: datetime
    subjects: Subjects
    sender: str = "fhir"
    token: ApiToken | None = None

    @property
    def setting(self) -> Setting:
        """The clock of this request; FHIR times carry their offsets."""
        return Setting(now=self.now, zone=UTC)

    def create(self, resource: dict[str, Any]) -> Answer:
        """Take one resource; raises FhirError."""
        return self.create_all([resource])[0]

    def create_all(self, resources: Sequence[dict[str, Any]]) -> list[Answer]:
        """Take valid resources in the order in which they rest on each other.

        Readings of one patient are charted together, so that those of one minute make
        one set. Raises FhirError of the first that is refused.
        """
        answers: dict[int, Answer] = {}
        order = sorted(range(len(resources)), key=lambda n: _RANK[resources[n]["resourceType"]])
        readings: dict[str, list[tuple[int, Arrived]]] = {}
        for number in order:
            resource = resources[number]
            try:
                with _numbered(number):
                    self._one(number, resource, answers, readings)
            except NotChartedError as error:
                with _numbered(number):
                    answers[number] = self._kept_or_refused(resource, [error.refusal], None)
        for mrn, arrived in readings.items():
            self._chart(mrn, arrived, answers)
        return [answers[number] for number in range(len(resources))]

    def _one(
        self,
        number: int,
        resource: dict[str, Any],
        answers: dict[int, Answer],
        readings: dict[str, list[tuple[int, Arrived]]],
    ) -> None:
        kind = resource["resourceType"]
        self._refuse_scope(kind)
        if kind not in CHARTED:
            raise FhirError(422, Issue("resourceType", f"{kind} is not taken over here",
                                       IssueCode.NOT_SUPPORTED))  # fmt: skip
        found = self._read(resource)
        if kind == "Patient":
            answers[number] = Answer(*live_people.register(found, resource, self.user, self.now))
            return
        patient = access.chartable(self.user, found.decoded.mrn, f"{kind}.subject")
        before = held.Held.of([found.mark]).rows.get(found.mark)
        if before is not None:
            answers[number] = self._again(before, found, resource, patient)
        elif found.decoded.status == "entered-in-error":
            words = "was entered in error, and was never charted here"
            raise NotChartedError(Why.ENTERED_IN_ERROR, f"{kind}.status", words)
        elif kind == "Observation":
            item = Item(0, number, "", resource)
            readings.setdefault(found.decoded.mrn, []).append((number, Arrived(item, found)))
        else:
            target = live_facts.record(found, patient, resource, user=self.user, now=self.now)
            self._remember(found, resource, target, patient)
            answers[number] = Answer(201, f"{kind}/{target}")

    def _refuse_scope(self, kind: str) -> None:
        """A token with scopes charts only what they name; raises FhirError 403."""
        scopes = self.token.scopes if self.token is not None else None
        wanted = _SCOPE.get(kind, Scope.WRITE_OBSERVATIONS)
        if scopes is not None and wanted not in scopes:
            words = f"This token lacks the scope {wanted}."
            raise FhirError(403, Issue(kind, words, IssueCode.FORBIDDEN))

    def _read(self, resource: dict[str, Any]) -> Read:
        return read(resource, self.subjects, now=self.now)

    def _again(
        self, before: Any, found: Read, resource: dict[str, Any], patient: Patient
    ) -> Answer:
        """A resource that was taken in before: the same answer, or the correction it is."""
        kind = resource["resourceType"]
        if before.said == found.said:
            return Answer(200, f"{kind}/{before.target}" if before.target else "")
        if kind == "Observation" and before.target and _corrects(found, before.target):
            target = amend.amend(
                before.target, found, resource, patient=patient, user=self.user, now=self.now
            )
            self._remember(found, resource, target, patient)
            return Answer(200, f"Observation/{target}")
        if live_facts.goes_on(found, before.target, patient, user=self.user, now=self.now):
            self._remember(found, resource, before.target, patient)
            return Answer(200, f"{kind}/{before.target}")
        words = "its identifier was taken in before with another value: send it as corrected"
        raise FhirError(409, Issue(f"{kind}.identifier", words, IssueCode.CONFLICT))

    def _chart(
        self, mrn: str, arrived: list[tuple[int, Arrived]], answers: dict[int, Answer]
    ) -> None:
        patient = access.chartable(self.user, mrn, "Observation.subject")
        fresh, repeats = _without_repeats(arrived)
        if any(part.row.kind is Kind.LABS for _, each in fresh for part in each.read.decoded.rows):
            self._refuse_scope(Kind.LABS)
        load = load_of(mrn, [each for _, each in fresh], known=Known(patient),
                       setting=self.setting)  # fmt: skip
        sent = live_facts.chart(load, patient, user=self.user, now=self.now)
        live_findings.chart(load, patient, user=self.user, now=self.now)
        found = targets.of_client_ids(each.set_id for _, each in fresh if each.set_id)
        for number, each in fresh:
            resource = each.item.resource
            assert resource is not None
            if not each.is_stored:
                with _numbered(number):
                    answers[number] = self._kept_or_refused(resource, each.refusals, patient)
                continue
            decoded = each.read.decoded
            target = targets.target_of(decoded, found.get(each.set_id), patient)
            target = target or sent.get(id(each), "")
            self._remember(each.read, resource, target, patient)
            if each.refusals:
                self._keep(resource, each.refusals, patient)
            answers[number] = Answer(
                201, f"Observation/{target}" if target else "", _warnings(each.refusals)
            )
        for number, other in repeats:
            first = answers[other]
            answers[number] = Answer(200, first.location, first.issues)

    def _kept_or_refused(
        self, resource: dict[str, Any], refusals: list[Refusal], patient: Patient | None
    ) -> Answer:
        if any(each.outcome is Outcome.REJECTED for each in refusals) or not refusals:
            raise FhirError(422, *[_issue(each, Severity.ERROR) for each in refusals])
        self._keep(resource, refusals, patient)
        return Answer(202, "", _warnings(refusals))

    def _keep(
        self, resource: dict[str, Any], refusals: list[Refusal], patient: Patient | None
    ) -> None:
        quarantine(
            Item(0, 1, "", resource), refusals, now=self.now, patient=patient, sender=self.sender
        )

    def _remember(
        self, found: Read, resource: dict[str, Any], target: str, patient: Patient
    ) -> None:
        row = held.remember(
            resource, mark=found.mark, said=found.said, target=target, patient=patient,
            now=self.now, by=self.user,
        )  # fmt: skip
        held.keep([row])


_RANK: Final = {kind: rank for rank, kind in enumerate(
    ("Patient", "Encounter", "Procedure", "MedicationAdministration", "Observation")
)}  # fmt: skip


_SCOPE: Final[dict[str, Scope]] = {
    Kind.LABS: Scope.WRITE_LABS,
    "Procedure": Scope.WRITE_TREATMENTS,
    "MedicationAdministration": Scope.WRITE_TREATMENTS,
}


def _corrects(found: Read, target: str) -> bool:
    """Whether a resource says of itself that it corrects, or is the result after a first look."""
    status = found.decoded.status
    if status != "final":
        return status in amend.CORRECTS
    before = shelf.read("Observation", target)
    return before is not None and before[1]["status"] == "preliminary"


@contextmanager
def _numbered(number: int) -> Iterator[None]:
    """Say of a refusal which resource of the request it is of."""
    try:
        yield
    except FhirError as error:
        error.number = number
        raise


def _without_repeats(
    arrived: list[tuple[int, Arrived]],
) -> tuple[list[tuple[int, Arrived]], list[tuple[int, int]]]:
    """The same resource twice in one request is charted once; another value is refused."""
    first: dict[str, tuple[int, Arrived]] = {}
    repeats: list[tuple[int, int]] = []
    for number, each in arrived:
        before = first.get(each.read.mark)
        if before is None:
            first[each.read.mark] = (number, each)
        elif before[1].read.said == each.read.said:
            repeats.append((number, before[0]))
        else:
            words = "its identifier stands beside another value in the same request"
            raise FhirError(409, Issue("Observation.identifier", words, IssueCode.CONFLICT))
    return list(first.values()), repeats


def _issue(refusal: Refusal, severity: Severity) -> Issue:
    words = f"{refusal.words} ({refusal.reason})"
    return Issue(refusal.path, words, IssueCode.BUSINESS_RULE, severity)


def _warnings(refusals: list[Refusal]) -> list[Issue]:
    found = [_issue(each, Severity.WARNING) for each in refusals]
    if found:
        words = "Kept for a person to look at; this part is not charted."
        found.append(Issue("", words, IssueCode.INFORMATIONAL, Severity.INFORMATION))
    return found


def refuse_faults(resource: dict[str, Any]) -> None:
    """Raise FhirError 422 for a resource that is not valid."""
    faults = gate.faults(resource)
    if faults:
        raise FhirError(422, *faults)
