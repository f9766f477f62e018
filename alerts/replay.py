"""Alerts as a rulebook would have raised them, folded in memory: nothing is stored or sent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from alerts import policy
from alerts.events import Happened
from alerts.noise import Event
from alerts.policy import Closing, Condition, Family, Rule, Severity, Standing
from alerts.policy.rulebook import Steps
from alerts.policy.worsening import has_worsened

# Of everything that is implemented, what a replay decides, and why the others are left out.
REPLAYED: Final = frozenset(
    {Rule(f"A{n:02}") for n in (*range(1, 6), *range(8, 24), 25, 31, 33, 34, 38)}
)
LEFT_OUT: Final[Mapping[str, frozenset[Rule]]] = {
    "what becomes true by waiting, looked at by the sweep": frozenset(
        {Rule.A06, Rule.A07, Rule.A24, Rule.A27, Rule.A29, Rule.A30, Rule.A32, Rule.A35, Rule.A36}
    ),
    "what is planned, what lies ready and who is at home, as it stood at each time": frozenset(
        {Rule.A26, Rule.A28, Rule.A37}
    ),
    "what rests on a clinician's own grade": frozenset({Rule.A39}),
    "how late a set was entered: every fact counts as entered when it was true": frozenset(
        {Rule.A45}
    ),
    "the rota, the messages and alerting itself": frozenset({Rule.A40, Rule.A41, Rule.A42}),
    "what tablets hold and by which clock": frozenset({Rule.A43, Rule.A44}),
}


@dataclass(slots=True)
class _Held:
    """A virtual alert that is open, and all that was told of it."""

    condition: Condition
    severity: Severity
    step: int
    raised_at: datetime
    is_provisional: bool
    values: dict[str, Decimal]
    events: list[Event]
    worried: bool = False
    episode_opened_at: datetime | None = None
    confirm_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """Of which episode a decision is, by family, and whether somebody was worried."""

    episodes: Mapping[Family, datetime | None]
    worried: bool = False


class Ledger:
    """The virtual alerts of one patient under one rulebook; it follows alerts.services."""

    def __init__(self, steps: Steps) -> None:
        """Begin with no alert open; `steps` say from when on a value is worse."""
        self._steps = steps
        self._open: dict[Family, _Held] = {}
        self.alerts: list[list[Event]] = []

    def standing(self, *, at: datetime) -> dict[Family, Standing]:
        """The open alerts as policy reads them, after what silence confirmed until then.

        Nobody has answered them: whether people did changes nothing that a set decides.
        """
        self._let_silence_confirm(at)
        return {
            family: Standing(
                rule=held.condition.rule,
                severity=held.severity,
                raised_at=held.raised_at,
                is_provisional=held.is_provisional,
                worried=held.worried,
            )
            for family, held in self._open.items()
        }

    def close(self, family: Family, *, at: datetime) -> None:
        """A person really closed an alert of this family."""
        self._let_silence_confirm(at)
        self._open.pop(family, None)

    def settle(
        self,
        found: Iterable[Condition],
        closings: Iterable[Closing],
        *,
        ground: Ground,
        at: datetime,
    ) -> None:
        """Close what ended, then raise or count what was found, the gravest of each family."""
        for closing in closings:
            del self._open[closing.family]
        told = policy.gravest_per_family(list(found), standing=self.standing(at=at))
        for condition in told:
            self._raise_or_count(condition, ground, at=at)

    def _raise_or_count(self, condition: Condition, ground: Ground, *, at: datetime) -> None:
        family = condition.family
        opened_at = ground.episodes.get(family)
        held = self._open.get(family)
        if held is not None and _is_of_an_earlier_episode(held, opened_at):
            held = None
        if held is None:
            held = self._raise(condition, at=at)
        elif _is_worse(held, condition, steps=self._steps):
            _worsen(held, condition, at=at)
        held.episode_opened_at = held.episode_opened_at or opened_at
        held.worried = held.worried or (ground.worried and family is Family.HEMODYNAMIC)

    def _raise(self, condition: Condition, *, at: datetime) -> _Held:
        held = _Held(
            condition=condition,
            severity=condition.severity,
            step=condition.step,
            raised_at=at,
            is_provisional=condition.is_provisional,
            values=dict(condition.values),
            events=[],
        )
        held.confirm_at = _confirm_at(held, condition, at=at)
        _tell(held, Happened.RAISED, at=at)
        self._open[condition.family] = held
        self.alerts.append(held.events)
        return held

    def _let_silence_confirm(self, at: datetime) -> None:
        for held in self._open.values():
            if held.confirm_at is not None and held.confirm_at <= at:
                held.severity, held.is_provisional = Severity.P1, False
                _tell(held, Happened.NOT_RECHECKED, at=held.confirm_at)
                held.confirm_at = None


def _is_of_an_earlier_episode(held: _Held, opened_at: datetime | None) -> bool:
    before = held.episode_opened_at
    return before is not None and opened_at is not None and before < opened_at


def _is_worse(held: _Held, condition: Condition, *, steps: Steps) -> bool:
    return (
        condition.step > held.step
        or condition.severity.is_graver_than(held.severity)
        or (held.is_provisional and not condition.is_provisional)
        or has_worsened(held.values, condition.values, steps=steps)
    )


def _worsen(held: _Held, condition: Condition, *, at: datetime) -> None:
    was_provisional, before = held.is_provisional, held.severity
    if condition.step >= held.step or condition.severity.is_graver_than(before):
        held.condition = condition
    held.severity = min(condition.severity, before)
    held.step = max(condition.step, held.step)
    held.is_provisional = condition.is_provisional and not before.is_graver_than(condition.severity)
    held.values |= condition.values
    held.confirm_at = _confirm_at(held, condition, at=at)
    confirmed = was_provisional and not held.is_provisional
    _tell(held, Happened.CONFIRMED if confirmed else Happened.WORSENED, at=at)


def _confirm_at(held: _Held, condition: Condition, *, at: datetime) -> datetime | None:
    if not held.is_provisional or condition.confirm_within_minutes is None:
        return None
    return at + timedelta(minutes=condition.confirm_within_minutes)


def _tell(held: _Held, kind: Happened, *, at: datetime) -> None:
    held.events.append(
        Event(kind, at, rule=held.condition.rule.value, severity=held.severity.value)
    )
