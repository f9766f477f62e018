"""Who is told, how soon they answer, and in what words: the tables answer everything."""

from itertools import pairwise

from alerts.policy import RESPOND_WITHIN_MINUTES, TELL, WORDS, Audience, Rule, Severity


def test_every_severity_says_who_is_told_and_how_soon_they_answer():
    assert TELL.keys() == set(Severity) == RESPOND_WITHIN_MINUTES.keys()
    waits = [RESPOND_WITHIN_MINUTES[each] for each in Severity]
    assert waits == sorted(set(waits)) == [5, 15, 60, 1440]


def test_a_graver_alert_is_told_to_everyone_a_lesser_one_is():
    for graver, lesser in pairwise(Severity):
        assert set(TELL[lesser]) <= set(TELL[graver])
    assert set(TELL[Severity.P1]) == set(Audience)
    assert Audience.CHARGE_NURSE in TELL[Severity.P2]


def test_severities_are_ordered_from_the_gravest():
    for graver, lesser in pairwise(Severity):
        assert graver.is_graver_than(lesser)
        assert not lesser.is_graver_than(graver)
        assert not graver.is_graver_than(graver)


def test_the_words_of_a_fever_outside_the_window_point_to_infection():
    assert "outside the expected window" in WORDS[Rule.A33]
    assert "infection" in WORDS[Rule.A33]
