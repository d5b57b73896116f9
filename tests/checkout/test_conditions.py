"""What a shopper is shown and what a quote charges are decided by the same conditions."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkout.services.quote.conditions import barred_offers
from engine.conditions import Circumstances
from engine.decision.context import read_context
from engine.decision.match import conditions_of, offers_in_question
from engine.decision.types import CartItem, DecisionRequest, KnownCustomer
from engine.experiments.running import Assignment
from engine.pricing import Cart, PricingBundle, PricingCartLine, Rules
from engine.pricing.benefit import Benefit
from engine.pricing.eligibility import closed
from engine.pricing.kinds.bundle import BundleTerms
from engine.snapshot.reader import Snapshot
from tests.engine.shop import NOON, Shop

SKUS = ("tea", "cup", "cake", "mug")
moments = st.one_of(st.none(), st.integers(NOON - 1, NOON + 1))
RESTRICTIONS = st.fixed_dictionaries(
    {
        "audience": st.sampled_from(["everyone", "known", "anonymous"]),
        "min_subtotal_minor": st.sampled_from([None, 500, 1000, 1001]),
        "trigger_products": st.lists(st.sampled_from(SKUS), max_size=2, unique=True),
        "trigger_categories": st.lists(st.sampled_from(["drinks", "food"]), max_size=1),
        "codes": st.sampled_from([None, None, ["SPRING"]]),
        "starts_at": moments,
        "ends_at": moments,
        "arms": st.sampled_from([None, None, ("texts", ["", "a"]), ("texts", ["b"])]),
    }
)
# Terms that do not count the triggers themselves: the last product is never one.
TERMS = BundleTerms((PricingBundle(((10, 1), (50, 1)), Benefit("percent", 1000)),))


def published(restrictions: list[dict[str, Any]], folder: Path) -> Snapshot:
    shop = Shop(categories={"food": None, "drinks": "food"})
    shop.sell("tea", category="drinks")
    shop.sell("cup", "mug")
    shop.sell("cake", category="food")
    shop.sell("spoon")
    for number, columns in enumerate(restrictions):
        shop.priced(f"offer-{number}", TERMS, **columns)
    return shop.publish(folder)


def arms_of(arm: str) -> dict[str, str]:
    return {"texts": arm} if arm else {}


def shown(snapshot: Snapshot, cart: tuple[CartItem, ...], at: int, *, is_known: bool, arm: str) -> set[str]:
    """Return the offers that a decision would consider."""
    customer = KnownCustomer() if is_known else None
    request = DecisionRequest("cart", at, cart, customer=customer, assignment=Assignment(arms=arms_of(arm)))
    context = read_context(snapshot, request)
    matched = offers_in_question(context)
    for _name, met in conditions_of(context, matched):
        matched &= met
    return {snapshot.offers[row].code for row in range(len(snapshot.offers)) if matched >> row & 1}


def charged(snapshot: Snapshot, cart: tuple[CartItem, ...], at: int, *, is_known: bool, arm: str) -> set[str]:
    """Return the offers that a quote of the same cart would ask for a price."""
    products = [snapshot.pricing.product(snapshot.products.find(line.sku)) for line in cart]
    circumstances = Circumstances(
        at=at,
        is_known=is_known,
        arms=arms_of(arm),
        products=frozenset(product.id for product in products),
        categories=frozenset(category for product in products for category in product.categories),
        subtotals={
            "JPY": sum(line.quantity * one.list_minor for line, one in zip(cart, products, strict=True))
        },
        accepted=frozenset(),
    )
    barred = barred_offers(offers=snapshot.pricing.offers.values(), circumstances=circumstances)
    lines = tuple(PricingCartLine(one, line.quantity) for line, one in zip(cart, products, strict=True))
    priced = Cart(lines, barred=barred)
    rules = Rules(at=datetime.fromtimestamp(at, UTC))
    return {
        record.code
        for record in snapshot.pricing.offers.values()
        if record.pricing is not None and closed(record.pricing, priced, rules) is None
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    restrictions=st.lists(RESTRICTIONS, min_size=1, max_size=4),
    cart=st.dictionaries(st.sampled_from(SKUS), st.integers(1, 2), max_size=3),
    at=st.integers(NOON - 2, NOON + 2),
    is_known=st.booleans(),
    arm=st.sampled_from(["", "a", "b"]),
)
def test_offers__same_cart_and_time__are_shown_and_charged_consistently(
    restrictions: list[dict[str, Any]],
    cart: dict[str, int],
    at: int,
    is_known: bool,
    arm: str,
    tmp_path: Path,
) -> None:
    restrictions = [
        one
        for one in restrictions
        if None in (one["starts_at"], one["ends_at"]) or one["starts_at"] < one["ends_at"]
    ]
    snapshot = published(restrictions, tmp_path)
    lines = tuple(CartItem(sku, quantity) for sku, quantity in sorted(cart.items()))

    shopper: dict[str, Any] = {"is_known": is_known, "arm": arm}
    assert shown(snapshot, lines, at, **shopper) == charged(snapshot, lines, at, **shopper)
