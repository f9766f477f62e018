"""Situation awareness: what would come next, said from the rules and the ladder that would act."""

from collections.abc import Mapping

from alerts import ladder, rota, rulebook
from alerts.ladder import Duty, Plan
from alerts.models import RotaRole
from alerts.policy import Rule, Severity
from screens import alert_words
from staff.models import Ward
from vitals import schedule
from vitals.schedule import Situation

FEVER = "38.0 °C"  # at or above; Lee 2019, table 2
_CALLED = (
    RotaRole.CHARGE_NURSE, RotaRole.ONCOLOGY_FELLOW, RotaRole.ONCOLOGY_ATTENDING,
    RotaRole.ICU_OUTREACH,
)  # fmt: skip
Holders = Mapping[RotaRole, list[rota.Holder]]


def lines(at_least: int | None, *, ward_minutes: object) -> list[str]:
    """Return what the next worse step would be and who is told of it; facts, never orders.

    `at_least` is the lowest CRS grade that the data force, None before the first set.
    """
    first = ladder.plan_of(Severity.P2, ward_minutes)
    grave = ladder.plan_of(Severity.P1, ward_minutes)
    found = []
    if not at_least:
        found.append(
            f"If T ≥ {FEVER}: meets ASTCT grade 1 criteria. Told at once: {_told(first)}. "
            f"Next set {_next(1)}."
        )
    if at_least is None or at_least < 2:
        found.append(
            "If also hypotension or any oxygen: grade 2 or more. "
            f"Told at once: {_told(grave)}. Next set {_next(2)}."
        )
    if at_least is None or at_least < 4:
        found.append(
            "If a vasopressor, or oxygen above 6 L/min: grade 3 or more. Told at once: "
            f"{_told(grave, Rule.A04)}."
        )
    return found or ["The highest grade that recorded values can force is reached."]


def who_to_call(held: Holders, ward: Ward) -> list[str]:
    """Return role, people and telephone of those on call now; a gap is said."""
    return [_line(role, held.get(role, []), ward) for role in _CALLED]


def for_everybody() -> list[str]:
    """Return what holds for each patient, whatever the grade; it is said once."""
    book = rulebook.current()
    return [
        f"Neuro: ICE ≤ {book.a17.at_most}, a seizure, new weakness or hard to wake is told as "
        f"{book.a18.severity}; a new drop of ICE is checked again every half hour.",
        f"Systolic < {book.a08.hard_systolic_below_mmhg}, mean < "
        f"{book.a08.hard_mean_below_mmhg} mmHg or SpO₂ < {book.a09.hard_spo2_below_percent} %: "
        "emergency call, without waiting for this system.",
    ]


def _told(plan: Plan, rule: Rule | None = None) -> str:
    rung = ladder.first_of(plan, rule) if rule else plan.rungs[0]
    return alert_words.duties([duty.value for duty in rung.tells if duty in set(Duty)])


def _next(at_least: int) -> str:
    minutes = schedule.vitals_minutes(Situation(at_least=at_least, in_high_risk=True))
    return f"after {minutes} min"


def _line(role: RotaRole, holders: list[rota.Holder], ward: Ward) -> str:
    people = ", ".join(each.user.display_name() for each in holders if each.user is not None)
    phone = next((each.phone for each in holders if each.phone), "")
    if not phone and role is RotaRole.CHARGE_NURSE:
        phone = ward.phone
    who = people or ("team mailbox" if holders else "nobody on the rota")
    return f"{role.label}: {who}, {phone or 'no number recorded'}"
