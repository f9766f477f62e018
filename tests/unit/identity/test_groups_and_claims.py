"""Groups give rights, claims are text, and whatever is something else gives nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity import claims
from identity.groups import Rights, rights

ROLES = frozenset({"nurse", "charge_nurse"})
MAPPING = (("charge", "charge_nurse"), ("nurses", "nurse"), ("seven", "7b"), ("nine", "9c"))


@pytest.mark.parametrize(
    ("groups", "role", "wards"),
    [
        ([], None, set()),
        (["canteen"], None, set()),
        (["seven"], None, {"7b"}),
        (["nurses"], "nurse", set()),
        (["nurses", "seven", "nine"], "nurse", {"7b", "9c"}),
        # Of two roles the one that the hospital wrote first.
        (["nurses", "charge"], "charge_nurse", set()),
        (["NURSES"], None, set()),
    ],
)
def test_groups_give_a_role_and_wards(groups, role, wards):
    found = rights(groups, mapping=MAPPING, roles=ROLES)
    assert found == Rights(role, frozenset(wards))


@given(st.lists(st.sampled_from([group for group, _ in MAPPING] + ["canteen"])), st.text())
def test_a_group_nobody_mapped_never_gives_anything(groups, stranger):
    mapped = {group for group, _ in MAPPING}
    before = rights(groups, mapping=MAPPING, roles=ROLES)
    after = rights([*groups, stranger], mapping=MAPPING, roles=ROLES)
    assert stranger in mapped or before == after


@pytest.mark.parametrize(
    ("said", "groups"),
    [
        (["a", "b"], {"a", "b"}),
        ("a", {"a"}),
        (["a", 1, None], {"a"}),
        ({"a": 1}, set()),
        (None, set()),
        (7, set()),
    ],
)
def test_groups_are_a_list_of_words_or_one_word(said, groups):
    assert claims.read({"sub": "1", "of": said}, groups_claim="of").groups == groups


@pytest.mark.parametrize(
    ("said", "several"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": ["mfa"], "acr": "0"}, True),
        ({"acr": "http://schemas.microsoft.com/claims/multipleauthn"}, True),
        ({"acr": "phr"}, True),
        ({"amr": ["pwd", "otp"]}, False),
        ({"amr": "mfa"}, False),
        ({"acr": "1"}, False),
        ({"acr": ["phr"]}, False),
        ({}, False),
    ],
)
def test_several_factors_are_said_in_a_known_way_or_not_at_all(said, several):
    assert claims.read(said, groups_claim="groups").had_several_factors is several


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"preferred_username": "rosa", "email": "r@example.org"}, "rosa"),
        ({"email": "r@example.org"}, "r@example.org"),
        ({"preferred_username": 7}, ""),
        ({}, ""),
    ],
)
def test_the_name_is_the_preferred_one(said, name):
    assert claims.read(said, groups_claim="groups").username == name
