"""A body is exact JSON that can be stored and answered, or it is refused in words."""

import io
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError
from rest_framework.renderers import JSONRenderer

from charting.json import DEEPEST, LONGEST_BODY_BYTES, StrictJSONParser, loads


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b'{"a": 38.6}', {"a": Decimal("38.6")}),
        (b'{"a": 38.60}', {"a": Decimal("38.60")}),
        (b'{"a": 0.1}', {"a": Decimal("0.1")}),
        (b'{"a": 1e2, "b": -0.0}', {"a": Decimal("1E+2"), "b": Decimal("-0.0")}),
        (b'{"a": 120, "b": null, "c": true}', {"a": 120, "b": None, "c": True}),
        (b"[]", []),
        (b'"\\u00b0C \\ud83d\\ude00"', "°C \N{GRINNING FACE}"),
        ('{"a": "°C"}'.encode(), {"a": "°C"}),
        (b"\xef\xbb\xbf{}", {}),
    ],
)
def test_a_document_is_read_exactly(body, document):
    found = loads(body)
    assert found == document
    assert repr(found) == repr(document)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": 1} x', "not JSON"),
        (b'{"a": 01}', "not JSON"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": Infinity}', "Infinity is not a number"),
        (b'{"a": -Infinity}', "-Infinity is not a number"),
        (b'{"a": 1, "a": 1}', "repeated key a"),
        (b'{"a": {"b": 1, "c": 2, "b": 3}}', "repeated key b"),
        (b'{"a": "line\nbreak"}', "not JSON"),
        (b'"\xff"', "not UTF-8"),
        (b'"\xed\xa0\x80"', "not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        ('{"a": 1}'.encode("utf-32"), "not UTF-8"),
    ],
)
def test_what_is_not_json_is_refused_in_words(body, words):
    with pytest.raises(ParseError, match=words):
        loads(body)


@pytest.mark.parametrize(
    "number",
    ["1e9999999", "1e-9999999", "1e9999999999999999999999", "-1e41", "0." + "1" * 40, "1" * 41],
)
def test_a_number_nobody_can_write_out_is_refused(number):
    with pytest.raises(ParseError, match="a number"):
        loads(f'{{"a": {number}}}'.encode())


@pytest.mark.parametrize("number", ["1" * 40, "-" + "1" * 39, "0." + "1" * 38, "1e40", "1e-40"])
def test_a_number_of_forty_characters_is_read(number):
    assert loads(number.encode()) == Decimal(number)


@pytest.mark.parametrize(
    "body",
    [
        b'"\\ud800"',
        b'"\\uDE00\\uD83D"',
        b'{"note": "x\\udfff"}',
        b'{"\\ud800": 1}',
        b'[["\\ud800"]]',
        b'{"\\ud800": 1, "\\ud800": 2}',
    ],
)
def test_half_a_character_is_refused_for_no_database_takes_it(body):
    with pytest.raises(ParseError) as refused:
        loads(body)
    # The answer itself must be writable too.
    JSONRenderer().render({"detail": str(refused.value.detail)})


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_body_may_be_nested_so_deep_and_no_deeper(opening, closing):
    def nested(depth):
        return (opening * depth + "1" + closing * depth).encode()

    loads(nested(DEEPEST))
    for depth in (DEEPEST + 1, 900, 5000):
        with pytest.raises(ParseError, match="nested too deeply"):
            loads(nested(depth))


def test_a_body_may_be_so_long_and_no_longer():
    longest = b'"' + b"a" * (LONGEST_BODY_BYTES - 2) + b'"'
    assert len(StrictJSONParser().parse(io.BytesIO(longest))) == LONGEST_BODY_BYTES - 2
    with pytest.raises(ParseError, match="over 65536 bytes"):
        StrictJSONParser().parse(io.BytesIO(longest + b" "))


@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:0123456789.eE-\\ud8aN ').map(str.encode))
def test_any_bytes_are_a_document_or_a_refusal(body):
    try:
        document = loads(body)
    except ParseError as refused:
        JSONRenderer().render({"detail": str(refused.detail)})
        return
    JSONRenderer().render(document)


documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(documents)
def test_what_was_written_is_what_is_read(document):
    assert loads(json.dumps(document).encode()) == document
