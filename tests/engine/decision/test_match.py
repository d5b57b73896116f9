from pathlib import Path

from engine.decision.match import OpenToCart
from engine.snapshot.conditions import MappedCircumstances
from tests.engine.shop import NOON, Shop, ask, offered


def test_open_to_cart__many_offers__agree_with_their_objects_one_by_one_and_all_at_once(
    tmp_path: Path,
) -> None:
    snapshot = shop_of_many().publish(tmp_path)

    is_open = OpenToCart(snapshot, MappedCircumstances(at=NOON))

    assert [row for row in range(41) if is_open(row)] == [
        row for row in range(41) if snapshot.offers[row].code == "open"
    ]


def test_decide__forty_offers_closed_to_the_cart__shows_the_one_that_is_open(tmp_path: Path) -> None:
    snapshot = shop_of_many().publish(tmp_path)

    assert offered(ask(snapshot, "tea")) == [("cake",)]


def shop_of_many() -> Shop:
    """Return a shop of forty offers for carts worth a fortune, and one of lower priority for every cart."""
    shop = Shop()
    shop.sell("tea", "cup", "cake")
    fortune = {"type": "cart_value", "op": "at_least", "minor": 10**9, "currency": "JPY"}
    for number in range(40):
        tree = {"version": 1, "match": "all", "nodes": [fortune]}
        shop.offer(f"closed-{number}", curated=("cup",), priority=5, tree=tree)
    shop.offer("open", curated=("cake",), priority=1)
    return shop
