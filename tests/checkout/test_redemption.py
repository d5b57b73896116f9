"""Reserving, committing and releasing quotes within the limits of their offers."""

from datetime import timedelta

import pytest

from catalog.models import Product, Revision
from checkout.models import CustomerUsage, Quote, Redemption, RedemptionState
from checkout.services.gone_gifts import GoneGift, gone_gifts
from checkout.services.redemption import (
    commit_redemption,
    expire_reservations,
    release_quote,
    reserve_quote,
    thaw_quote,
)
from engine.promise.frozen_quote import AskedLine
from offers.models import Customer
from tests.checkout.promises import LATER, NOON, OVERDUE, promise, propose, refusal, reserve, sell, used

pytestmark = pytest.mark.django_db


def test_reservation__of_two_offers__counts_the_use_and_discount_of_each() -> None:
    quote_id = promise(sell(), propose(), propose("more"))

    redemption = reserve(quote_id)

    assert (redemption.state, redemption.expires_at) == (RedemptionState.RESERVED, OVERDUE)
    assert (used(), used("more")) == ((1, 10), (1, 10))
    assert sorted(redemption.offers.values_list("offer_code", "version", "discount_minor")) == [
        ("more", 1, 10),
        ("ten-off", 1, 10),
    ]


def test_reservation__above_the_usage_limit__names_the_offer_and_counts_nothing() -> None:
    bread, scarce, free = sell(), propose("scarce", usage_limit=1), propose("free")
    reserve(promise(bread, scarce, free))

    error = refusal(lambda: reserve(promise(bread, scarce, free)))

    assert (error.code, error.offers) == ("limit_reached", ("scarce",))
    assert (used("scarce"), used("free")) == ((1, 10), (1, 10))
    assert Redemption.objects.count() == 1


def test_reservation__above_the_budget__is_refused() -> None:
    bread, offer = sell(), propose(budget_minor=25)
    reserve(promise(bread, offer))
    reserve(promise(bread, offer))

    error = refusal(lambda: reserve(promise(bread, offer)))

    assert (error.code, used()) == ("limit_reached", (2, 20))


def test_reservation__above_the_limit_per_customer__is_refused_for_this_customer_only() -> None:
    bread, offer = sell(), propose(customer_usage_limit=1)
    aki, ben = (Customer.objects.create(external_id=name) for name in ("aki", "ben"))
    reserve(promise(bread, offer, customer=aki))

    error = refusal(lambda: reserve(promise(bread, offer, customer=aki)))
    reserve(promise(bread, offer, customer=ben))

    assert error.code == "limit_reached"
    assert sorted(CustomerUsage.objects.values_list("customer__external_id", "used_count")) == [
        ("aki", 1),
        ("ben", 1),
    ]


@pytest.mark.parametrize(("stock", "left"), [(1, 0), (None, None)], ids=["tracked", "not tracked"])
def test_gift__in_stock__is_taken_from_stock(stock: int | None, left: int | None) -> None:
    mug, offer = sell("mug", stock=stock), propose()

    reserve(promise(sell(), offer, gifts={offer.pk: mug}))

    assert Product.objects.get(sku="mug").stock == left


def test_gift__out_of_stock_and_back__raises_the_revision() -> None:
    mug, offer = sell("mug", stock=2), propose()
    bread = sell()
    quote_ids = [promise(bread, offer, gifts={offer.pk: mug}) for _ in range(2)]
    revisions = []

    for quote_id in quote_ids:
        reserve(quote_id)
        revisions.append(_catalogue_revision())
    release_quote(quote_id=quote_ids[0], at=NOON)

    assert [*revisions, _catalogue_revision()] == [0, 1, 2]


def _catalogue_revision() -> int:
    return sum(Revision.objects.filter(domain="catalog").values_list("number", flat=True))


@pytest.mark.parametrize("is_deleted", [False, True])
def test_gift__out_of_stock__is_named_and_the_rest_is_reserved(*, is_deleted: bool) -> None:
    mug, offer = sell("mug", stock=0), propose("mug-free")
    quote_id = promise(sell(), offer, gifts={offer.pk: mug})
    if is_deleted:
        mug.delete()

    redemption = reserve(quote_id)

    gone = gone_gifts(redemption=redemption, frozen=thaw_quote(redemption.quote))
    assert gone == (GoneGift(1, "mug-free", "mug", 1),)
    assert (used("mug-free")[0], redemption.gifts.count()) == (1, 0)


def test_gift__fewer_units_left_than_quotes_promised__goes_to_the_first_and_comes_back_once() -> None:
    mug, offer = sell("mug", stock=1), propose()
    bread = sell()
    quote_ids = [promise(bread, offer, gifts={offer.pk: mug}) for _ in range(2)]

    missing = [
        sum(gift.missing for gift in gone_gifts(redemption=one, frozen=thaw_quote(one.quote)))
        for one in map(reserve, quote_ids)
    ]
    for quote_id in quote_ids:
        release_quote(quote_id=quote_id, at=NOON)

    assert missing == [0, 1]
    assert Product.objects.get(sku="mug").stock == 1


def test_reservation__offer_deleted_since__succeeds() -> None:
    bread, offer = sell(), propose()
    quote_id = promise(bread, offer)
    offer.delete()

    redemption = reserve(quote_id)

    kept = redemption.offers.get()
    assert (kept.offer, kept.offer_code) == (None, "ten-off")


def test_reservation__offer_ended_and_more_expensive_since__succeeds() -> None:
    bread, offer = sell(), propose()
    quote_id = promise(bread, offer)
    type(offer).objects.update(is_active=False, benefit_value=1, version=2)
    Product.objects.update(price_minor=9999)

    redemption = reserve(quote_id)

    assert redemption.quote.total_minor == 990


def test_quote__redeemed_twice__is_refused() -> None:
    quote_id = promise(sell(), propose())
    reserve(quote_id)

    assert refusal(lambda: reserve(quote_id)).code == "quote_used"


def test_quote__at_the_moment_of_expiry__is_refused() -> None:
    quote_id = promise(sell(), propose())

    assert refusal(lambda: reserve(quote_id, LATER)).code == "quote_expired"
    assert reserve(quote_id, LATER - timedelta(microseconds=1))


def test_quote__deleted_long_ago__is_expired() -> None:
    quote_id = promise(sell(), propose())
    Quote.objects.all().delete()

    assert refusal(lambda: reserve(quote_id, LATER)).code == "quote_expired"
    assert refusal(lambda: reserve(quote_id, NOON)).code == "quote_invalid"


CARTS = {
    "the same": ((AskedLine("bread", 3),), None),
    "in other lines": ((AskedLine("bread", 1), AskedLine("bread", 2)), None),
    "fewer": ((AskedLine("bread", 2),), "cart_changed"),
    "another": ((AskedLine("butter", 3),), "cart_changed"),
    "a subscription": ((AskedLine("bread", 3, 30),), "cart_changed"),
    "nothing": ((), "cart_changed"),
}


@pytest.mark.parametrize(("cart", "code"), CARTS.values(), ids=CARTS)
def test_cart__sent_again__must_match_the_quote(cart: tuple[AskedLine, ...], code: str | None) -> None:
    quote_id = promise(sell(), propose(), quantity=3)

    if code is None:
        assert reserve_quote(quote_id=quote_id, cart=cart, at=NOON)
    else:
        error = refusal(lambda: reserve_quote(quote_id=quote_id, cart=cart, at=NOON))
        assert error.code == code


def test_release__of_a_reservation__restores_everything_once() -> None:
    mug, offer = sell("mug", stock=1), propose(usage_limit=1)
    aki = Customer.objects.create(external_id="aki")
    quote_id = promise(sell(), offer, gifts={offer.pk: mug}, customer=aki)
    reserve(quote_id)

    states = [release_quote(quote_id=quote_id, at=NOON).state for _ in range(2)]

    assert states == [RedemptionState.RELEASED] * 2
    assert used() == (0, 0)
    assert CustomerUsage.objects.get().used_count == 0
    assert Product.objects.get(sku="mug").stock == 1
    assert reserve(quote_id).state == RedemptionState.RESERVED


def test_commit__of_a_reservation__is_permanent() -> None:
    quote_id = promise(sell(), propose())
    reserve(quote_id)

    orders = [commit_redemption(quote_id=quote_id, order_id="1", at=NOON).order_id for _ in range(2)]

    assert (orders, used()) == (["1", "1"], (1, 10))
    assert refusal(lambda: commit_redemption(quote_id=quote_id, order_id="2", at=NOON)).code == "quote_used"
    assert refusal(lambda: release_quote(quote_id=quote_id, at=NOON)).code == "quote_used"
    assert refusal(lambda: reserve(quote_id)).code == "quote_used"
    assert expire_reservations(at=LATER) == 0


def test_commit__without_a_reservation__is_refused() -> None:
    quote_id = promise(sell(), propose())

    assert refusal(lambda: release_quote(quote_id=quote_id, at=NOON)).code == "not_reserved"
    assert refusal(lambda: commit_redemption(quote_id=quote_id, order_id="1", at=NOON)).code == "not_reserved"
