"""Read the sheets of a ward, or of one patient: as many queries for thirty patients as for one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from alerts import rota
from alerts.models import Alert, HandoverReadBack, HandoverWords, Illness, NurseAssignment
from charting import course
from charting.models import PatientState
from patients.models import Treatment
from screens import labels, roster, strip
from screens.handing import ahead, facts, sheet
from screens.handing.facts import Known
from screens.handing.sheet import Given, Section, Sheet, Who
from staff.models import Ward


@dataclass(frozen=True, slots=True)
class Handover:
    """A ward's sheets in the order of the beds, who is on call, and what holds for everybody."""

    ward: Ward
    sheets: Sequence[Sheet]
    known: Sequence[Known]
    to_call: Sequence[str]
    for_all: Sequence[str]
    now: datetime


def of_ward(ward: Ward, *, now: datetime) -> Handover:
    """Return the sheets of everybody on the ward; ten queries."""
    states = list(roster.states().filter(ward=ward).order_by("bed__label", "pk"))
    return _of(ward, states, now=now)


def of_patient(state: PatientState, ward: Ward, *, now: datetime) -> Handover:
    """Return the sheet of one patient of the ward; nine queries."""
    return _of(ward, [state], now=now)


def _of(ward: Ward, states: Sequence[PatientState], *, now: datetime) -> Handover:
    ids = [state.pk for state in states]
    alerts, treatments = _alerts(ids), _treatments(ids)
    episodes = course.episodes_of_all(states)
    words, read, nurses = _words(ids), _read_backs(ids), _nurses(ids, now=now)
    known = [
        Known(
            state=state,
            alerts=alerts[state.pk],
            treatments=treatments[state.pk],
            episodes=episodes[state.pk],
            ahead=ahead.lines(_at_least(state), ward_minutes=ward.alert_minutes),
            zone=ward.zone,
            now=now,
        )
        for state in states
    ]
    return Handover(
        ward=ward,
        sheets=[
            _sheet(each, words.get(each.state.pk), read.get(each.state.pk), nurses[each.state.pk])
            for each in known
        ],
        known=known,
        to_call=ahead.who_to_call(rota.by_role(ward, at=now), ward),
        for_all=ahead.for_everybody(),
        now=now,
    )


def _at_least(state: PatientState) -> int | None:
    return None if state.latest_assessment is None else state.latest_assessment.at_least


def _sheet(
    known: Known, words: HandoverWords | None, read: HandoverReadBack | None, nurses: list[str]
) -> Sheet:
    last = (
        f"Last hand-over {known.at(read.at)}, read back by {read.by.display_name()}" if read else ""
    )
    return sheet.compose(
        _who(known, nurses),
        facts.lines(known),
        given=_given(words, known),
        before=read.lines if read else None,
        last=last,
    )


def _who(known: Known, nurses: list[str]) -> Who:
    state = known.state
    patient = state.patient
    born = labels.full_day(patient.birth_date) if patient.birth_date else ""
    initials = "".join(part[:1] for part in (patient.family_name, patient.given_name) if part)
    return Who(
        patient_id=state.pk,
        name=patient.name,
        mrn=patient.mrn,
        born=f"{born} ({strip.age(state, now=known.now)})" if born else "birth date not recorded",
        bed=state.bed.label if state.bed else "",
        nurse=", ".join(nurses),
        short=initials or patient.mrn[-4:],
    )


def _given(row: HandoverWords | None, known: Known) -> Given:
    if row is None:
        return Given()
    return Given(
        version=row.version,
        illness=Illness(row.illness).label if row.illness else "",
        words={
            Section.SUMMARY: row.summary,
            Section.ACTIONS: row.actions,
            Section.SITUATION: row.situation,
        },
        said=f"{row.written_by.display_name()}, {known.at(row.written_at)}",
    )


def _alerts(ids: Iterable[int]) -> defaultdict[int, list[Alert]]:
    found: defaultdict[int, list[Alert]] = defaultdict(list)
    rows = Alert.objects.filter(patient_id__in=list(ids)).not_closed()
    rows = rows.select_related("acknowledged_by", "snoozed_by")
    for alert in rows.order_by("severity", "raised_at", "pk"):
        found[alert.patient_id].append(alert)
    return found


def _treatments(ids: Iterable[int]) -> defaultdict[int, list[Treatment]]:
    found: defaultdict[int, list[Treatment]] = defaultdict(list)
    rows = Treatment.objects.filter(patient_id__in=list(ids)).in_force()
    for row in rows.order_by("started_at", "pk"):
        found[row.patient_id].append(row)
    return found


def _words(ids: Iterable[int]) -> dict[int, HandoverWords]:
    newest = HandoverWords.objects.filter(patient_id__in=list(ids)).order_by()
    last = newest.values("patient").annotate(last=Max("pk")).values("last")
    rows = HandoverWords.objects.filter(pk__in=last).select_related("written_by")
    return {row.patient_id: row for row in rows}


def _read_backs(ids: Iterable[int]) -> dict[int, HandoverReadBack]:
    newest = HandoverReadBack.objects.filter(patient_id__in=list(ids)).order_by()
    last = newest.values("patient").annotate(last=Max("pk")).values("last")
    rows = HandoverReadBack.objects.filter(pk__in=last).select_related("by")
    return {row.patient_id: row for row in rows}


def _nurses(ids: Iterable[int], *, now: datetime) -> defaultdict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = NurseAssignment.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), patient_id__in=list(ids), starts_at__lte=now
    ).select_related("nurse")
    for row in rows.order_by("starts_at", "pk"):
        found[row.patient_id].append(row.nurse.display_name())
    return found
