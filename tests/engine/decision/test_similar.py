from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.snapshot.reader import Snapshot
from engine.snapshot.writer import write_snapshot
from tests.engine.shop import Shop, ask, offered

GREEN, BLACK, ORGANIC = 1, 2, 3
Serve = Callable[..., Snapshot]


def tea_shop() -> Shop:
    """Sell teas at several prices; the new one has no partner."""
    shop = Shop(categories={"tea": None, "pots": None})
    shop.sell("new", price=1000, category="tea")
    shop.sell("sencha", price=900, category="tea")
    shop.sell("assam", price=1000, category="tea")
    shop.sell("dust", price=100, category="tea")
    shop.sell("secret", price=1000, category="tea", is_hidden=True)
    shop.sell("pot", price=1000, category="pots")
    shop.sell("loose", price=1000)
    shop.offer("best", "recommended", max_proposals=4)
    return shop


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    def publish(shop: Shop, *traits: tuple[int, ...]) -> Snapshot:
        data = replace(shop.data(), traits=traits)
        return Snapshot.open(tmp_path / write_snapshot(data=data, directory=tmp_path))

    return publish


def test_similar__new_product__shows_its_category_nearest_price_first(serve: Serve) -> None:
    decision = ask(serve(tea_shop()), product="new")

    assert offered(decision) == [("assam",), ("sencha",), ("dust",)]
    assert {proposal.strategy for proposal in decision.proposals} == {"similar"}
    assert {proposal.reason.code for proposal in decision.proposals} == {"similar"}
    # Half of the likeness is the price, and no fact is known of either.
    assert decision.proposals[0].reason.evidence == {"like": "new", "likeness": 0.5}
    assert decision.proposals[1].reason.evidence == {"like": "new", "likeness": 0.45}


def test_similar__shared_facts__count_as_much_as_the_price(serve: Serve) -> None:
    traits = ((GREEN, ORGANIC), (GREEN, ORGANIC), (BLACK,), (), (), (), ())

    decision = ask(serve(tea_shop(), *traits), product="new")

    assert offered(decision)[:2] == [("sencha",), ("assam",)]
    assert decision.proposals[0].reason.evidence["likeness"] == 0.95


def test_similar__product_with_partners__is_shown_with_these(serve: Serve) -> None:
    shop = tea_shop()
    shop.together("new", ("pot", 1.0, 0.5))

    assert offered(ask(serve(shop), product="new")) == [("pot",)]


def test_similar__product_without_a_category__has_no_similar_products(serve: Serve) -> None:
    assert offered(ask(serve(tea_shop()), product="loose")) == []


def test_similar__named_by_an_offer__is_proposed_with_partners(serve: Serve) -> None:
    shop = tea_shop()
    shop.together("new", ("pot", 1.0, 0.5))
    shop.offers.clear()
    shop.offer("like", "similar", max_proposals=2)

    assert offered(ask(serve(shop), product="new")) == [("assam",), ("sencha",)]


def test_similar__huge_category__looks_at_those_next_in_price(serve: Serve) -> None:
    shop = tea_shop()
    shop.sell(*(f"cheap{number}" for number in range(50)), price=10, category="tea")

    found = offered(ask(serve(shop), product="new"))

    assert found[:3] == [("assam",), ("sencha",), ("dust",)]
