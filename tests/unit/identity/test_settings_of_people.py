"""Who is let in is set by variables, and half of a setting is refused with what to write."""

from ipaddress import ip_network

import pytest

from crs_monitor.environment import Environment, SettingRefused
from crs_monitor.people import SingleSignOn, networks, single_sign_on

WHOLE = {
    "CRS_OIDC_ISSUER": "https://login.hospital.example/realms/staff/",
    "CRS_OIDC_CLIENT_ID": "crs",
    "CRS_OIDC_CLIENT_SECRET": "known to both",
    "CRS_OIDC_ROLES": "crs-nurses=nurse, crs-7b = 7b",
}


def read(**changed: str) -> SingleSignOn:
    return single_sign_on(Environment(WHOLE | changed))


def test_without_an_issuer_there_is_none():
    assert not read(CRS_OIDC_ISSUER="")


def test_with_one_it_is_whole():
    found = read()
    assert found
    assert found.issuer == "https://login.hospital.example/realms/staff"
    assert found.groups == (("crs-nurses", "nurse"), ("crs-7b", "7b"))
    assert (found.groups_claim, found.is_second_factor) == ("groups", False)
    assert found.name == "the hospital's sign-in"


def test_the_secret_is_not_shown_where_the_setting_is():
    assert "known to both" not in repr(read())


@pytest.mark.parametrize(
    "missing", ["CRS_OIDC_CLIENT_ID", "CRS_OIDC_CLIENT_SECRET", "CRS_OIDC_ROLES"]
)
def test_half_of_it_is_refused(missing):
    with pytest.raises(SettingRefused, match=missing):
        read(**{missing: " "})


@pytest.mark.parametrize(
    ("issuer", "is_taken"),
    [
        ("https://login.example", True),
        ("http://localhost:9000", True),
        ("http://127.0.0.1:9000/realm", True),
        ("http://login.example", False),
        ("http://localhost.example", False),
        ("ftp://login.example", False),
    ],
)
def test_an_issuer_without_tls_is_one_on_this_machine(issuer, is_taken):
    if is_taken:
        assert read(CRS_OIDC_ISSUER=issuer).issuer == issuer
        return
    with pytest.raises(SettingRefused, match="CRS_OIDC_ISSUER"):
        read(CRS_OIDC_ISSUER=issuer)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("a=nurse", (("a", "nurse"),)),
        ("CN=crs,OU=wards=nurse;CN=b=7b", (("CN=crs,OU=wards", "nurse"), ("CN=b", "7b"))),
    ],
)
def test_names_of_groups_may_hold_signs(text, groups):
    assert read(CRS_OIDC_ROLES=text).groups == groups


@pytest.mark.parametrize("text", ["nurse", "=nurse", "a=", "a=nurse,,b=7b", "a=nurse,"])
def test_a_pair_that_is_none_is_refused(text):
    with pytest.raises(SettingRefused, match="CRS_OIDC_ROLES"):
        read(CRS_OIDC_ROLES=text)


def test_networks_are_read_and_none_is_none():
    environment = Environment({"NETS": "10.20.0.0/16, fd00::/8,192.0.2.7"})
    assert networks(environment, "NETS") == (
        ip_network("10.20.0.0/16"),
        ip_network("fd00::/8"),
        ip_network("192.0.2.7/32"),
    )
    assert networks(environment, "OTHERS") == ()


@pytest.mark.parametrize("text", ["10.20.0.1/16", "the ward", "10.20.0.0/33"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(SettingRefused, match="NETS"):
        networks(Environment({"NETS": text}), "NETS")
