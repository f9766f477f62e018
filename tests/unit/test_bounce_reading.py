"""What a letter says of a message of ours, in the forms that mail servers really send."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.bounce_reading import LONGEST_LETTER_BYTES, Says, read
from tests.factories.bounces import exchange, exim, itself, postfix

ABOUT = "<alert-7K2MQP-1-0-12@crs.hospital.example>"


@pytest.mark.parametrize(
    ("letter", "status"),
    [(postfix(ABOUT), "5.1.1"), (exchange(ABOUT), "5.1.10"), (exim(ABOUT), "5.1.1")],
    ids=["postfix", "exchange", "exim"],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_permanent_failure_names_the_message_it_is_about(letter, status, line_end):
    found = read(letter.replace("\n", line_end).encode())
    assert found.says is Says.FAILED
    assert found.about[0] == ABOUT
    assert found.status == status


@pytest.mark.parametrize(
    ("action", "status", "says"),
    [
        ("failed", "5.2.2", Says.FAILED),
        ("failed", "4.4.7", Says.FAILED),  # tried for days, and given up
        ("Failed (expired)", "5.0.0", Says.FAILED),
        ("delayed", "4.4.1", Says.DELAYED),
        ("", "5.1.1", Says.FAILED),
        ("", "4.2.2", Says.DELAYED),
        ("delivered", "2.0.0", Says.NOTHING),
        ("relayed", "2.0.0", Says.NOTHING),
        ("expanded", "2.0.0", Says.NOTHING),
        ("", "", Says.NOTHING),
    ],
)
def test_the_action_decides_and_where_it_is_missing_the_status(action, status, says):
    assert read(postfix(ABOUT, action=action, status=status).encode()).says is says


def test_of_two_recipients_the_one_who_was_not_reached_counts():
    block = "Final-Recipient: rfc822; other@hospital.example\nAction: {}\nStatus: {}\n\n"
    letter = postfix(ABOUT, action="delayed", status="4.4.1")
    both = letter.replace("Final-Rec", block.format("failed", "5.1.1") + "Final-Rec", 1)
    assert (read(both.encode()).says, read(both.encode()).status) == (Says.FAILED, "5.1.1")


def test_a_report_that_is_encoded_is_read_all_the_same():
    plain = postfix(ABOUT)
    start = plain.index("Reporting-MTA")
    end = plain.index("--3F1A", start)
    coded = base64.encodebytes(plain[start:end].encode()).decode()
    head = "Content-Type: message/delivery-status\n"
    letter = plain[:start] + coded + "\n" + plain[end:]
    letter = letter.replace(head, head + "Content-Transfer-Encoding: base64\n")
    assert read(letter.encode()).says is Says.FAILED


def test_the_message_itself_has_arrived():
    found = read(itself(ABOUT).encode())
    assert (found.says, found.about) == (Says.ARRIVED, (ABOUT,))


def test_a_letter_keeps_its_name_whatever_servers_add_on_the_way():
    letter = postfix(ABOUT)
    assert read(letter.encode()).key == read(f"Received: again\n{letter}".encode()).key
    assert read(letter.encode()).key != read(exim(ABOUT).encode()).key
    nameless = letter.replace("Message-Id: <20260310120100", "X-Was: <20260310120100")
    assert len(read(nameless.encode()).key) == 64


@pytest.mark.parametrize(
    "letter",
    [
        b"",
        b"\x00\xff\xfe",
        b"Content-Type: multipart/report; boundary=\n\n--\n--\n",
        b"Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status"
        b"\nContent-Transfer-Encoding: base64\n\n====\n--x--",
        b"Content-Type: text/plain; charset=no-such-charset\nX-Failed-Recipients: a\n\n\xe9",
        b"Message-ID: =?utf-8?q?<broken\nContent-Type: multipart/mixed; boundary=y\n\n--y\n\n--y",
        postfix(ABOUT).encode()[:900],
    ],
)
def test_a_malformed_letter_says_nothing_of_a_message_of_ours(letter):
    found = read(letter)
    assert found.says in {Says.NOTHING, Says.ARRIVED, Says.FAILED}
    assert ABOUT not in found.about


@given(st.binary(max_size=400), st.integers(0, 2600))
def test_nothing_that_arrives_breaks_the_reader(noise, at):
    whole = postfix(ABOUT).encode()
    found = read(whole[:at] + noise + whole[at:])
    assert len(found.key) == 64
    assert all(name.startswith("<") and len(name) <= 120 for name in found.about)


def test_a_huge_letter_is_cut_before_it_is_read():
    letter = postfix(ABOUT).replace("Ward: 7B", "x" * (2 * LONGEST_LETTER_BYTES))
    assert read(letter.encode()).about[0] == ABOUT
