"""An invented hand: loops across the sheet that shake more, the lower the score."""

import math
from random import Random
from typing import Final

from vitals.strokes import HEIGHT, WIDTH

_WORDS: Final = (4, 5, 5, 3, 6)  # letters of the words of a sentence
_LETTER: Final = 30
_GAP: Final = 28
_STEPS: Final = 9
_START: Final = 50


def sentence(ice_score: int, *, seed: str) -> list[list[int]]:
    """Return strokes for an ICE score of 0 to 10; the same seed writes the same."""
    chance = Random(seed)
    shake, drift = (10 - ice_score) * 2.2, (10 - ice_score) * 5.0
    strokes, x = [], float(_START)
    for letters in _WORDS:
        strokes.append(_word(letters, x, shake=shake, drift=drift, chance=chance))
        x += letters * _LETTER + _GAP
    return strokes


def _word(letters: int, x: float, *, shake: float, drift: float, chance: Random) -> list[int]:
    points: list[int] = []
    base = HEIGHT / 2 + chance.uniform(-drift, drift)
    for letter in range(letters):
        tall = chance.choice((34, 34, 34, 78, 92))
        for step in range(_STEPS):
            turn = 2 * math.pi * step / _STEPS
            across = x + letter * _LETTER + _LETTER * step / _STEPS + 9 * math.sin(turn)
            down = base - tall * (1 - math.cos(turn)) / 2
            points += [
                _inside(across + chance.gauss(0, shake / 3), WIDTH),
                _inside(down + chance.gauss(0, shake), HEIGHT),
            ]
    return points


def _inside(value: float, most: int) -> int:
    return min(max(round(value), 0), most)
