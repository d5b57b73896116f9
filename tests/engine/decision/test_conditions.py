"""Which offers apply: schedule, audience, currency, trigger, cart value, declined ones."""

from pathlib import Path
from typing import Any

import pytest

from engine.decision.types import CartItem, KnownCustomer
from engine.snapshot.data import PlacementData
from tests.engine.refusals import refusing
from tests.engine.shop import NOON, Shop, ask, offered


def bakery() -> Shop:
    shop = Shop(categories={"food": None, "bread": "food", "toys": None})
    shop.sell("roll", "loaf", category="bread", price=300)
    shop.sell("kite", category="toys", price=2000)
    shop.sell("butter", price=250)
    return shop


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "applies"),
    [
        (None, None, True),
        (NOON, None, True),
        (NOON + 1, None, False),
        (None, NOON, False),  # half-open: the end is outside
        (None, NOON + 1, True),
        (NOON - 5, NOON + 5, True),
    ],
)
def test_schedule__half_open_period__applies_from_start_until_before_end(
    tmp_path: Path, starts_at: int | None, ends_at: int | None, *, applies: bool
) -> None:
    shop = bakery()
    shop.offer("butter", curated=["butter"], starts_at=starts_at, ends_at=ends_at)

    assert bool(ask(shop.publish(tmp_path)).proposals) == applies


def test_schedule__time_moves_on_and_back__is_checked_each_time(tmp_path: Path) -> None:
    shop = bakery()
    shop.offer("hour", curated=["butter"], starts_at=NOON, ends_at=NOON + 3600)
    shop.offer("later", curated=["loaf"], starts_at=NOON + 3600)
    snapshot = shop.publish(tmp_path)

    moments = (-60, 0, 3599, 3600, 3660, 0, -(10**18), 10**18)
    seen = [offered(ask(snapshot, at=NOON + seconds)) for seconds in moments]

    butter, loaf = [("butter",)], [("loaf",)]
    assert seen == [[], butter, butter, loaf, loaf, butter, [], loaf]


@pytest.mark.parametrize(
    ("audience", "customer", "applies"),
    [
        ("everyone", None, True),
        ("everyone", KnownCustomer(), True),
        ("known", None, False),
        ("known", KnownCustomer(), True),
        ("anonymous", None, True),
        ("anonymous", KnownCustomer(), False),
    ],
)
def test_audience__known_or_not__decides(
    tmp_path: Path, audience: str, customer: KnownCustomer | None, *, applies: bool
) -> None:
    shop = bakery()
    shop.offer("butter", curated=["butter"], audience=audience)

    assert bool(ask(shop.publish(tmp_path), customer=customer).proposals) == applies


@pytest.mark.parametrize(
    ("triggers", "cart", "product", "applies"),
    [
        ({}, [], None, True),
        ({"trigger_products": ["roll"]}, [], None, False),
        ({"trigger_products": ["roll"]}, ["loaf"], None, False),
        ({"trigger_products": ["roll"]}, ["loaf", "roll"], None, True),
        ({"trigger_products": ["roll"]}, ["kite"], "roll", True),
        ({"trigger_products": ["roll"]}, ["roll"], "kite", True),
        ({"trigger_categories": ["food"]}, ["loaf"], None, True),  # bread lies below food
        ({"trigger_categories": ["bread"]}, ["kite"], None, False),
        ({"trigger_categories": ["toys"], "trigger_products": ["roll"]}, ["roll"], None, True),
        ({"trigger_categories": ["toys"], "trigger_products": ["roll"]}, ["kite"], None, True),
    ],
)
def test_trigger__context__must_contain_one_of_them(
    tmp_path: Path, triggers: dict[str, Any], cart: list[str], product: str | None, *, applies: bool
) -> None:
    shop = bakery()
    shop.offer("butter", curated=["butter"], **triggers)

    assert bool(ask(shop.publish(tmp_path), *cart, product=product).proposals) == applies


@pytest.mark.parametrize(
    ("minimum", "lines", "applies"),
    [
        (None, [], True),
        (0, [], True),
        (1, [], False),
        (600, [("roll", 2)], True),
        (601, [("roll", 2)], False),
        (900, [("roll", 1), ("roll", 2)], True),  # equal SKUs are one line
        (300, [("roll", 2), ("loaf", -5)], True),  # nonsense takes nothing away
        (300, [("roll", 10**40)], True),
    ],
)
def test_min_subtotal__cart_at_list_prices__must_reach_it(
    tmp_path: Path, minimum: int | None, lines: list[tuple[str, int]], *, applies: bool
) -> None:
    shop = bakery()
    shop.offer("butter", curated=["butter"], min_subtotal_minor=minimum)

    decision = ask(shop.publish(tmp_path), cart=tuple(CartItem(*line) for line in lines))

    assert bool(decision.proposals) == applies


@pytest.mark.parametrize(
    ("cart", "shown"), [((), [("jam",)]), ((CartItem("roll", 1),), []), ((CartItem("bagel", 1),), [("jam",)])]
)
def test_page__in_another_currency_than_the_cart__proposes_nothing_that_the_cart_cannot_contain(
    tmp_path: Path, cart: tuple[CartItem, ...], shown: list[tuple[str]]
) -> None:
    shop = bakery()
    for sku in ("bagel", "jam"):
        shop.sell(sku, price=300, currency="USD")
    shop.offer("dollar", "curated", curated=["jam"], currency="USD")

    assert offered(ask(shop.publish(tmp_path), "bagel", cart=cart)) == shown


def test_min_subtotal__cart_in_another_currency__does_not_reach_it(tmp_path: Path) -> None:
    shop = bakery()
    shop.sell("bagel", price=300, currency="USD")
    shop.offer("yen", curated=["butter"], min_subtotal_minor=100)
    shop.offer("dollar", "curated", curated=["bagel"], currency="USD")

    assert offered(ask(shop.publish(tmp_path), "bagel")) == []


def test_declined__customer_said_no__is_not_asked_again(tmp_path: Path) -> None:
    shop = bakery()
    shop.offer("butter", curated=["butter"])
    shop.offer("loaf", curated=["loaf"])
    customer = KnownCustomer(ledger=refusing(offers=["butter", "long-gone"]))

    assert offered(ask(shop.publish(tmp_path), customer=customer)) == [("loaf",)]


def test_exclude_offers__codes_of_offers_and_of_none__hides_those_that_there_are(tmp_path: Path) -> None:
    shop = bakery()
    shop.offer("butter", curated=["butter"])
    shop.offer("loaf", curated=["loaf"])

    decision = ask(shop.publish(tmp_path), exclude_offers=("butter", "long-gone"), explain=True)

    assert (offered(decision), decision.notes) == ([("loaf",)], ())
    assert [(one.offer, one.failed) for one in decision.trace or ()] == [
        ("butter", "excluded_offer"),
        ("loaf", None),
    ]


def test_placement__unknown_or_switched_off__is_a_note_and_no_offer(tmp_path: Path) -> None:
    shop = bakery()
    shop.placements = [PlacementData("cart", 4), PlacementData("closed", 4, is_active=False)]
    shop.offer("butter", curated=["butter"])
    snapshot = shop.publish(tmp_path)

    closed, nowhere = ask(snapshot, placement="closed"), ask(snapshot, placement="nowhere")

    assert (closed.proposals, closed.notes[0].code) == ((), "inactive_placement")
    assert (nowhere.proposals, nowhere.notes[0].code) == ((), "unknown_placement")


def test_unknown_skus__anywhere_in_the_request__are_notes(tmp_path: Path) -> None:
    shop = bakery()
    shop.offer("butter", curated=["butter"])

    decision = ask(shop.publish(tmp_path), "roll", "bun", product="\ud800", exclude=("loaf", "ghost"))

    assert [(note.code, note.pointer) for note in decision.notes] == [
        ("unknown_sku", "/product"),
        ("unknown_sku", "/cart/1/sku"),
        ("unknown_sku", "/exclude/1"),
    ]
    assert offered(decision) == [("butter",)]


def test_sku__full_width_form__is_the_same_product(tmp_path: Path) -> None:
    shop = bakery()
    shop.offer("butter", curated=["butter"], trigger_products=["roll"])

    decision = ask(shop.publish(tmp_path), "ｒｏｌｌ ")

    assert (decision.notes, offered(decision)) == ((), [("butter",)])


def test_only__offer_that_is_not_live__is_decided_all_the_same_and_noted(tmp_path: Path) -> None:
    shop = bakery()
    shop.placements = [PlacementData("cart", 4), PlacementData("page", 4)]
    shop.offer("loaf", curated=["loaf"])
    shop.offer("draft", curated=["butter"], is_active=False, placements=[1])

    decision = ask(shop.publish(tmp_path), only="draft")

    assert offered(decision) == [("butter",)]
    assert [note.code for note in decision.notes] == ["not_in_placement", "not_live"]


def test_only__condition_unmet__still_counts(tmp_path: Path) -> None:
    shop = bakery()
    shop.offer("butter", curated=["butter"], trigger_products=["roll"])
    snapshot = shop.publish(tmp_path)

    assert ask(snapshot, only="butter").proposals == ()
    assert [note.code for note in ask(snapshot, only="nothing").notes] == ["unknown_offer"]
