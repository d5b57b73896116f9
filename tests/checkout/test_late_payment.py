"""Reservations that are held, extended and overdue, and payments that arrive after them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import ProtectedError

from catalog.models import Product
from checkout.models import CustomerUsage, Quote, Redemption, RedemptionState
from checkout.services.gone_gifts import GoneGift, gone_gifts
from checkout.services.redemption import (
    commit_redemption,
    expire_reservations,
    extend_quote,
    freeing_overdue,
    prune_quotes,
    release_quote,
    reserve_quote,
    thaw_quote,
)
from offers.models import Customer
from tests.checkout.promises import LATER, NOON, OVERDUE, promise, propose, refusal, reserve, sell, used

pytestmark = pytest.mark.django_db


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
