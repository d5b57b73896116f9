"""A proposal costs what it adds to the cart: limits, and triggers that are also targets, are counted."""

from pathlib import Path

import pytest

from engine.decision.types import CartItem
from engine.pricing import Benefit
from engine.pricing.kinds.cross_sell import CrossSellTerms
from tests.engine.shop import Shop, ask

HALF = Benefit("percent", 5000)
Prices = dict[str, int]


def added(
    folder: Path, prices: Prices, terms: tuple[str, str, Benefit, int | None], cart: str, proposed: str
) -> list[int]:
    """Return what each proposal adds to the cart; each letter is a product."""
    shop, (targets, triggers, benefit, most) = Shop(), terms
    for sku, price in prices.items():
        shop.sell(sku, price=price)
    offer = CrossSellTerms(shop.only(*targets), benefit, shop.only(*triggers), max_units=most)
    columns = {"benefit_kind": benefit.kind, "benefit_value": benefit.value}
    shop.priced("together", offer, curated=[proposed], **columns)
    lines = tuple(CartItem(sku, cart.count(sku)) for sku in dict.fromkeys(cart))

    decision = ask(shop.publish(folder), cart=lines)

    return [proposal.offer_minor for proposal in decision.proposals]


@pytest.mark.parametrize(
    ("prices", "terms", "cart", "proposed", "adds"),
    [
        # The only use goes to d, which is cheaper, so b would save nothing.
        ({"a": 1000, "b": 500, "d": 300}, ("bd", "a", HALF, 1), "ad", "b", []),
        # The fixed price saves nothing on b and is not used up by it.
        ({"a": 4995, "b": 100, "z": 300}, ("ab", "z", Benefit("fixed", 1500), 1), "zb", "a", [1500]),
        # With a, which is set aside as the trigger, b costs half: 1000 + 250 instead of 500.
        ({"a": 1000, "b": 500}, ("ab", "ab", HALF, None), "b", "a", [750]),
        # Before: 300 + 500 + 150. After, with a as the trigger: 500 + 500 + 150 + 150.
        ({"a": 500, "b": 1000, "d": 300}, ("abd", "ad", HALF, None), "bdd", "a", [350]),
    ],
)
def test_cross_sell__limited_or_its_own_trigger__costs_what_it_adds(
    tmp_path: Path,
    prices: Prices,
    terms: tuple[str, str, Benefit, int | None],
    cart: str,
    proposed: str,
    adds: list[int],
) -> None:
    assert added(tmp_path, prices, terms, cart, proposed) == adds
