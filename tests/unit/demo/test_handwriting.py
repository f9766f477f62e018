"""The invented hand: what it writes can be kept, and shakes more with a lower score."""

from itertools import pairwise

import pytest

from demo import handwriting
from vitals import strokes


@pytest.mark.parametrize("score", range(11))
def test_what_it_writes_can_be_kept(score):
    written = handwriting.sentence(score, seed="a")
    assert strokes.read(written) == written
    assert len(written) == 5


def test_the_same_hand_writes_the_same():
    assert handwriting.sentence(7, seed="a") == handwriting.sentence(7, seed="a")
    assert handwriting.sentence(7, seed="a") != handwriting.sentence(7, seed="b")


def test_a_lower_score_shakes_more():
    def roughness(score):
        written = handwriting.sentence(score, seed="a")
        return sum(abs(b - a) for stroke in written for a, b in pairwise(stroke[1::2]))

    assert roughness(3) > 1.2 * roughness(10)
