"""What a customer declined is not proposed again: not by another offer, at another price, or as a hint."""

from pathlib import Path
from typing import Any

import pytest

from engine.decision.kinds.threshold import NextReward
from engine.decision.types import CartItem, Decision, KnownCustomer
from engine.pricing import EVERYTHING, Benefit, Gift, Tier, Tiers
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from tests.engine.refusals import refusing
from tests.engine.shop import Shop, ask, offered

TENTH = Benefit("percent", 1000)


def room() -> Shop:
    shop = Shop()
    shop.sell("tea", price=1000)
    shop.sell("cup", price=600)
    shop.sell("pot", price=3000)
    shop.sell("syrup", "shot", price=50)
    shop.bundles = [("set", {"tea": 1, "cup": 1}, {}), ("same-set", {"cup": 2, "tea": 1}, {})]
    return shop


def who_declined(*together: str) -> KnownCustomer:
    return KnownCustomer(ledger=refusing(products=together))


def after_declining(shop: Shop, folder: Path, *together: str, **request: Any) -> list[tuple[str, ...]]:
    return offered(ask(shop.publish(folder), customer=who_declined(*together), **request))


BUNDLES: dict[str, tuple[str, dict[str, Any], list[tuple[str, ...]]]] = {
    "nothing": ("gone", {"product": "tea"}, [("tea", "cup")]),
    "the combination, at any price": ("cup tea", {"product": "tea"}, []),
    "a part that it would add": ("cup", {"product": "tea"}, []),
    "a part that is on the page": ("tea", {"product": "tea"}, [("tea", "cup")]),
    "a part that is in the cart": ("tea", {"cart": (CartItem("tea", 1),)}, [("tea", "cup")]),
    "a combination with others": ("cup pot tea", {"product": "tea"}, [("tea", "cup")]),
}


@pytest.mark.parametrize("case", BUNDLES)
def test_bundle__after_declining__is_shown_or_not(tmp_path: Path, case: str) -> None:
    together, request, expected = BUNDLES[case]
    shop = room()
    shop.offer("sets", "bundle", kind="bundle", max_proposals=2)

    assert after_declining(shop, tmp_path, together, **request) == expected


def test_part__of_a_declined_combination__is_proposed_alone(tmp_path: Path) -> None:
    shop = room()
    shop.offer("cups", curated=["cup"])

    assert after_declining(shop, tmp_path, "cup tea", product="tea") == [("cup",)]


def test_product_on_its_own_page__after_declining_it__has_no_offer_of_more_or_regularly(
    tmp_path: Path,
) -> None:
    shop = room()
    shop.priced("more", QuantityTerms(EVERYTHING, Tiers((Tier(2, TENTH),))))
    shop.priced("monthly", SubscriptionTerms(EVERYTHING, TENTH))
    shop.priced("one-more", BuyGetTerms(EVERYTHING, 1, EVERYTHING, 1, TENTH))
    snapshot = shop.publish(tmp_path)

    for place in ({"product": "tea"}, {"cart": (CartItem("tea", 1),)}):
        assert len(ask(snapshot, **place).proposals) == 3
        assert offered(ask(snapshot, customer=who_declined("tea"), **place)) == []


def test_option__declined__leaves_the_others(tmp_path: Path) -> None:
    shop = room()
    options = shop.only("syrup", "shot").products
    shop.priced("extras", AddOnTerms(shop.only("tea"), options), curated=["syrup", "shot"])

    assert after_declining(shop, tmp_path, "syrup", product="tea") == [("shot",)]


def test_gift__declined__is_not_promised(tmp_path: Path) -> None:
    shop = room()
    shop.priced("gift", ThresholdTerms("spend", 5000, gift=Gift(shop.facts("cup"))))

    assert after_declining(shop, tmp_path, "pot", product="tea") == [("cup",)]
    assert after_declining(shop, tmp_path, "cup", product="tea") == []


def test_reward__declined_product_would_reach_it__is_not_named(tmp_path: Path) -> None:
    shop = room()
    shop.popular = {None: [("pot", 9), ("cup", 8)]}
    shop.priced("reward", ThresholdTerms("spend", 1500, free_shipping=True))
    snapshot = shop.publish(tmp_path)

    assert _named(ask(snapshot, "tea")) == ["cup", "pot"]
    assert _named(ask(snapshot, "tea", customer=who_declined("cup"))) == ["pot"]


def _named(decision: Decision) -> list[str]:
    (proposal,) = decision.proposals
    assert isinstance(proposal.detail, NextReward)
    return [product.sku for product in proposal.detail.reached_by]
