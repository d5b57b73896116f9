from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from engine.decision.types import KnownCustomer
from engine.learned.generations import PURCHASE
from engine.learned.newcomers import Newcomers, Preference
from engine.learned.scoring import CartBlend, Scoring
from engine.snapshot.reader import Snapshot
from engine.snapshot.writer import write_snapshot
from tests.engine.shop import Shop, ask, offered

# Company and habit count one each: what is in the cart says as much as what is in the history.
BLEND = CartBlend(
    sum_unit=1.0,
    square_unit=1.0,
    sum_weight=1.0,
    square_weight=0.0,
    sum_size_weight=0.0,
    own_sum_weight=0.0,
    own_size_weight=0.0,
)
Serve = Callable[..., Snapshot]


def bakery() -> Shop:
    shop = Shop()
    shop.sell("bread", "butter", "jam", "milk", "eggs", "salt")
    shop.together("bread", ("butter", 2.0, 0.3), ("jam", 1.0, 0.2))
    shop.together("milk", ("jam", 3.0, 0.2), ("eggs", 1.0, 0.1))
    shop.popular[None] = [("salt", 50), ("eggs", 40), ("milk", 30)]
    shop.offer("best", "recommended", max_proposals=4)
    return shop


def customer(**scores: tuple[float, float]) -> KnownCustomer:
    """Return who bought these, in two orders each; of each a cart's score and a next basket's."""
    shop = bakery()
    rows = [(shop.pk(sku), 2, 20_000, cart, coming) for sku, (cart, coming) in scores.items()]
    return KnownCustomer(purchases=np.array(rows, PURCHASE).tobytes())


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    def publish(shop: Shop, **scoring: Any) -> Snapshot:
        data = shop.data()
        data = replace(data, learned=replace(data.learned, scoring=Scoring(**scoring)))
        return Snapshot.open(tmp_path / write_snapshot(data=data, directory=tmp_path))

    return publish


def test_recommended__unknown_customer_with_a_cart__gets_the_partners_by_their_sum(serve: Serve) -> None:
    decision = ask(serve(bakery(), cart=BLEND), "bread", "milk")

    assert offered(decision) == [("jam",), ("butter",), ("eggs",)]
    assert {proposal.strategy for proposal in decision.proposals} == {"bought_together"}


def test_recommended__customer_with_a_cart__gets_habits_and_partners_weighed(serve: Serve) -> None:
    # ln(1 + 4) = 1.61 for jam, ln(1 + 2) = 1.10 for butter, ln(1 + 1) = 0.69 for eggs, 1.0 of it habit too.
    regular = customer(eggs=(1.0, 0.0), salt=(1.2, 0.0))

    decision = ask(serve(bakery(), cart=BLEND), "bread", "milk", customer=regular)

    assert offered(decision) == [("eggs",), ("jam",), ("salt",), ("butter",)]
    assert [proposal.strategy for proposal in decision.proposals] == [
        "also_bought_by_customer",
        "bought_together",
        "also_bought_by_customer",
        "bought_together",
    ]


def test_recommended__no_fitted_weights__treats_customers_as_unknown(serve: Serve) -> None:
    decision = ask(serve(bakery()), "bread", "milk", customer=customer(salt=(9.0, 9.0)))

    assert offered(decision) == [("jam",), ("butter",), ("eggs",)]


def test_recommended__pinned_partner__stays_first_whatever_the_habits(serve: Serve) -> None:
    shop = bakery()
    shop.pins.add(("bread", "jam"))
    regular = customer(eggs=(50.0, 0.0))

    decision = ask(serve(shop, cart=BLEND), "bread", "milk", customer=regular)

    assert offered(decision)[:2] == [("jam",), ("eggs",)]


def test_recommended__customer_without_a_cart__gets_habits_among_best_sellers(serve: Serve) -> None:
    # New ones score new_weight · ln(1 + orders / 3): salt 2.87, milk 2.40.
    regular = customer(bread=(0.0, 2.5), eggs=(0.0, 0.1))

    decision = ask(serve(bakery(), new_weight=1.0), customer=regular)

    assert offered(decision) == [("salt",), ("bread",), ("milk",), ("eggs",)]
    assert [proposal.strategy for proposal in decision.proposals] == [
        "popular",
        "also_bought_by_customer",
        "popular",
        "also_bought_by_customer",
    ]


def test_recommended__new_ones_not_weighed__follow_the_habits(serve: Serve) -> None:
    decision = ask(serve(bakery()), customer=customer(bread=(0.0, 0.5)))

    assert offered(decision)[0] == ("bread",)
    assert len(offered(decision)) == 4


def test_recommended__best_sellers_fitted_for_carts__are_ranked_by_their_share(
    serve: Serve,
) -> None:
    # The first best seller scores 2.5, eggs 40 / 50 of it and the 1 that milk lends them.
    decision = ask(serve(bakery(), cart_popular=2.5), "bread", "milk")

    assert offered(decision) == [("jam",), ("eggs",), ("salt",), ("butter",)]
    assert [proposal.strategy for proposal in decision.proposals] == [
        "bought_together",
        "bought_together",
        "popular",
        "bought_together",
    ]


def test_recommended__best_sellers_for_a_known_customers_cart__count_as_partners(serve: Serve) -> None:
    regular = customer(bread=(0.0, 0.0))

    decision = ask(serve(bakery(), cart=BLEND, cart_popular=2.5), "bread", "milk", customer=regular)

    assert offered(decision) == [("jam",), ("eggs",), ("salt",), ("butter",)]


def test_recommended__best_sellers_fitted_for_pages__do_not_count_in_a_cart(serve: Serve) -> None:
    snapshot = serve(bakery(), page_popular=9.0)

    assert offered(ask(snapshot, product="bread"))[0] == ("salt",)
    assert offered(ask(snapshot, "bread", "milk"))[0] == ("jam",)


def test_recommended__page__uses_its_own_score(tmp_path: Path) -> None:
    shop = bakery()
    shop.partners["bread"] = [("jam", 1.0, 0.2), ("butter", 2.0, 0.3)]
    data = shop.data()
    page_score = np.array([9.0, 8.0, 3.0, 1.0], np.float32)
    partners = replace(data.learned.partners, page_score=page_score)
    data = replace(data, learned=replace(data.learned, partners=partners))
    snapshot = Snapshot.open(tmp_path / write_snapshot(data=data, directory=tmp_path))

    page = ask(snapshot, product="bread", explain=True)

    assert offered(page) == [("jam",), ("butter",)]
    assert page.trace is not None
    assert [candidate.score for candidate in page.trace[0].candidates] == [9.0, 8.0]
    # In a cart of two the other scores add up: butter 2, jam 1 + 3.
    assert offered(ask(snapshot, "bread", "milk")) == [("jam",), ("butter",), ("eggs",)]


def test_recommended__customer_without_scores__is_served_like_an_unknown_one(serve: Serve) -> None:
    decision = ask(serve(bakery(), cart=BLEND), "bread", customer=KnownCustomer(purchases=b""))

    assert offered(decision) == [("butter",), ("jam",)]


def test_recommended__customer_without_orders__gets_what_customers_like_them_buy(serve: Serve) -> None:
    # Best sellers score ln(1 + orders / 3): salt 2.87, eggs 2.66, milk 2.40; jam, with 10 orders, 1.47 + 2.
    shop = bakery()
    dry = (
        Preference(shop.pk("jam"), 2.0, 10),
        Preference(shop.pk("salt"), -1.0, 50),
        Preference(99_999, 9.0, 9),
    )
    newcomers = Newcomers(1.0, {"skin=dry": dry})

    decision = ask(serve(shop, newcomers=newcomers), customer=KnownCustomer(attributes={"skin": "dry"}))

    assert offered(decision) == [("jam",), ("eggs",), ("milk",), ("salt",)]
    assert {proposal.strategy for proposal in decision.proposals} == {"popular"}
    assert decision.proposals[0].reason.evidence == {"orders": 10}


@pytest.mark.parametrize(
    "customer",
    [None, KnownCustomer(), KnownCustomer(attributes={"skin": "oily"})],
    ids=["stranger", "without attributes", "with other attributes"],
)
def test_recommended__customer_of_no_learned_trait__gets_the_same_as_without(
    serve: Serve, customer: KnownCustomer | None
) -> None:
    shop = bakery()
    newcomers = Newcomers(1.0, {"skin=dry": (Preference(shop.pk("jam"), 2.0, 10),)})

    decision = ask(serve(shop, newcomers=newcomers), customer=customer)

    assert offered(decision) == offered(ask(serve(bakery()), customer=customer))


def test_recommended__customer_with_orders_or_a_cart__is_not_a_newcomer(serve: Serve) -> None:
    shop = bakery()
    scoring = {"newcomers": Newcomers(1.0, {"skin=dry": (Preference(shop.pk("jam"), 9.0, 10),)})}
    attributes = {"skin": "dry"}
    regular = structs.replace(customer(bread=(0.0, 2.5)), attributes=attributes)

    of_regular = ask(serve(shop, **scoring), customer=regular)
    with_cart = ask(serve(bakery(), **scoring), "bread", customer=KnownCustomer(attributes=attributes))

    assert offered(of_regular) == offered(ask(serve(bakery()), customer=regular))
    assert offered(with_cart) == offered(ask(serve(bakery()), "bread"))
