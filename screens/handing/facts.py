"""What the data say of a patient, line by line; times are absolute, so that lines stay alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from alerts.models import Alert, AlertState, DueSet
from charting import state as charting_state
from charting.models import PatientState
from grading.episodes import Episode
from grading.models import Assessment
from patients.medicines import CLASS_OF, TreatmentClass, TreatmentCode
from patients.models import Treatment
from patients.windows import course_start, window_status
from screens import labels, strip, words
from screens.handing.sheet import DETAIL, Section
from screens.roster import due_of
from vitals import schedule
from vitals.models import ObservationSet

_SHOWN_DOSES = 4


@dataclass(frozen=True, slots=True)
class Known:
    """What was read of one patient."""

    state: PatientState
    alerts: Sequence[Alert]
    treatments: Sequence[Treatment]
    episodes: Sequence[Episode]
    ahead: Sequence[str]
    zone: tzinfo
    now: datetime

    def at(self, moment: datetime) -> str:
        """Return “10 Mar 11:55” on the ward's clock."""
        local = moment.astimezone(self.zone)
        return f"{local.day} {labels.MONTHS[local.month]} {local:%H:%M}"


def lines(known: Known) -> dict[Section, list[str]]:
    """Return every line that the data fill; what was not recorded says so."""
    return {
        Section.ILLNESS: [*_illness(known)],
        Section.SUMMARY: [*_summary(known)],
        Section.ACTIONS: [*_actions(known)],
        Section.SITUATION: list(known.ahead),
    }


def grade_words(scale: str, graded: Assessment | None, known: Known) -> str:
    """Return “CRS grade 2 · computed 10 Mar 11:55”; an unknown grade is never a low one."""
    if graded is None:
        return f"{scale}: not recorded"
    at = f"computed {known.at(graded.taken_at)}"
    if graded.grade is not None:
        return f"{scale} grade {graded.grade}{DETAIL}{at}"
    if graded.at_least:
        return f"{scale} at least grade {graded.at_least}, incomplete{DETAIL}{at}"
    return f"{scale} grade not known: the last one is incomplete{DETAIL}{at}"


def _illness(known: Known) -> Iterable[str]:
    state = known.state
    yield grade_words("CRS", state.latest_assessment, known)
    yield grade_words("ICANS", state.latest_icans, known)
    said = state.latest_confirmation
    if said is not None:
        grade = "not CRS" if said.grade is None else f"CRS grade {said.grade}"
        yield f"Clinician: {grade}, {known.at(said.recorded_at)}"
    yield f"Since the set before: {trend(state)}"
    if state.latest_set is not None and state.latest_set.worried:
        yield f"Nurse was worried at {known.at(state.latest_set.taken_at)}"


def trend(state: PatientState) -> str:
    """Compare the last two sets; a set that leaves something out is never “better”."""
    latest, before = state.latest_assessment, state.at_least_before
    if latest is None or before is None:
        return "trend not known"
    if latest.at_least > before:
        return "worse"
    if latest.grade is None:
        return "trend not known"
    return "better" if latest.at_least < before else "the same grade"


def _summary(known: Known) -> Iterable[str]:
    doses = charting_state.doses_of(known.state)
    start = course_start(doses, at=known.now)
    if start is None:
        yield "No dose recorded"
    else:
        day = strip.day_label(start, now=known.now, zone=known.zone).split(" ")[0]
        yield f"{start.profile.label}, dose {known.at(start.started_at)}{DETAIL}{day}"
        yield strip.window_words(window_status(doses, at=known.now, zone=known.zone))
    yield from [_episode(each, known) for each in known.episodes] or ["No episode of CRS recorded"]
    yield _counted("Tocilizumab", known, codes=(TreatmentCode.TOCILIZUMAB,))
    yield _counted("Steroid", known, family=TreatmentClass.CORTICOSTEROID)
    running = [_running(each, known) for each in known.treatments if _runs(each, known)]
    if running:
        yield f"Running: {'; '.join(running)}"
    yield _last_set(known.state.latest_set, known)


def _episode(row: Episode, known: Known) -> str:
    peak = f"{'' if row.peak.is_known else 'at least '}grade {row.peak.at_least}"
    end = f"settled {known.at(row.signs_gone_at)}" if row.signs_gone_at else "not settled"
    return f"Episode {row.number}: from {known.at(row.onset_at)}, peak {peak}, {end}"


def _counted(
    name: str, known: Known, *, codes: Sequence[str] = (), family: TreatmentClass | None = None
) -> str:
    """Return how many doses and when; none recorded is not the same as none given."""
    given = [
        each
        for each in known.treatments
        if each.code in codes or CLASS_OF.get(each.code) is family is not None
    ]
    if not given:
        return f"{name}: none recorded"
    times = [_dose(each, known, named=family is not None) for each in given[-_SHOWN_DOSES:]]
    earlier = len(given) - len(times)
    more = f"{earlier} earlier, then " if earlier else ""
    return f"{name}: {len(given)} recorded, {more}{'; '.join(times)}"


def _dose(row: Treatment, known: Known, *, named: bool) -> str:
    amount = (
        f"{labels.number(row.dose_value)} {row.dose_unit}" if row.dose_value is not None else ""
    )
    name = TreatmentCode(row.code).label if named else ""
    return " ".join(part for part in (name, amount, known.at(row.started_at)) if part)


_SUPPORT = frozenset(
    {
        TreatmentClass.VASOPRESSOR, TreatmentClass.VASOPRESSIN, TreatmentClass.INOTROPE,
        TreatmentClass.RESPIRATORY,
    }
)  # fmt: skip
_ALSO = frozenset({"dialysis", "hemofiltration", "intensive_care"})


def _runs(row: Treatment, known: Known) -> bool:
    is_support = CLASS_OF.get(row.code) in _SUPPORT or row.code in _ALSO
    return is_support and (row.stopped_at is None or row.stopped_at > known.now)


def _running(row: Treatment, known: Known) -> str:
    return f"{TreatmentCode(row.code).label} since {known.at(row.started_at)}"


_VITALS = (
    ("temperature_celsius", "T"), ("systolic_mmhg", "BP"), ("heart_rate_bpm", "HR"),
    ("respirations_per_minute", "RR"), ("spo2_percent", "SpO₂"), ("oxygen_device", "oxygen"),
    ("consciousness", "awake"),
)  # fmt: skip


def _last_set(row: ObservationSet | None, known: Known) -> str:
    if row is None:
        return "No set charted"
    said = [_vital(row, name, short) for name, short in _VITALS]
    missing = [words.field(name) for name, _ in _VITALS if getattr(row, name) in (None, "")]
    left_out = f"; not recorded: {', '.join(missing)}" if missing else ""
    return f"Last set{DETAIL}{known.at(row.taken_at)}: {', '.join(filter(None, said))}{left_out}"


def _vital(row: ObservationSet, name: str, short: str) -> str:
    value = getattr(row, name)
    if value in (None, ""):
        return ""
    if name == "systolic_mmhg":
        return f"BP {value}/{labels.number(row.diastolic_mmhg) or '–'}"
    if name == "temperature_celsius":
        return f"T {labels.temperature(value)}"
    if name == "oxygen_device":
        flow = labels.number(row.oxygen_flow_lpm)
        return f"{words.device(value, short=True)}{f' {flow} L' if flow else ''}"
    if name == "consciousness":
        return words.consciousness(value)
    return f"{short} {labels.number(value)}"


def _actions(known: Known) -> Iterable[str]:
    due = due_of(known.state)
    yield from _due(due, known)
    for alert in known.alerts:
        yield f"{alert.severity} {labels.sentence(alert.words)}, {known.at(alert.raised_at)}: " + (
            owner(alert, known)
        )


def _due(due: DueSet | None, known: Known) -> Iterable[str]:
    if due is None:
        yield "Next set: not planned"
        return
    late = known.now > due.due_at + _minutes(schedule.grace_minutes(due.interval_minutes))
    yield f"Set {'overdue' if late else 'due'}{DETAIL}{known.at(due.due_at)}"
    if due.neuro_due_at is not None:
        late = due.is_neuro_late(known.now)
        yield f"Neuro check {'overdue' if late else 'due'}{DETAIL}{known.at(due.neuro_due_at)}"
    if due.labs_due_at is not None:
        late = due.are_labs_late(known.now)
        yield f"Labs {'overdue' if late else 'due'}{DETAIL}{known.at(due.labs_due_at)}"
    if due.paused_until is not None:
        yield f"Off the ward until {known.at(due.paused_until)}"
    if due.sleep_until is not None and due.sleep_until > known.now:
        yield f"Not to be woken until {known.at(due.sleep_until)}"


def owner(alert: Alert, known: Known) -> str:
    """Return who has an alert; nobody is said."""
    if alert.state == AlertState.ACKNOWLEDGED and alert.acknowledged_by is not None:
        return f"{alert.acknowledged_by.display_name()} has it"
    if alert.state == AlertState.SNOOZED and alert.snoozed_until is not None:
        by = f" by {alert.snoozed_by.display_name()}" if alert.snoozed_by else ""
        return f"put off{by} until {known.at(alert.snoozed_until)}"
    return "nobody has answered"


def _minutes(count: float) -> timedelta:
    return timedelta(minutes=count)
