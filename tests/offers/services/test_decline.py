"""What customers declined: kept for a while, bounded, and lifted."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from offers.models import Customer
from offers.services.customer import load_known_customer
from offers.services.decline import (
    MOST_DECLINED,
    Declined,
    forget_declines,
    lift_bought,
    lift_decline,
    load_declined,
    note_refusal,
)

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


def who_declined(*refusals: tuple[str, str, datetime], name: str = "aki") -> Customer:
    """Create a customer who refused offers, each of which proposed some SKUs."""
    customer = Customer(external_id=name)
    for offer, skus, moment in refusals:
        note_refusal(customer=customer, offer=offer, skus=skus.split(), moment=moment)
    customer.save()
    return customer


def known_at(at: datetime, name: str = "aki") -> Declined:
    """Return what a decision and a quote may know at that time: the same."""
    declined = load_declined(external_id=name, at=at)
    known = load_known_customer(external_id=name, at=at)
    assert (known.declined, known.declined_products) == (declined.offers, declined.products)
    return declined


def test_refusal__of_a_product_and_of_a_bundle__is_known() -> None:
    who_declined(("cups", "cup", AT), ("sets", "tea cup", AT), ("free-delivery", "", AT))

    offers, products = frozenset({"cups", "sets", "free-delivery"}), frozenset({"cup", "cup tea"})
    assert known_at(AT) == Declined(offers, products)
    assert known_at(AT, "stranger") == Declined()


@pytest.mark.parametrize(("days", "is_known"), [(0, True), (29.99, True), (30, False), (400, False)])
def test_refusal__after_the_days_of_the_shop__is_forgotten(
    settings: Settings, days: float, *, is_known: bool
) -> None:
    settings.AWASE_DECLINE_DAYS = 30
    who_declined(("cups", "cup", AT))

    known = known_at(AT + days * DAY)

    assert (bool(known.offers), bool(known.products)) == (is_known, is_known)


def test_refusal__repeated__counts_from_the_latest() -> None:
    who_declined(("cups", "cup", AT), ("other", "cup", AT + DAY), ("cups", "cup", AT - DAY))

    assert known_at(AT + 90 * DAY) == Declined(frozenset({"other"}), frozenset({"cup"}))


def test_refusals__more_than_are_kept__lose_the_oldest() -> None:
    customer = who_declined(*((f"offer-{n}", f"sku-{n}", AT + n * DAY) for n in range(MOST_DECLINED + 2)))

    assert len(customer.declined) == len(customer.declined_products) == MOST_DECLINED
    assert {"offer-0", "offer-1"}.isdisjoint(customer.declined)
    assert customer.oldest_decline_at == AT + 2 * DAY


def test_forget_declines__deletes_those_that_are_over() -> None:
    who_declined(("old", "cup", AT - 90 * DAY), ("new", "pot", AT), name="aki")
    who_declined(("new", "pot", AT), name="ben")
    Customer.objects.create(external_id="chie")

    assert forget_declines(at=AT) == 1

    rows = Customer.objects.order_by("pk").values_list("declined", "declined_products", "oldest_decline_at")
    kept = ({"new": "2026-11-22T09:00:00Z"}, {"pot": "2026-11-22T09:00:00Z"}, AT)
    assert list(rows) == [kept, kept, ({}, {}, None)]
    assert forget_declines(at=AT) == 0


@pytest.mark.parametrize(
    ("skus", "placed_at", "left"),
    [
        (["cup"], AT + DAY, {"pot", "cup tea"}),
        (["cup", "tea"], AT + DAY, {"pot"}),
        (["cup"], AT - DAY, {"cup", "pot", "cup tea"}),
        (["jam"], AT + DAY, {"cup", "pot", "cup tea"}),
    ],
)
def test_lift_bought__products_bought_after_the_refusal__are_shown_again(
    skus: list[str], placed_at: datetime, left: set[str]
) -> None:
    customer = who_declined(("cups", "cup", AT), ("pots", "pot", AT), ("sets", "tea cup", AT))

    lift_bought(customer=customer, skus=skus, placed_at=placed_at)

    assert known_at(AT + DAY) == Declined(frozenset({"cups", "pots", "sets"}), frozenset(left))


def test_lift_decline__offer_or_products__leaves_the_other() -> None:
    customer = who_declined(("cups", "cup", AT))

    assert lift_decline(customer=customer.pk, offer="cups")
    assert known_at(AT) == Declined(frozenset(), frozenset({"cup"}))
    assert lift_decline(customer=customer.pk, products="cup")
    assert not lift_decline(customer=customer.pk, products="cup")
    assert not lift_decline(customer=0, offer="cups")
    assert known_at(AT) == Declined()
    assert Customer.objects.get().oldest_decline_at is None
