"""What the API answers of the kinds that have terms of their own."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.pricing import Benefit, Gift, Terms, Tier, Tiers
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from offers.api.render import render_proposals
from tests.engine.shop import Shop, ask

TENTH = Benefit("percent", 1000)


def yen(amount: int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "JPY"}


def answer_to(terms: Terms, folder: Path, shop: Shop, **columns: Any) -> dict[str, Any]:
    """Return what is answered on the page of tea at ¥1,000."""
    shop.priced("one", terms, **columns)
    (proposal,) = render_proposals(ask(shop.publish(folder), product="tea").proposals, "en")
    answer: dict[str, Any] = msgspec.to_builtins(proposal)
    return answer


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.sell("tea", price=1000)
    shop.sell("syrup", price=50)
    return shop


def test_quantity__answered__contains_the_next_tier(shop: Shop, tmp_path: Path) -> None:
    answer = answer_to(QuantityTerms(shop.only("tea"), Tiers((Tier(2, TENTH),))), tmp_path, shop)

    assert answer["next"] == {"more": 1, "quantity": 2, "total": yen(1900), "gain": yen(100)}
    assert answer["price"] == {
        "list": yen(2000),
        "offer": yen(1900),
        "saving": yen(100),
        "added": yen(900),
    }
    assert answer["reason"]["text"] == "The more you buy, the less each one costs"
    assert not {"missing", "reward", "subscription", "add_on"} & answer.keys()


@pytest.mark.parametrize(
    ("terms", "missing", "reward"),
    [
        (
            ThresholdTerms("spend", 5000, benefit=Benefit("percent", 750)),
            {"spend": yen(5000)},
            {"free_shipping": False, "percent": "7.5"},
        ),
        (
            ThresholdTerms("quantity", 3, benefit=Benefit("amount", 500), free_shipping=True),
            {"units": 3},
            {"free_shipping": True, "amount": yen(500)},
        ),
    ],
)
def test_threshold__answered__contains_what_is_missing_and_the_reward(
    shop: Shop, tmp_path: Path, terms: Terms, missing: dict[str, Any], reward: dict[str, Any]
) -> None:
    answer = answer_to(terms, tmp_path, shop)

    assert (answer["missing"], answer["reward"]) == (missing, reward)
    assert answer["products"] == answer["reached_by"] == []


def test_threshold__with_a_gift__has_it_among_the_products(shop: Shop, tmp_path: Path) -> None:
    answer = answer_to(ThresholdTerms("spend", 5000, gift=Gift(shop.facts("syrup"))), tmp_path, shop)

    assert [(one["sku"], one["offer_price"]) for one in answer["products"]] == [("syrup", yen(0))]
    assert answer["price"]["saving"] == yen(50)


def test_subscription__answered__contains_current_and_later_prices(shop: Shop, tmp_path: Path) -> None:
    terms = SubscriptionTerms(shop.only("tea"), TENTH, Benefit("percent", 3000), 2, frozenset([30]))

    answer = answer_to(terms, tmp_path, shop)

    assert answer["subscription"] == {
        "now": yen(700),
        "later": yen(900),
        "from_cycle": 3,
        "interval_days": [30],
    }


def test_add_on__answered__contains_the_options_and_their_surcharge(shop: Shop, tmp_path: Path) -> None:
    terms = AddOnTerms(shop.only("tea"), frozenset([shop.pk("syrup")]), max_count=2, benefit=TENTH)

    answer = answer_to(terms, tmp_path, shop, curated=("syrup",))

    option = answer["add_on"].pop("options")[0]
    assert answer["add_on"] == {"on": "tea", "min_count": 0, "max_count": 2, "included_count": 0}
    assert (option["sku"], option["price"], option["offer_price"]) == ("syrup", yen(50), yen(45))
