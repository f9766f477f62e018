"""Show what a changed rulebook would have raised over stored history; writes and sends nothing."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from alerts import rulebook, statistics
from alerts.noise import Band
from alerts.policy import LABELS, Rulebook
from alerts.replay import LEFT_OUT
from alerts.rulebook import RulebookError
from charting.models import PatientState
from charting.replay_report import Difference, Report, Told
from charting.replaying import replay
from patients.models import Stay
from staff.models import Ward
from vitals.models import ObservationSet

_BANDS = {Band.CALM: "grade 0 or 1", Band.ILL: "grade 2 or more"}
_HOW = (
    "Facts in force, each as if entered when it was true; answers and snoozes change nothing; an "
    "alert ends as the rules say, or where a person really closed one of its family. What was "
    "unanswered in doubt counts as confirmed when its time is up."
)


class Command(BaseCommand):
    """The comparison on standard output; progress on standard error."""

    help = (
        "Run a changed rulebook (the form of alerts/rules.yaml) and the present one over stored "
        "history, patient by patient, and show what would have fired under each. Nothing is "
        "written or sent. Patients appear by their id alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which rules, over whom, and since when."""
        parser.add_argument("--rules", metavar="FILE", required=True, help="the changed rulebook")
        parser.add_argument("--ward", metavar="CODE", help="patients ever on this ward")
        parser.add_argument(
            "--since", metavar="DATE", help="count alerts since this day began, as 2026-03-10"
        )
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay every patient; status 130 when stopped."""
        now, ward = timezone.now(), _ward(options["ward"])
        present, changed = rulebook.current(), _changed(options["rules"])
        since = _since(options["since"], ward)
        report = Report(since=since, until=now)
        states = list(_states(ward))
        for number, current in enumerate(states, start=1):
            # Before the work, so that what fails has a name.
            self.stderr.write(f"replay: patient {number} of {len(states)} (id {current.pk})")
            try:
                report.add(current.pk, replay(current, books=(present, changed), now=now))
            except KeyboardInterrupt:
                self.stderr.write(f"stopped after {number - 1} patients; nothing was written")
                raise SystemExit(130) from None
        if options["json"]:
            document = _document(report, present, changed)
            self.stdout.write(json.dumps(document, indent=2, default=str))
            self.stderr.write(_summary(report))
            return
        self._show(report, present, changed)

    def _show(self, report: Report, present: Rulebook, changed: Rulebook) -> None:
        say = self.stdout.write
        say(f"present {present.name} ({present.status})")
        say(f"changed {changed.name} ({changed.status})")
        say("")
        say(f"{'rule':<28}{'fired':>18}{'P1 or P2':>18}")
        for rule, fired, loud in report.rules():
            say(f"{rule + ' ' + LABELS[rule]:<28}{_pair(*fired):>18}{_pair(*loud):>18}")
        say("")
        for band, loud, days, rates in report.rates():
            budget = statistics.BUDGET_PER_PATIENT_DAY[band]
            say(
                f"interruptive per patient-day at {_BANDS[band]}: {_rate(rates[0])} -> "
                f"{_rate(rates[1])} (budget {budget:g}; {loud[0]} -> {loud[1]} in {days:.1f} days)"
            )
        for difference in report.differences:
            self._show_patient(difference)
        say("")
        say(_HOW)
        for line in _left_out(present, changed):
            say(f"Not replayed: {line}")
        say(_summary(report))

    def _show_patient(self, difference: Difference) -> None:
        self.stdout.write(f"\npatient {difference.patient_id}:")
        rows = [("-", each) for each in difference.gone] + [
            ("+", each) for each in difference.added
        ]
        for sign, told in sorted(rows, key=lambda row: (row[1].at, row[1].rule, row[0])):
            at = f"{told.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
            self.stdout.write(f"  {sign} {at} {told.rule} {told.severity} {told.kind}")


def _pair(before: int, after: int) -> str:
    return (
        f"{before} -> {after}" if before == after else f"{before} -> {after} ({after - before:+})"
    )


def _rate(rate: float | None) -> str:
    return "not enough data" if rate is None else f"{rate:.2f}"


def _summary(report: Report) -> str:
    before, after = report.alerts(0), report.alerts(1)
    differ = len(report.differences)
    return (
        f"{report.patients} patients, {report.facts} facts: {before} fired -> {after} would have, "
        f"{differ} patients differ; nothing was written or sent"
    )


def _left_out(present: Rulebook, changed: Rulebook) -> list[str]:
    lines = [f"{', '.join(sorted(rules))}: {words}" for words, rules in LEFT_OUT.items()]
    if present.steps != changed.steps:
        lines.append("steps: the program tells again by its own steps, whatever a file says")
    return lines


def _document(report: Report, present: Rulebook, changed: Rulebook) -> dict[str, Any]:
    return {
        "present": present.name,
        "changed": changed.name,
        "since": report.since,
        "until": report.until,
        "patients": report.patients,
        "facts": report.facts,
        "rules": [
            {"rule": rule, "fired": fired, "interruptive": loud}
            for rule, fired, loud in report.rules()
        ],
        "per_patient_day": [
            {"grade": band, "interruptive": loud, "patient_days": round(days, 3), "rate": rates}
            for band, loud, days, rates in report.rates()
        ],
        "differences": [
            {
                "patient": each.patient_id,
                "gone": [_as_json(told) for told in each.gone],
                "added": [_as_json(told) for told in each.added],
            }
            for each in report.differences
        ],
        "how": _HOW,
        "not_replayed": _left_out(present, changed),
    }


def _as_json(told: Told) -> dict[str, Any]:
    at = told.at.isoformat()
    return {"at": at, "kind": told.kind, "rule": told.rule, "severity": told.severity}


def _changed(name: str) -> Rulebook:
    try:
        return rulebook.load(Path(name).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name} cannot be read: {error}.") from error
    except RulebookError as error:
        raise CommandError(f"{name} is no rulebook: {error}.") from error


def _ward(code: str | None) -> Ward | None:
    if code is None:
        return None
    ward = Ward.objects.filter(code=code).first()
    if ward is None:
        raise CommandError(f"There is no ward “{code}”.")
    return ward


def _since(text: str | None, ward: Ward | None) -> datetime | None:
    """The begin of the day on the ward's clock; UTC without a ward."""
    if text is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time.min, ward.zone if ward else UTC)
    except ValueError as error:
        raise CommandError(f"“{text}” is no day such as 2026-03-10.") from error


def _states(ward: Ward | None) -> QuerySet[PatientState]:
    """The patients with a set, always in the same order."""
    charted = ObservationSet.objects.order_by().values("patient_id")
    states = PatientState.objects.filter(pk__in=charted)
    if ward is not None:
        states = states.filter(pk__in=Stay.objects.filter(ward=ward).values("patient_id"))
    return states.select_related("patient", "ward").order_by("pk")
