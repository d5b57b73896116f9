"""Concurrent redemptions, each with its own connection: no limit is exceeded."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import connections

from catalog.models import Product
from checkout.models import (
    CodeUsage,
    CustomerUsage,
    OfferUsage,
    RedeemedCode,
    RedeemedGift,
    Redemption,
)
from checkout.services.redemption import (
    RedemptionError,
    commit_redemption,
    expire_reservations,
    extend_quote,
    release_quote,
    reserve_quote,
)
from offers.models import Customer
from tests.checkout.promises import NOON, promise, propose, sell
from tests.offers.services.codes.batches import generated
from tests.support.servers import ROOT, database_url

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(call: Callable[[str], object], quote_ids: Sequence[str]) -> Counter[str]:
    """Call for every quote from 24 threads; return how often each outcome came."""

    def one(quote_id: str) -> str:
        try:
            call(quote_id)
        except RedemptionError as error:
            return error.code
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(24) as pool:
        return Counter(pool.map(one, quote_ids))


def reserve(quote_id: str) -> None:
    reserve_quote(quote_id=quote_id, cart=None, at=NOON)


def test_300_concurrent_redemptions__limit_of_100__exactly_100_succeed() -> None:
    bread, offer = sell(), propose(usage_limit=100)
    quote_ids = [promise(bread, offer) for _ in range(300)]

    outcomes = at_once(reserve, quote_ids)

    assert outcomes == {"done": 100, "limit_reached": 200}
    assert OfferUsage.objects.values_list("used_count", "spent_minor").get() == (100, 1000)
    assert Redemption.objects.count() == 100


def test_concurrent_redemptions__budget_gifts_and_customer__none_is_exceeded() -> None:
    bread, mug, aki = sell(), sell("mug", stock=8), Customer.objects.create(external_id="aki")
    limits = {"budget": {"budget_minor": 75}, "gift": {}, "customer": {"customer_usage_limit": 7}}
    offers = {code: propose(code, **columns) for code, columns in limits.items()}
    gifts = {offers["gift"].pk: mug}
    # Every order of the offers, so that a deadlock would show.
    orders = list(permutations(offers.values()))
    quote_ids = [promise(bread, *orders[n % 6], gifts=gifts, customer=aki) for n in range(48)]

    outcomes = at_once(reserve, quote_ids)

    assert outcomes == {"done": 7, "limit_reached": 41}
    assert set(OfferUsage.objects.values_list("used_count", flat=True)) == {7}
    assert set(CustomerUsage.objects.values_list("used_count", flat=True)) == {7}
    assert Product.objects.get(sku="mug").stock == 1


@pytest.mark.parametrize(("uses", "done"), [(1, 1), (7, 7)])
def test_20_concurrent_redemptions__of_one_code__succeed_as_often_as_it_allows(uses: int, done: int) -> None:
    bread, offer = sell(), propose(needs_code=True)
    code = generated(offer, 1, uses_per_code=uses).codes.get()
    quote_ids = [promise(bread, offer, codes={code.pk: offer}) for _ in range(20)]

    outcomes = at_once(reserve, quote_ids)

    assert outcomes == {"done": done, "code_used_up": 20 - done}
    code.refresh_from_db()
    assert (code.used_count, OfferUsage.objects.get().used_count) == (done, done)
    assert RedeemedCode.objects.count() == done


def test_20_concurrent_redemptions__by_one_customer__stay_within_the_limit_of_the_batch() -> None:
    bread, offer, aki = sell(), propose(needs_code=True), Customer.objects.create(external_id="aki")
    batch = generated(offer, 20, customer_limit=3)
    codes = list(batch.codes.values_list("pk", flat=True))
    quote_ids = [promise(bread, offer, customer=aki, codes={code: offer}) for code in codes]

    outcomes = at_once(reserve, quote_ids)

    assert outcomes == {"done": 3, "code_used_up": 17}
    assert CodeUsage.objects.get().used_count == 3
    assert sum(batch.codes.values_list("used_count", flat=True)) == 3


def test_one_quote__redeemed_concurrently__is_reserved_once() -> None:
    quote_id = promise(sell(), propose())

    outcomes = at_once(reserve, [quote_id] * 24)

    assert outcomes == {"done": 1, "quote_used": 23}
    assert OfferUsage.objects.get().used_count == 1


def test_one_reservation__released_and_expired_concurrently__is_released_once() -> None:
    bread, offer = sell(), propose()
    quote_id = promise(bread, offer)
    reserve(quote_id)
    reserve(promise(bread, offer))
    overdue = NOON + timedelta(minutes=15)

    def end(quote_id: str) -> None:
        release_quote(quote_id=quote_id, at=overdue)
        expire_reservations(at=overdue)

    at_once(end, [quote_id] * 24)

    assert OfferUsage.objects.values_list("used_count", "spent_minor").get() == (0, 0)


def test_quotes__redeemed_extended_committed_released_and_swept_concurrently__count_once() -> None:
    mug, bread = sell("mug", stock=6), sell()
    limited, gift = propose(usage_limit=5, budget_minor=60), propose("gift")
    aki = Customer.objects.create(external_id="aki")
    overdue = NOON + timedelta(minutes=15)
    calls: list[Callable[[str], object]] = [
        reserve,
        lambda quote_id: reserve_quote(quote_id=quote_id, cart=None, at=overdue),
        lambda quote_id: extend_quote(quote_id=quote_id, hold=timedelta(hours=1), at=NOON),
        lambda quote_id: commit_redemption(quote_id=quote_id, order_id=quote_id[:9], at=overdue),
        lambda quote_id: release_quote(quote_id=quote_id, at=overdue),
        lambda _quote_id: expire_reservations(at=overdue),
    ]
    quote_ids = [promise(bread, limited, gift, gifts={gift.pk: mug}, customer=aki) for _ in range(10)]
    jobs = [f"{number} {quote_id}" for quote_id in quote_ids for number in range(6)] * 3
    random.Random(8).shuffle(jobs)  # noqa: S311 (any order will do)

    def act(job: str) -> None:
        number, quote_id = job.split()
        calls[int(number)](quote_id)

    at_once(act, jobs)

    holding = Redemption.objects.holding()
    assert holding.filter(state="committed").exists()
    assert set(OfferUsage.objects.values_list("used_count", flat=True)) == {holding.count()}
    assert OfferUsage.objects.get(offer=limited).spent_minor == 10 * holding.count()
    assert set(CustomerUsage.objects.values_list("used_count", flat=True)) == {holding.count()}
    given = RedeemedGift.objects.filter(redemption__in=holding).count()
    assert Product.objects.get(sku="mug").stock == 6 - given


SHOP_THAT_DIES = """
import os, signal, sys
import django
django.setup()
from datetime import datetime
from checkout.services.redemption import reserve_quote
reserve_quote(quote_id=sys.argv[1], cart=None, at=datetime.fromisoformat(sys.argv[2]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_process__killed_between_reserve_and_commit__frees_its_reservation_when_it_expires() -> None:
    bread, offer = sell(), propose(usage_limit=1)
    lost, waiting = promise(bread, offer), promise(bread, offer)
    connections.close_all()

    died = subprocess.run(
        [sys.executable, "-c", SHOP_THAT_DIES, lost, NOON.isoformat()],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=False,
    )

    assert died.returncode == -signal.SIGKILL
    assert OfferUsage.objects.get().used_count == 1
    with pytest.raises(RedemptionError, match="reached their limits"):
        reserve(waiting)
    assert expire_reservations(at=NOON + timedelta(minutes=15)) == 1
    reserve(waiting)
