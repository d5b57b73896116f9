"""Reserving, committing and releasing quotes within the limits of their offers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import ProtectedError

from catalog.models import Product, Revision
from checkout.models import CustomerUsage, OfferUsage, Quote, Redemption, RedemptionState
from checkout.services.gone_gifts import GoneGift, gone_gifts
from checkout.services.redemption import (
    RedemptionError,
    commit_redemption,
    expire_reservations,
    extend_quote,
    freeing_overdue,
    prune_quotes,
    release_quote,
    reserve_quote,
    thaw_quote,
)
from engine.promise.frozen_quote import AskedLine
from offers.models import Customer
from tests.checkout.promises import LATER, NOON, promise, propose, sell

pytestmark = pytest.mark.django_db
OVERDUE = NOON + timedelta(minutes=15)


def reserve(quote_id: str, at: object = NOON) -> Redemption:
    return reserve_quote(quote_id=quote_id, cart=None, at=at)  # type: ignore[arg-type]


def refusal(call: Callable[[], object]) -> RedemptionError:
    with pytest.raises(RedemptionError) as raised:
        call()
    return raised.value


def used(code: str = "ten-off") -> tuple[int, int]:
    return OfferUsage.objects.values_list("used_count", "spent_minor").get(offer__code=code)


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


def pay(quote_id: str, at: datetime = OVERDUE) -> Redemption:
    return commit_redemption(quote_id=quote_id, order_id="1", at=at)


@pytest.mark.parametrize("is_swept", [False, True])
def test_commit__after_the_reservation__counts_its_uses_once_before_and_after_cleanup(
    *, is_swept: bool
) -> None:
    mug, offer = sell("mug", stock=3), propose(usage_limit=5)
    aki = Customer.objects.create(external_id="aki")
    quote_id = promise(sell(), offer, gifts={offer.pk: mug}, customer=aki)
    reserve(quote_id)
    if is_swept:
        expire_reservations(at=OVERDUE)

    committed = [pay(quote_id, LATER + timedelta(days=n)) for n in range(2)]

    assert [(one.state, one.exceeded) for one in committed] == [(RedemptionState.COMMITTED, [])] * 2
    assert used()[0] == CustomerUsage.objects.get().used_count == 1
    assert Product.objects.get(sku="mug").stock == 2


@pytest.mark.parametrize(
    "limit", [{"usage_limit": 1}, {"budget_minor": 19}, {"customer_usage_limit": 1}], ids=str
)
def test_commit__limit_used_up_since__exceeds_it_and_says_so(limit: dict[str, Any]) -> None:
    bread, offer, free = sell(), propose(**limit), propose("free")
    aki = Customer.objects.create(external_id="aki")
    late, next_one = (promise(bread, offer, free, customer=aki) for _ in range(2))
    reserve(late)
    expire_reservations(at=OVERDUE)
    reserve(next_one, OVERDUE)

    redemption = pay(late)

    assert redemption.exceeded == ["ten-off"]
    assert (used(), used("free")) == ((2, 20), (2, 20))


def test_commit__gift_gone_since__names_it() -> None:
    mug, offer = sell("mug", stock=1), propose("mug-free")
    quote_id = promise(sell(), offer, gifts={offer.pk: mug})
    reserve(quote_id)
    expire_reservations(at=OVERDUE)
    Product.objects.filter(sku="mug").update(stock=0)

    redemption = pay(quote_id)

    gone = gone_gifts(redemption=redemption, frozen=thaw_quote(redemption.quote))
    assert (gone, redemption.exceeded) == ((GoneGift(1, "mug-free", "mug", 1),), [])
    assert not redemption.gifts.exists()
    assert used("mug-free")[0] == 1


def test_gift__promised_by_a_redeemed_quote__cannot_be_deleted() -> None:
    mug, offer = sell("mug", stock=1), propose("mug-free")
    reserve(promise(sell(), offer, gifts={offer.pk: mug}))

    with pytest.raises(ProtectedError):
        Product.objects.filter(sku="mug").delete()


def test_commit__offer_deleted_since__counts_the_others() -> None:
    gone = propose("gone")
    quote_id = promise(sell(), propose(), gone)
    reserve(quote_id)
    expire_reservations(at=OVERDUE)
    gone.delete()

    assert (pay(quote_id).exceeded, used()) == ([], (1, 10))


def test_release__after_the_reservation__stays_released() -> None:
    quote_id = promise(sell(), propose())
    reserve(quote_id)
    expire_reservations(at=OVERDUE)

    states = [release_quote(quote_id=quote_id, at=OVERDUE).state for _ in range(2)]

    assert (states, used()) == ([RedemptionState.RELEASED] * 2, (0, 0))
    assert refusal(lambda: pay(quote_id)).code == "not_reserved"


def extend(quote_id: str, minutes: int, at: datetime = NOON) -> datetime:
    return extend_quote(quote_id=quote_id, hold=timedelta(minutes=minutes), at=at).expires_at


def test_extension__counted_from_the_redemption__never_shortens() -> None:
    quote_id = promise(sell(), propose())
    reserve_quote(quote_id=quote_id, cart=None, at=NOON, hold=timedelta(days=3))

    until = [extend(quote_id, minutes, LATER) for minutes in (20_160, 20_160, 5)]

    assert until == [NOON + timedelta(days=14)] * 3
    assert (expire_reservations(at=NOON + timedelta(days=4)), used()) == (0, (1, 10))


@pytest.mark.parametrize("is_swept", [False, True])
def test_extension__of_an_expired_reservation__is_refused(*, is_swept: bool) -> None:
    quote_id = promise(sell(), propose())
    reserve(quote_id)
    if is_swept:
        expire_reservations(at=OVERDUE)

    assert refusal(lambda: extend(quote_id, 60, OVERDUE)).code == "reservation_expired"


def test_extension__not_reserved_released_or_charged__is_refused() -> None:
    quote_id, charged = promise(sell(), propose()), promise(sell("butter"))

    assert refusal(lambda: extend(quote_id, 60)).code == "not_reserved"
    reserve(quote_id)
    release_quote(quote_id=quote_id, at=NOON)
    assert refusal(lambda: extend(quote_id, 60)).code == "not_reserved"
    reserve(charged)
    pay(charged)
    assert refusal(lambda: extend(charged, 60)).code == "quote_used"


def test_expiry__of_many_reservations__releases_the_overdue_ones() -> None:
    bread, offer = sell(), propose()
    for minutes in (0, 1, 10):
        reserve(promise(bread, offer), NOON + timedelta(minutes=minutes))

    freed = expire_reservations(at=OVERDUE + timedelta(minutes=1))

    assert (freed, used()) == (2, (1, 10))
    assert Redemption.objects.filter(state=RedemptionState.EXPIRED).count() == 2


def test_reservation__last_use_reserved_but_overdue__takes_it() -> None:
    bread, offer = sell(), propose(usage_limit=1)
    forgotten, next_one = promise(bread, offer), promise(bread, offer)
    reserve(forgotten)

    redemption = freeing_overdue(lambda: reserve(next_one, OVERDUE), at=OVERDUE)

    assert (redemption.state, used()) == (RedemptionState.RESERVED, (1, 10))


def test_reservation__above_a_limit_with_nothing_overdue__is_tried_once() -> None:
    bread, offer = sell(), propose(usage_limit=1)
    attempts = []
    reserve(promise(bread, offer))

    def attempt() -> Redemption:
        attempts.append(1)
        return reserve(promise(bread, offer))

    assert refusal(lambda: freeing_overdue(attempt, at=NOON)).code == "limit_reached"
    assert len(attempts) == 1


def test_quote__overdue__can_be_redeemed_again() -> None:
    quote_id = promise(sell(), propose(usage_limit=1))
    reserve(quote_id)

    again = reserve(quote_id, OVERDUE)

    assert (again.state, used()) == (RedemptionState.RESERVED, (1, 10))
    assert Redemption.objects.filter(state=RedemptionState.EXPIRED).count() == 1


def test_pruning__long_after__keeps_charged_quotes() -> None:
    bread, offer = sell(), propose()
    charged, unused = promise(bread, offer), promise(bread, offer)
    reserve(charged)
    commit_redemption(quote_id=charged, order_id="1", at=NOON)

    pruned = [prune_quotes(at=LATER + timedelta(days=days)) for days in (3, 4)]

    assert (pruned, Quote.objects.count()) == ([0, 1], 1)
    assert refusal(lambda: reserve(unused, LATER + timedelta(days=4))).code == "quote_expired"


def test_pruning__of_an_expired_reservation__waits_for_a_late_payment() -> None:
    bread, offer = sell(), propose()
    unpaid, released = promise(bread, offer), promise(bread, offer)
    reserve(unpaid)
    reserve(released)
    release_quote(quote_id=released, at=NOON)
    expire_reservations(at=OVERDUE)

    pruned = [prune_quotes(at=OVERDUE + timedelta(days=days)) for days in (30, 31)]

    assert pruned == [1, 1]
    assert refusal(lambda: pay(unpaid, OVERDUE + timedelta(days=31))).code == "quote_expired"
