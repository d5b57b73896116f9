"""Offers compete by the margin that they are expected to add, or by sales, as their placement wants."""

from pathlib import Path

import pytest

from engine.snapshot.data import PlacementData, RankBy
from tests.engine.shop import Shop, ask, offered


def shop_of(rank_by: RankBy = "margin") -> Shop:
    """Offers on wine, which sells for more, and on jam, which earns more."""
    shop = Shop(placements=[PlacementData("cart", 4, rank_by=rank_by)])
    shop.sell("tea", price=500, cost=300)
    shop.sell("wine", price=1000, cost=900)
    shop.sell("jam", price=600, cost=200)
    shop.offer("on-wine", curated=("wine",))
    shop.offer("on-jam", curated=("jam",))
    return shop


@pytest.mark.parametrize(("rank_by", "first"), [("margin", "jam"), ("sales", "wine")])
def test_offers__of_one_priority__compete_as_the_placement_wants(
    tmp_path: Path, rank_by: RankBy, first: str
) -> None:
    snapshot = shop_of(rank_by).publish(tmp_path)

    assert offered(ask(snapshot, "tea"))[0] == (first,)


def test_cost__not_known__is_the_usual_share_of_the_price(tmp_path: Path) -> None:
    shop = shop_of()
    shop.sell("cheese", price=1000)
    shop.offer("on-cheese", curated=("cheese",))

    snapshot = shop.publish(tmp_path)

    # The shares are 0.6, 0.9 and 1/3: the margin on cheese is 400, as that on jam.
    costs, find = snapshot.products.ranking_cost, snapshot.find_product
    assert [costs[find(sku)] for sku in ("jam", "cheese")] == [200, 600]


def test_cost__known_of_no_product__margin_is_sales(tmp_path: Path) -> None:
    shop = Shop()
    shop.sell("tea", price=500)
    shop.sell("jam", price=600)
    shop.sell("wine", price=1000)
    shop.offer("on-jam", curated=("jam",))
    shop.offer("on-wine", curated=("wine",))

    assert offered(ask(shop.publish(tmp_path), "tea")) == [("wine",), ("jam",)]


def test_upgrade__by_margin__counts_what_the_replaced_product_would_have_earned(tmp_path: Path) -> None:
    shop = Shop()
    shop.sell("tea", price=500, cost=100)
    shop.sell("fine-tea", price=900, cost=450)
    shop.sell("jam", price=200, cost=100)
    shop.ladders.append([("tea", "", "", ""), ("fine-tea", "", "", "")])
    shop.offer("better", "ladder", kind="upgrade")
    shop.offer("on-jam", curated=("jam",))

    decision = ask(shop.publish(tmp_path), "tea", explain=True)

    details = {one.sku: one.detail for trace in decision.trace or () for one in trace.candidates}
    assert details["fine-tea"]["margin_minor"] == (900 - 450) - (500 - 100)
    assert details["jam"]["margin_minor"] == 100
    assert details["jam"]["ranked_by"] == "margin"
