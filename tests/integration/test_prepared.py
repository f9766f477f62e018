"""A query whose SQL is kept asks the same as the queryset it was made from."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from staff.models import Role, Ward, WardMembership
from staff.prepared import Prepared
from tests.factories.ward import a_patient, a_person, a_ward, chart_set
from vitals.models import ObservationSet

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def wards():
    return [a_ward(code=code, name=code.upper()) for code in ("1a", "1b", "1c", "1d", "1e")]


def test_the_words_are_made_once_and_the_values_change(wards):
    built = []

    def by_code(code):
        built.append(code)
        return Ward.objects.filter(code=code)

    asked = Prepared(by_code)
    assert [asked.first(code=ward.code) for ward in wards] == wards
    assert asked(code="nowhere") == []
    assert asked.first(code="nowhere") is None
    assert len(built) == 1


def test_one_question_is_one_query_with_the_same_sql(wards):
    asked = Prepared(lambda ward: Ward.objects.filter(pk=ward))
    with CaptureQueriesContext(
        connection,
    ) as captured:
        asked(ward=wards[0].pk)
        asked(ward=wards[1].pk)
        list(Ward.objects.filter(pk=wards[1].pk))
    first, second, plain = [query["sql"] for query in captured]
    assert first != second == plain


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_a_sequence_of_any_length_finds_what_is_in_it(wards, count):
    asked = Prepared(lambda wards: Ward.objects.filter(pk__in=wards).order_by("pk"))
    for _ in range(2):
        assert asked(wards=[ward.pk for ward in wards[:count]]) == wards[:count]


def test_nothing_is_in_an_empty_sequence_and_nothing_is_asked(django_assert_num_queries):
    asked = Prepared(lambda codes: Ward.objects.filter(code__in=codes))
    with django_assert_num_queries(0):
        assert asked(codes=[]) == []


def test_moments_stand_for_themselves_on_every_database(wards):
    asked = Prepared(
        lambda user, at: (
            WardMembership.objects.filter(user_id=user)
            .in_force(at)
            .values_list("ward_id", flat=True)
        )
    )
    person = a_person(Role.NURSE, wards[0])
    membership = person.memberships.get()
    membership.starts_at, membership.ends_at = NOW, NOW + timedelta(hours=1)
    membership.save()
    found = [asked(user=person.pk, at=NOW + timedelta(minutes=m)) for m in (-1, 0, 59, 60)]
    assert found == [[], [wards[0].pk], [wards[0].pk], []]


def test_what_is_joined_comes_along_and_is_not_shared(wards, django_assert_num_queries):
    person = a_person(Role.NURSE, wards[0])
    asked = Prepared(
        lambda user: WardMembership.objects.filter(user_id=user).select_related("ward", "user")
    )
    one, other = asked.first(user=person.pk), asked.first(user=person.pk)
    with django_assert_num_queries(0):
        assert (one.ward, one.user) == (wards[0], person)
    assert one is not other
    assert one.ward is not other.ward


def test_a_value_that_no_question_holds_is_a_mistake():
    with pytest.raises(ValueError, match="nothing is asked with code"):
        Prepared(lambda code: Ward.objects.all())(code="1a")


@pytest.mark.parametrize("value", [None, True])
def test_what_is_asked_in_other_words_cannot_be_a_value(value):
    with pytest.raises(TypeError, match="cannot be a value"):
        Prepared(lambda ward: Ward.objects.filter(pk=ward))(ward=value)


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_within_a_transaction_only():
    asked = Prepared(lambda code: Ward.objects.select_for_update().filter(code=code))
    with pytest.raises(TransactionManagementError):
        asked(code="1a")


def test_a_second_query_cannot_hide_behind_the_first():
    with pytest.raises(ValueError, match="fetches nothing in a second one"):
        Prepared(lambda code: Ward.objects.filter(code=code).prefetch_related("memberships"))(
            code="1a"
        )


def test_a_uuid_is_found_as_each_database_keeps_it(wards):
    charted = [chart_set(a_patient(), {"temperature_celsius": Decimal(38)}) for _ in range(2)]
    stored = [each.observations.client_id for each in charted]
    asked = Prepared(
        lambda client_id: ObservationSet.objects.filter(client_id=client_id).values_list(
            "client_id", flat=True
        )
    )
    assert [asked(client_id=each) for each in (*stored, uuid4())] == [[stored[0]], [stored[1]], []]
