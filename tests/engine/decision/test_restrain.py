"""What is held back from a shopper, as decisions see it."""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.decision import decide
from engine.decision.types import CartItem, DecisionRequest, KnownCustomer
from engine.learned.facts import DUE
from engine.learned.generations import PURCHASE
from engine.pricing import EVERYTHING, Benefit
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.restraint import LedgerEntry, Policies, Policy, QuietHours, ShownCap
from engine.restraint.policy import DAY
from engine.snapshot.reader import Snapshot
from engine.snapshot.writer import write_snapshot
from tests.engine.known import due, used_to_paying
from tests.engine.refusals import packed
from tests.engine.shop import NOON, Shop, ask, offered

RULES = Policies(
    policies=(
        Policy("shown", 5, 7, "offer", 14, without_click=True),
        Policy("dismissed", 2, 30, "offer", 30),
        Policy("declined", 1, 1, "offer", 90),
        Policy("accepted", 1, 1, "product", 30, until_due=True),
    ),
    caps=(ShownCap(100, 1),),
)


def published(shop: Shop, folder: Path, rules: Policies = RULES) -> Snapshot:
    return Snapshot.open(
        folder / write_snapshot(data=replace(shop.data(), restraint=rules), directory=folder)
    )


def cafe() -> Shop:
    shop = Shop(categories={"drinks": None, "tea": "drinks", "food": None})
    shop.sell("tea", price=500, category="tea")
    shop.sell("green", price=700, category="tea")
    shop.sell("cake", price=900, category="food")
    shop.offer("teas", curated=["green"])
    shop.offer("cakes", curated=["cake"])
    return shop


def who(*entries: LedgerEntry) -> KnownCustomer:
    return KnownCustomer(ledger=packed(*entries))


def seen(offer: str, count: int) -> list[LedgerEntry]:
    return [LedgerEntry("shown", NOON - 3600 * n, subject=offer, channel="web") for n in range(1, count + 1)]


def test_policy__that_has_counted_enough__names_itself_in_the_trace(tmp_path: Path) -> None:
    snapshot = published(cafe(), tmp_path)

    decision = ask(snapshot, "tea", customer=who(*seen("teas", 5)), explain=True)

    assert offered(decision) == [("cake",)]
    assert {one.offer: one.failed for one in decision.trace or ()} == {"teas": "enough_shown", "cakes": None}


def test_visitor__without_a_customer__is_restrained_too(tmp_path: Path) -> None:
    snapshot = published(cafe(), tmp_path)

    decision = ask(snapshot, "tea", visitor=packed(LedgerEntry("never", NOON, subject="teas")))

    assert offered(decision) == [("cake",)]


@pytest.mark.parametrize(
    ("entry", "left"),
    [
        (LedgerEntry("never", NOON, "category", "1"), [("cake",)]),  # drinks, which tea is below
        (LedgerEntry("never", NOON, "category", "3"), [("green",)]),
        (LedgerEntry("never", NOON, "kind", "cross_sell"), []),
        (LedgerEntry("never", NOON, "everything"), []),
        (LedgerEntry("later", NOON, "everything", until=NOON + DAY), []),
        (LedgerEntry("accepted", NOON - DAY, subject="teas", products="green"), [("cake",)]),
    ],
)
def test_scope__of_an_answer__holds_back_what_it_is_about(
    tmp_path: Path, entry: LedgerEntry, left: list[tuple[str, ...]]
) -> None:
    assert offered(ask(published(cafe(), tmp_path), "tea", customer=who(entry))) == left


def test_accepted__until_due__comes_back_with_the_reminder(tmp_path: Path) -> None:
    shop = cafe()
    due_day = NOON // DAY + 10
    due = np.array([(shop.pk("green"), due_day, 3, 0.9, 20, 1)], DUE).tobytes()
    accepted = packed(LedgerEntry("accepted", NOON - DAY, subject="teas", products="green"))
    customer, snapshot = KnownCustomer(ledger=accepted, due=due), published(shop, tmp_path)

    by_day = {
        days: ("green",) in offered(ask(snapshot, "tea", customer=customer, at=NOON + days * DAY))
        for days in (0, 5, 6)
    }

    # Due in ten days of a twenty-day interval: the reminder begins a fifth of it earlier.
    assert by_day == {0: False, 5: False, 6: True}


def test_cap__leaves_room_for_fewer_slots(tmp_path: Path) -> None:
    snapshot = published(cafe(), tmp_path, Policies(caps=(ShownCap(3, 1),)))

    counts = [len(ask(snapshot, "tea", customer=who(*seen("else", shown))).proposals) for shown in (0, 2, 3)]

    assert counts == [2, 1, 0]


@pytest.mark.parametrize(
    ("shown", "is_due", "proposed"),
    [
        (0, True, [("cake",), ("green",), ("tea",)]),
        (4, True, [("tea",), ("cake",)]),
        (5, True, [("tea",)]),
        (6, True, []),
        (4, False, [("cake",), ("green",)]),
    ],
)
def test_cap__what_is_due_to_be_bought_again__gets_a_slot_before_others(
    tmp_path: Path, shown: int, *, is_due: bool, proposed: list[tuple[str, ...]]
) -> None:
    shop = cafe()
    shop.offer("again", "replenishment", priority=-9)
    snapshot = published(shop, tmp_path, Policies(caps=(ShownCap(6, 1),)))
    days = 0 if is_due else 200
    customer = KnownCustomer(ledger=packed(*seen("else", shown)), due=due(shop, ("tea", days, 30, 0.9)).due)

    decision = ask(snapshot, customer=customer, explain=True)

    assert offered(decision) == proposed
    filled = [one for trace in decision.trace or () for one in trace.candidates if one.removed_by is None]
    assert len(filled) == len(proposed)


def test_cap__what_is_due_by_an_offer_that_also_shows_others__only_what_is_due_goes_first(
    tmp_path: Path,
) -> None:
    shop = cafe()
    shop.offer("again", "curated", "replenishment", curated=["cake"], priority=-9, max_proposals=2)
    snapshot = published(shop, tmp_path, Policies(caps=(ShownCap(1, 1),)))

    assert offered(ask(snapshot, customer=due(shop, ("tea", 0, 30, 0.9)))) == [("tea",)]
    assert offered(ask(snapshot, customer=KnownCustomer())) == [("cake",)]


def test_later__that_is_over__is_raised_before_a_better_offer(tmp_path: Path) -> None:
    later = LedgerEntry("later", NOON - 9, subject="teas", until=NOON - 1)
    snapshot = published(cafe(), tmp_path)

    usually = offered(ask(snapshot, "tea"))
    raised = ask(snapshot, "tea", customer=who(later), explain=True)

    assert usually == [("cake",), ("green",)]
    assert offered(raised) == [("green",), ("cake",)]
    (trace,) = [one.candidates[0] for one in raised.trace or () if one.offer == "teas"]
    assert trace.detail["lever"] == 1.5


IN_NEW_YORK = KnownCustomer(attributes={"time_zone": "America/New_York"})
UNTOLD = {("personalisation", "all"): False}


@pytest.mark.parametrize(
    ("given", "is_quiet"),
    [
        # Noon in Tokyo is 22:00 of the day before in New York.
        ({}, False),
        ({"time_zone": "America/New_York"}, True),
        ({"customer": IN_NEW_YORK}, True),
        ({"time_zone": "Asia/Tokyo", "customer": IN_NEW_YORK}, False),
        ({"customer": KnownCustomer(attributes={"time_zone": "the moon"})}, False),
        ({"customer": KnownCustomer(attributes={"time_zone": 9})}, False),
        ({"customer": KnownCustomer(attributes=IN_NEW_YORK.attributes, consents=UNTOLD)}, False),
    ],
)
def test_quiet_hours__are_those_of_the_shopper_or_else_of_the_shop(
    tmp_path: Path, given: dict[str, Any], is_quiet: bool
) -> None:
    rules = Policies(quiet=(QuietHours(21 * 60, 8 * 60),), zone="Asia/Tokyo")
    noon = int(datetime(2026, 11, 20, 3, tzinfo=UTC).timestamp())

    decision = ask(published(cafe(), tmp_path, rules), "tea", at=noon, explain=True, **given)

    assert {one.failed for one in decision.trace or ()} == {"quiet_hours" if is_quiet else None}


def upgrades() -> Shop:
    shop = Shop(categories={"tea": None, "food": None})
    shop.sell("plain", price=1000, category="tea")
    shop.sell("fine", price=1800, category="tea")
    shop.sell("cake", price=900, category="food")
    shop.ladders = [[("plain", "", "", ""), ("fine", "", "", "")]]
    shop.offer("next", "ladder", kind="upgrade", max_step_bp=10_000)
    return shop


@pytest.mark.parametrize(
    ("declined", "reason", "removed_by"),
    [
        ("plain", "price", "step_too_high"),
        ("cake", "price", None),
        ("plain", "comparison", None),
    ],
)
def test_price__as_a_reason__lowers_the_step_of_that_category(
    tmp_path: Path, declined: str, reason: str, removed_by: str | None
) -> None:
    entry = LedgerEntry("declined", NOON - 9, "product", products=declined, reason=reason)  # type: ignore[arg-type]

    decision = ask(published(upgrades(), tmp_path), product="plain", customer=who(entry), explain=True)

    (trace,) = decision.trace or ()
    assert [one.removed_by for one in trace.candidates] == [removed_by]


def test_price__as_a_reason__lowers_the_comfort_band_of_that_category(tmp_path: Path) -> None:
    shop = upgrades()
    shop.offers[0] = replace(shop.offers[0], max_step_bp=None)
    usual = used_to_paying((1, 2000))
    entry = LedgerEntry("declined", NOON - 9, "product", products="plain", reason="price")
    snapshot = published(shop, tmp_path)

    before = ask(snapshot, product="plain", customer=usual)
    careful = KnownCustomer(ledger=packed(entry), comfort=usual.comfort, currency=usual.currency)
    after = ask(snapshot, product="plain", customer=careful)

    assert (offered(before), offered(after)) == ([("fine",)], [])


def busy_shop() -> Shop:
    """Return a shop with 400 products and 300 offers, whose offers recommend what fits the cart."""
    shop = Shop(categories={"all": None})
    skus = [f"s{row}" for row in range(400)]
    shop.sell(*skus, price=500, category="all")
    for row in range(60):
        shop.together(skus[row], *[(skus[(row + step) % 400], 10.0 - step, 0.1) for step in range(1, 9)])
    for row in range(300):
        terms = CrossSellTerms(EVERYTHING, Benefit("percent", 1000), by_acceptance=True)
        shop.priced(f"o{row}", terms, strategy="bought_together", benefit_kind="percent", benefit_value=1000)
    return shop


def full_ledger() -> bytes:
    """Return what a shopper of two months did: 200 entries, of offers and products of all kinds."""
    outcomes = ["shown"] * 150 + ["clicked"] * 25 + ["dismissed"] * 8 + ["declined"] * 8 + ["accepted"] * 9
    return packed(
        *(
            LedgerEntry(
                outcome,  # type: ignore[arg-type] # one of the outcomes
                NOON - row * 25_000,
                subject=f"o{100 + row * 7 % 200}",
                products=f"s{200 + row * 3 % 200}",
                channel="web",
                placement="cart",
            )
            for row, outcome in enumerate(outcomes)
        )
    )


def cpu_seconds(call: Callable[[], object]) -> float:
    """Return the CPU time of this thread for some calls in a row."""
    began = time.thread_time()
    for _ in range(10):
        call()
    return time.thread_time() - began


@pytest.mark.alone
def test_decision__with_a_full_ledger__costs_at_most_a_quarter_more(tmp_path: Path) -> None:
    """The median of interleaved rounds: other load slows both alike, and single rounds do not matter."""
    snapshot = published(busy_shop(), tmp_path)
    purchases = np.array([(10 + 10 * row, 3, 20_000, 0.5, 0.5) for row in range(100)], PURCHASE).tobytes()

    def request(ledger: bytes) -> DecisionRequest:
        customer = KnownCustomer(ledger=ledger, purchases=purchases)
        return DecisionRequest("cart", NOON, tuple(CartItem(f"s{n}", 1) for n in range(8)), customer=customer)

    usual = partial(decide, snapshot=snapshot, request=request(b""))
    restrained = partial(decide, snapshot=snapshot, request=request(full_ledger()))
    ratios = [
        cost / base for base, cost in ((cpu_seconds(usual), cpu_seconds(restrained)) for _ in range(150))
    ]

    # The first rounds fill what is remembered of a snapshot.
    assert statistics.median(ratios[20:]) <= 1.25
