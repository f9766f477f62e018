"""Faults that seldom meet by chance, made to meet: what waits, and then something else breaks."""

import random
from dataclasses import replace
from typing import Final

from simulation.mailer import Mood
from simulation.scenario import SHIFT_SECONDS, MailTrouble, Scenario, Window

_AWAY_BEFORE_SECONDS: Final = 600.0
_AWAY_AFTER_SECONDS: Final = 1500.0
_NO_MAIL: Final = (Mood.REFUSING, Mood.TRY_LATER, Mood.HANGING)


def meet(drawn: Scenario, seed: int) -> Scenario:
    """Return the scenario with a coincidence in some seeds, drawn apart from all the rest."""
    chance = _chance_of(seed)
    kind = chance.random()
    begins = chance.uniform(0.15, 0.75) * SHIFT_SECONDS
    if kind < 0.15:
        return _set_back_while_mail_waits(drawn, begins, chance)
    if kind < 0.30:
        return _dead_address(drawn, begins)
    return drawn


def nobody_answers(seed: int) -> Window | None:
    """When no nurse comes to any alert, so that ladders are climbed to their end."""
    chance = _chance_of(seed)
    kind = chance.random()
    begins = chance.uniform(0.15, 0.75) * SHIFT_SECONDS
    if kind >= 0.30:
        return None
    return Window(begins - _AWAY_BEFORE_SECONDS, begins + _AWAY_AFTER_SECONDS)


def _chance_of(seed: int) -> random.Random:
    return random.Random(f"coincidences {seed}")


def _set_back_while_mail_waits(drawn: Scenario, begins: float, chance: random.Random) -> Scenario:
    """The network goes, mail waits, and the clock is set when the network is back."""
    ends = begins + chance.uniform(200, 700)
    trouble = MailTrouble(begins, ends, chance.choice(_NO_MAIL), one_address=False)
    step = (ends - chance.uniform(1, 60), chance.choice((-3600.0, -1800.0)))
    return replace(drawn, mail=(*drawn.mail, trouble), clock_steps=(*drawn.clock_steps, step))


def _dead_address(drawn: Scenario, begins: float) -> Scenario:
    """The charge nurse's mailbox is gone for as long as a ladder takes to its end."""
    ends = min(begins + _AWAY_AFTER_SECONDS, SHIFT_SECONDS)
    trouble = MailTrouble(begins, ends, Mood.WELL, one_address=True)
    return replace(drawn, mail=(*drawn.mail, trouble))
