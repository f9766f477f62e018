"""What ICE asks with: drawn by a key, nothing of the last check, from a set large enough."""

from collections import Counter

import pytest

from vitals import ice_set

SHIPPED = ice_set.shipped()
SMALL = {"objects": list("abcdef"), "commands": ["sit", "look"], "sentence": "The sun is out."}


def keys(count):
    return [number.to_bytes(4) for number in range(count)]


def test_the_shipped_set_has_enough_to_ask_with_something_new():
    assert len(SHIPPED.objects) >= 6
    assert len(SHIPPED.commands) >= 2
    assert len(SHIPPED.sentence.split()) >= 4


def test_the_same_key_draws_the_same():
    assert ice_set.draw(SHIPPED, last=None, key=b"1") == ice_set.draw(SHIPPED, last=None, key=b"1")


def test_every_object_and_command_comes_up_and_none_far_more_often():
    drawn = [ice_set.draw(SHIPPED, last=None, key=key) for key in keys(2000)]
    objects = Counter(each for asked in drawn for each in asked.objects)
    assert objects.keys() == set(SHIPPED.objects)
    assert max(objects.values()) < 2 * min(objects.values())
    assert {asked.command for asked in drawn} == set(SHIPPED.commands)


@pytest.mark.parametrize("given", [SHIPPED, ice_set.read(SMALL)], ids=["shipped", "smallest"])
def test_nothing_of_the_last_check_is_asked_again(given):
    for key in keys(200):
        last = ice_set.draw(given, last=None, key=key)
        asked = ice_set.draw(given, last=last.as_row(), key=key + b"next")
        assert len(set(asked.objects)) == 3
        assert not set(asked.objects) & set(last.objects)
        assert asked.command != last.command
        assert asked.sentence == last.sentence


@pytest.mark.parametrize(
    "change",
    [
        {"objects": list("abcde")},
        {"objects": [*"abcde", "A"]},
        {"objects": [*"abcde", ""]},
        {"objects": [*"abcde", "x" * 61]},
        {"objects": [*"abcde", "a\nb"]},
        {"objects": [*"abcde", 7]},
        {"objects": "abcdef"},
        {"commands": ["sit"]},
        {"sentence": " "},
        {"sentence": None},
    ],
)
def test_a_set_too_small_to_draw_from_is_refused(change):
    with pytest.raises(ValueError, match=r"must be|may be there once"):
        ice_set.read(SMALL | change)


@pytest.mark.parametrize("given", [None, {}])
def test_a_check_may_say_nothing_of_what_it_asked(given):
    assert ice_set.check_asked(given) is None


def test_what_was_asked_is_kept_in_its_words():
    said = {"objects": ["cup", "key", "pen"], "command": "x" * 60, "sentence": "", "anchors": "y"}
    kept = {"objects": ["cup", "key", "pen"], "command": "x" * 60, "anchors": "y"}
    assert ice_set.check_asked(said) == kept


@pytest.mark.parametrize(
    "given",
    [
        [],
        "cup",
        {"objects": ["cup", "key"]},
        {"objects": ["cup", "key", "pen", "shoe"]},
        {"objects": ["cup", "key", "CUP"]},
        {"objects": ["cup", "key", 3]},
        {"objects": {"a": 1, "b": 2, "c": 3}},
        {"command": "x" * 61},
        {"command": ["x"]},
        {"president": "x"},
    ],
)
def test_what_cannot_have_been_asked_is_refused(given):
    if not given:
        given = [1]
    with pytest.raises(ValueError, match="must"):
        ice_set.check_asked(given)
