"""Grade stored sets again by the current edition or other choices, and show the differences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from charting.regrading import Asked, look, regrade_patient
from grading import choices
from grading.grades import style_of
from grading.models import Assessment
from grading.regrade import Again, Difference
from patients.models import Patient
from staff.models import User
from vitals.models import ObservationSet

HISTORY = "This is history: no alert was raised, closed or sent, and no due time moved."


@dataclass(slots=True)
class Totals:
    """What came of the patients so far."""

    patients: int = 0
    sets: int = 0
    written: int = 0
    grades: int = 0
    answers: int = 0

    def add(self, again: Again) -> None:
        """Count one patient."""
        self.patients += 1
        self.sets += again.sets
        self.written += len(again.differences)
        self.grades += sum(each.grade_moves for each in again.differences)
        self.answers += sum(each.answer_moves for each in again.differences)


class Command(BaseCommand):
    """Differences and totals on standard output; progress on standard error."""

    help = (
        "Grade the CRS sets of history again, patient by patient; new assessments supersede "
        "the old, which stay. The door goes on with its own choices. History: nobody is "
        "alerted. Ctrl-C keeps the patients that are done; the same command goes on from there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare by what to grade, whom, and since when."""
        by = parser.add_mutually_exclusive_group()
        by.add_argument(
            "--edition", metavar="RULESET", help=f"one of {', '.join(choices.EDITIONS)}"
        )
        by.add_argument(
            "--policy",
            metavar="NAME=VALUE",
            nargs="+",
            action="extend",
            help="where the table is silent: " + ", ".join(choices.KNOWN),
        )
        parser.add_argument(
            "--patient", metavar="MRN", nargs="+", action="extend", help="default: everybody"
        )
        parser.add_argument(
            "--since", metavar="DATE", help="sets since this day began, as 2026-03-10"
        )
        parser.add_argument("--dry-run", action="store_true", help="show, and write nothing")
        parser.add_argument("--by", metavar="USERNAME", help="who answers for this")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the patients one transaction at a time; status 130 when stopped."""
        asked = _asked(options)
        patients = _patients(options["patient"])
        act = look if options["dry_run"] else regrade_patient
        totals = Totals()
        try:
            for number, patient_id in enumerate(patients, start=1):
                # Before the work, so that what fails has a name.
                self._say(f"patient {number} of {len(patients)} (id {patient_id})")
                again = act(patient_id, asked=asked)
                totals.add(again)
                self._show(patient_id, again)
        except KeyboardInterrupt:
            self._sum_up(totals, dry=options["dry_run"])
            on = "" if options["dry_run"] else "; the same command goes on from there"
            self._say(f"stopped after {totals.patients} of {len(patients)} patients{on}")
            raise SystemExit(130) from None
        self._sum_up(totals, dry=options["dry_run"])

    def _show(self, patient_id: int, again: Again) -> None:
        if not again.differences:
            return
        self.stdout.write(
            f"patient {patient_id}: {len(again.differences)} of {again.sets} sets change"
        )
        told = [each for each in again.differences if each.answer_moves]
        for each in told:
            self.stdout.write(f"  {_line(each)}")
        if alike := len(again.differences) - len(told):
            self.stdout.write(f"  {alike} say the same as before, under {_name(again)}")

    def _sum_up(self, totals: Totals, *, dry: bool) -> None:
        self.stdout.write(
            f"{totals.patients} patients, {totals.sets} sets: {totals.grades} change their grade, "
            f"{totals.answers - totals.grades} only what is said with it, "
            f"{totals.written - totals.answers} only the ruleset or what the next set builds on, "
            f"{totals.sets - totals.written} nothing"
        )
        self.stdout.write(
            "Dry run: nothing was written."
            if dry
            else f"{totals.written} assessments were written; those before them stay. {HISTORY}"
        )

    def _say(self, words: str) -> None:
        self.stderr.write(f"regrade: {words}", self.style.NOTICE)


def _line(difference: Difference) -> str:
    new, old = difference.new, difference.old
    was = "no grade" if old is None else _said(old)
    also = "" if difference.grade_moves else f" ({', '.join(difference.changed)})"
    at = new.taken_at.astimezone(UTC)
    return f"{at:%Y-%m-%d %H:%M} UTC, set {new.observation_set_id}: {was} -> {_said(new)}{also}"


def _said(assessment: Assessment) -> str:
    label = style_of(assessment.grade, at_least=assessment.at_least).label
    return f"{label} [{assessment.ruleset}]"


def _name(again: Again) -> str:
    return again.differences[-1].new.ruleset


def _asked(options: dict[str, Any]) -> Asked:
    try:
        policy = choices.policy_for(edition=options["edition"], choices=options["policy"] or ())
    except choices.ChoiceRefusedError as error:
        raise CommandError(f"{error} Nothing was written.") from error
    return Asked(
        policy=policy,
        now=timezone.now(),
        since=_day(options["since"]),
        by=_user(options["by"]),
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise CommandError(
            f"“{text}” is no day such as 2026-03-10. Nothing was written."
        ) from error


def _user(name: str | None) -> User | None:
    if name is None:
        return None
    found = User.objects.filter(username=name).first()
    if found is None:
        raise CommandError(f"There is no user “{name}”. Nothing was written.")
    return found


def _patients(mrns: Sequence[str] | None) -> list[int]:
    """Return the ids to go through, always in the same order."""
    if mrns is None:
        charted = ObservationSet.objects.order_by().values("patient_id")
        return list(
            Patient.objects.filter(pk__in=charted).order_by("pk").values_list("pk", flat=True)
        )
    found = dict(Patient.objects.filter(mrn__in=mrns).order_by("pk").values_list("mrn", "pk"))
    unknown = [mrn for mrn in mrns if mrn not in found]
    if unknown:
        # Those asked for, and no others: a terminal is no place for a list of patients.
        known = ", ".join(mrn for mrn in mrns if mrn in found) or "none"
        raise CommandError(
            f"There is no patient {', '.join(f'“{mrn}”' for mrn in unknown)}; known of those "
            f"asked for: {known}. Nothing was written."
        )
    return list(found.values())
