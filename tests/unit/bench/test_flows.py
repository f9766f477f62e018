"""An answer that is not the right one is a fault, whatever its status."""

import json

import pytest

from bench import flows
from bench.load import Answer
from bench.ward import Nurse

NURSE = Nurse(session="s", token="t")
MRNS = ["A", "B", "C", "D"]


def answer(status, body=None, **headers):
    return Answer(status, headers, b"" if body is None else json.dumps(body).encode())


def a_charting(*, by_token=False, graded=True):
    return flows.charting(
        [NURSE, NURSE], mrns=MRNS, path=flows.CHART, by_token=by_token, graded=graded
    )


def right_answer(call, *, grade=0, **changes):
    body = {"id": 5, "client_id": json.loads(call.body)["client_id"]}
    return body | {"grades": {"astct_crs": {"grade": grade}}} | changes


def test_a_stored_and_graded_set_is_right():
    call = a_charting()[0]()
    assert call.fault_of(answer(201, right_answer(call))) == ""


@pytest.mark.parametrize(
    ("status", "changes", "fault"),
    [
        (200, {}, "status 200"),
        (500, {}, "status 500"),
        (201, {"client_id": "another"}, "another set"),
        (201, {"id": None}, "another set"),
        (201, {"grades": {"astct_crs": {"grade": 1}}}, "where 0 was due"),
        (201, {"grades": {"astct_crs": {"grade": None}}}, "where 0 was due"),
    ],
)
def test_a_wrong_answer_is_a_fault(status, changes, fault):
    call = a_charting()[0]()
    assert fault in call.fault_of(answer(status, right_answer(call, **changes)))


def test_the_floor_owes_no_grade():
    call = a_charting(graded=False)[0]()
    body = {"id": 5, "client_id": json.loads(call.body)["client_id"]}
    assert call.fault_of(answer(201, body)) == ""


def test_clients_share_no_patient_and_send_no_set_twice():
    one, other = a_charting()
    sent = [[json.loads(client().body) for _ in range(8)] for client in (one, other)]
    patients = [{body["patient"] for body in each} for each in sent]
    assert patients == [{"A", "C"}, {"B", "D"}]
    assert len({body["client_id"] for each in sent for body in each}) == 16
    assert all(a["taken_at"] < b["taken_at"] for a, b in zip(sent[0], sent[0][1:], strict=False))


def test_a_session_carries_the_token_against_forgery_and_a_bearer_no_cookie():
    session, bearer = a_charting()[0]().headers, a_charting(by_token=True)[0]().headers
    assert f"csrftoken={session['X-CSRFToken']}" in session["Cookie"]
    assert bearer["Authorization"] == "Bearer t"
    assert "Cookie" not in bearer


TILE = {"name": "Family1, Given", "grade": {"text": "0"}}


@pytest.mark.parametrize(
    ("status", "shown", "right"),
    [
        (200, [TILE, TILE], True),
        (200, [TILE], False),
        (200, [TILE, TILE | {"name": ""}], False),
        (200, [TILE, TILE | {"grade": None}], False),
        (302, [TILE, TILE], False),
    ],
)
def test_a_board_is_right_only_when_every_tile_is_there(status, shown, right):
    assert (flows.tiles(2)(answer(status, {"tiles": shown})) == "") is right


def test_a_reader_with_a_tag_accepts_not_modified_and_learns_the_next_tag():
    (client,) = flows.reading([NURSE], path="/b", fault_of=flows.tiles(1), known=True)
    first = client()
    assert "If-None-Match" not in first.headers
    assert first.fault_of(answer(304)) != ""  # nobody said which state we know
    assert first.fault_of(answer(200, {"tiles": [TILE]}, ETag='"1"')) == ""
    second = client()
    assert second.headers["If-None-Match"] == '"1"'
    assert second.fault_of(answer(304)) == ""
    assert second.fault_of(answer(304, {"tiles": []})) == "a 304 with a body"
    assert second.fault_of(answer(200, {"tiles": [TILE]}, ETag='"2"')) == ""
    assert client().headers["If-None-Match"] == '"2"'


def test_a_reader_without_a_tag_never_asks_conditionally():
    (client,) = flows.reading([NURSE], path="/b", fault_of=flows.tiles(1))
    assert client().fault_of(answer(200, {"tiles": [TILE]}, ETag='"1"')) == ""
    assert "If-None-Match" not in client().headers
    assert client().fault_of(answer(304)) != ""
