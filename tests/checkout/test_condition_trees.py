"""What a shopper is shown and what a quote charges are decided by the same condition trees."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checkout.services.quote.conditions import barred_offers
from engine.conditions import Circumstances, PageRequired
from engine.conditions.tree.tree import decode
from engine.decision.context import read_context
from engine.decision.match import conditions_of, offers_in_question
from engine.decision.own_values import read_own_values
from engine.decision.quoted import asked_of_trees
from engine.decision.types import CartItem, DecisionRequest, KnownCustomer
from engine.learned.facts import CATEGORY, DUE
from engine.learned.generations import PURCHASE
from engine.pricing import PricingBundle
from engine.pricing.benefit import Benefit
from engine.pricing.kinds.bundle import BundleTerms
from engine.snapshot.data import PlacementData
from engine.snapshot.reader import Snapshot
from engine.snapshot.records import OfferRecord
from tests.engine.conditions.tree.strategies import trees
from tests.engine.shop import Shop

SKUS = ("tea", "cup", "cake", "mug")
TERMS = BundleTerms((PricingBundle(((10, 1), (50, 1)), Benefit("percent", 1000)),))

# The audiences of the random conditions; the second refers to the first.
AUDIENCES = {
    1: {"version": 1, "match": "all", "nodes": [{"type": "orders", "op": "at_least", "count": 2}]},
    2: {
        "version": 1,
        "match": "any",
        "nodes": [
            {"type": "bought_category", "op": "ever", "categories": [1]},
            {"type": "audience", "op": "is", "audiences": [1]},
        ],
    },
}


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


# Around the nights in which clocks change, and around midnight where they never do.
MOMENTS = st.one_of(
    st.tuples(st.just("Europe/Berlin"), st.integers(-7_200, 7_200).map(seconds("2026-03-29T01:00Z").__add__)),
    st.tuples(st.just("Europe/Berlin"), st.integers(-7_200, 7_200).map(seconds("2026-10-25T01:00Z").__add__)),
    st.tuples(
        st.just("Australia/Sydney"), st.integers(-7_200, 7_200).map(seconds("2026-04-04T16:00Z").__add__)
    ),
    st.tuples(st.just("Asia/Tokyo"), st.integers(-7_200, 7_200).map(seconds("2026-05-05T15:00Z").__add__)),
)


@st.composite
def customers(draw: st.DrawFn) -> KnownCustomer:
    """A customer as the one row has them, around the year 2026."""
    days = st.integers(20_541, 20_760)
    bought = draw(st.dictionaries(st.sampled_from([10, 20, 30, 99]), days))
    due = draw(st.dictionaries(st.sampled_from([10, 20]), days))
    return KnownCustomer(
        purchases=np.array([(pk, 1, day, 0, 0) for pk, day in bought.items()], PURCHASE).tobytes(),
        due=np.array([(pk, day, 2, 0.5, 9, 1) for pk, day in due.items()], DUE).tobytes(),
        categories=np.array(
            [*draw(st.dictionaries(st.integers(1, 3), days, max_size=2)).items()], CATEGORY
        ).tobytes(),
        currency="JPY",
        segment=draw(st.sampled_from(["", "loyal", "lost"])),
        orders=draw(st.integers(0, 3)),
        first_day=draw(st.none() | days),
        last_day=draw(st.none() | days),
        average_order_minor=draw(st.sampled_from([None, 500, 2000])),
        attributes={"skin": draw(st.sampled_from(["dark", "light"]))},
        answers={("taste", "q"): "yes"},
    )


requests = st.builds(
    DecisionRequest,
    placement=st.sampled_from(["page", "cart"]),
    at=st.just(0),
    cart=st.dictionaries(st.sampled_from(SKUS), st.integers(1, 3), min_size=1).map(
        lambda units: tuple(CartItem(sku, count) for sku, count in sorted(units.items()))
    ),
    product=st.none() | st.sampled_from(SKUS),
    customer=st.none() | customers(),
    channel=st.sampled_from(["", "web", "line"]),
    country=st.sampled_from(["", "JP", "DE"]),
    context=st.dictionaries(st.sampled_from(["payment", "unknown"]), st.sampled_from(["dark", "other"])),
    language_tag=st.sampled_from(["ja-JP", "en"]),
)


def published(values: list[dict[str, Any]], zone: str) -> Snapshot:
    shop = Shop(categories={"food": None, "drinks": "food"}, zone=zone, context={"payment": ("dark", "yes")})
    shop.sell("tea", category="drinks", brand="Kobo", attributes=(("roast", "dark"),))
    shop.sell("cup", "mug", price=1000)
    shop.sell("cake", category="food", brand="Other")
    shop.sell("spoon")
    shop.audiences = {key: decode(value) for key, value in AUDIENCES.items()}
    shop.placements = [PlacementData("page", 4), PlacementData("cart", 4, is_about_cart=True)]
    for number, value in enumerate(values):
        shop.priced(f"offer-{number}", TERMS, tree=value)
    with tempfile.TemporaryDirectory() as folder:
        return shop.publish(Path(folder))


def shown(snapshot: Snapshot, request: DecisionRequest) -> set[str]:
    """Return the offers that a decision would consider."""
    context = read_context(snapshot, request)
    matched = offers_in_question(context)
    for _name, met in conditions_of(context, matched):
        matched &= met
    return {record.code for record in records(snapshot) if matched >> record.row & 1}


def charged(snapshot: Snapshot, request: DecisionRequest) -> set[str]:
    """Return the offers that a quote of the same cart applies, once they are accepted."""
    rows = {snapshot.find_product(line.sku): line.quantity for line in request.cart}
    products = {row: snapshot.pricing.product(row) for row in rows}
    own_values, _notes = read_own_values(snapshot, request.context)
    circumstances = Circumstances(
        at=request.at,
        is_known=request.customer is not None,
        products=frozenset(product.id for product in products.values()),
        categories=frozenset(one for product in products.values() for one in product.categories),
        subtotals={"JPY": sum(rows[row] * product.list_minor for row, product in products.items())},
        accepted=frozenset(record.id for record in records(snapshot)),
        **asked_of_trees(
            snapshot=snapshot,
            at=request.at,
            units=rows,
            currency="JPY",
            customer=request.customer,
            language_tag=request.language_tag,
            country=request.country,
            own_values=own_values,
        ),
    )
    barred = barred_offers(offers=records(snapshot), circumstances=circumstances)
    return {record.code for record in records(snapshot) if record.id not in barred}


def records(snapshot: Snapshot) -> list[OfferRecord]:
    return list(snapshot.pricing.offers.values())


@given(
    st.lists(trees([10, 20, 30, 40], [1, 2]), min_size=1, max_size=5),
    MOMENTS,
    requests,
)
def test_offers__random_trees_moments_and_zones__are_shown_and_charged_consistently(
    values: list[dict[str, Any]], moment: tuple[str, int], request: DecisionRequest
) -> None:
    zone, at = moment
    snapshot, request = published(values, zone), replace(request, at=at)
    on_page = {one.code for one in records(snapshot) if one.condition(PageRequired) is not None}

    seen, applied = shown(snapshot, request), charged(snapshot, request)

    # What only a page knows is not asked in a quote; all else is asked there too.
    assert seen <= applied
    assert seen - on_page == applied - on_page


def test_hours__in_the_nights_in_which_clocks_change__are_those_that_a_clock_shows() -> None:
    night = {"type": "hours", "op": "between", "from": "02:00", "to": "03:00"}
    snapshot = published([{"version": 1, "match": "all", "nodes": [night]}], "Europe/Berlin")
    request = DecisionRequest("cart", 0, (CartItem("tea", 1),))
    minutes = {
        "forward": range(seconds("2026-03-29T00:00Z"), seconds("2026-03-29T03:00Z"), 60),
        "back": range(seconds("2026-10-24T23:00Z"), seconds("2026-10-25T03:00Z"), 60),
        "usual": range(seconds("2026-06-01T23:00Z"), seconds("2026-06-02T03:00Z"), 60),
    }

    counts = {
        name: sum(bool(shown(snapshot, replace(request, at=at))) for at in moments)
        for name, moments in minutes.items()
    }

    assert counts == {"forward": 0, "back": 120, "usual": 60}
