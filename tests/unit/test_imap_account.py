"""The bounce mailbox: one address, refused where it cannot be used, its password never printed."""

import pytest

from crs_monitor.environment import Environment, SettingRefused
from crs_monitor.imap import Account, account

NAME = "CRS_BOUNCES_URL"


def read(value):
    return account(Environment({NAME: value}), NAME)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", None),
        ("imaps://crs:pw@mail.example/", Account("mail.example", 993, "crs", "pw", "INBOX", True)),
        (
            "imaps://crs%40h.example:p%2Fw@mail.example:1993/Bounced%20mail",
            Account("mail.example", 1993, "crs@h.example", "p/w", "Bounced mail", True),
        ),
        ("imap://a:b@127.0.0.1/X/Y", Account("127.0.0.1", 143, "a", "b", "X/Y", False)),
    ],
)
def test_a_mailbox_is_an_address_with_user_password_and_folder(value, expected):
    assert read(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "https://crs:hidden@mail.example/INBOX",
        "imaps://crs:hidden@/INBOX",
        "imaps://crs@mail.example/INBOX",
        "imaps://mail.example/INBOX",
        "imaps://crs:hidden@mail.example:port/INBOX",
        "imaps://crs:hidden@mail.example/a%22b",
        "imaps://crs:hidden@mail.example/a%0D%0Ab",
        "imaps://crs:hidden@mail.example/R%C3%BCcklauf",
    ],
)
def test_what_is_none_is_refused_without_the_password(value):
    with pytest.raises(SettingRefused) as refused:
        read(value)
    assert "hidden" not in str(refused.value)


def test_the_password_is_in_no_printed_form():
    assert "hidden" not in repr(read("imaps://crs:hidden@mail.example/"))
