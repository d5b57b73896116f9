"""The evaluation without a database gives the same answers as the full pipeline."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from analytics.evaluation.publication import STRATEGIES, learn_from, publish
from analytics.evaluation.sources import read_sources
from analytics.stats.settings import LearningSettings
from engine.decision import decide
from engine.decision.types import CartItem, DecisionRequest, KnownCustomer
from engine.snapshot.reader import Snapshot
from engine.snapshot.store import SnapshotStore
from offers.models import CustomerHistory, Offer, OfferStrategy, Placement

AT = datetime(2026, 1, 1, tzinfo=UTC)
SHELVES = ("Food > Drinks", "Food > Bread", "Bath", "")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Write files with 30 products and 300 orders of 12 customers and some guests."""
    rng = np.random.default_rng(7)
    orders = ["order_id,placed_at,customer_id,sku,quantity,unit_price"]
    for number in range(300):
        customer = f"c{number % 12}" if number % 5 else ""
        basket = np.unique(rng.geometric(0.1, size=rng.integers(1, 7)) % 30)
        moment = f"2025-{1 + number // 28:02}-{1 + number % 28:02} 10:00"
        orders += [f"o{number:03},{moment},{customer},p{item:02},1,2.00" for item in basket]
    products = ["sku,name,price,category,hidden"]
    products += [f"p{n:02},Name,2.00,{SHELVES[n % 4]},{'yes' if n == 3 else 'no'}" for n in range(30)]
    (tmp_path / "orders.csv").write_text("\n".join(orders))
    (tmp_path / "products.csv").write_text("\n".join(products))
    return tmp_path / "orders.csv", tmp_path / "products.csv"


def serve(orders: Path, products: Path, folder: Path) -> Snapshot | None:
    """Import, curate and recompute like a shop."""
    call_command("import_products", products)
    call_command("import_orders", orders)
    for code, strategies in STRATEGIES.items():
        offer = Offer.objects.create(code=code, name=code, kind="cross_sell", max_proposals=10)
        offer.placements.add(Placement.objects.create(code=code, name=code, slot_count=10))
        for position, strategy in enumerate(strategies):
            OfferStrategy.objects.create(offer=offer, strategy=strategy, position=position)
    call_command("recompute")
    return SnapshotStore(folder).current()


def requests() -> Iterator[DecisionRequest]:
    """Yield requests for every page, for many carts and for an unknown customer."""
    at = int(AT.timestamp())
    skus = [f"p{number:02}" for number in range(30)]
    for sku in skus:
        yield DecisionRequest("product_page", at, product=sku, limit=10)
    for one, other in product(skus[::4], skus[::3]):
        yield DecisionRequest("cart_completion", at, cart=(CartItem(one, 1), CartItem(other, 1)), limit=10)
    yield DecisionRequest("next_basket", at, customer=KnownCustomer(), limit=10)


def answers(snapshot: Snapshot) -> list[list[tuple[str, str, object]]]:
    return [
        [(p.products[0].sku, p.strategy, p.reason) for p in decide(snapshot=snapshot, request=one).proposals]
        for one in requests()
    ]


@pytest.mark.django_db(transaction=True)
def test_publication__same_files__gives_the_same_answers_as_the_full_pipeline(
    files: tuple[Path, Path], snapshot_dir: Path, tmp_path: Path
) -> None:
    orders, products = files
    served = serve(orders, products, snapshot_dir)

    sources = read_sources(orders_path=orders, products_path=products, at=AT)
    history, catalogue = sources.orders.history, sources.catalogue
    generation = learn_from(history, catalogue, settings=LearningSettings()).data
    evaluated = publish(generation, history, catalogue, slot_count=10, folder=tmp_path / "evaluated")

    assert served is not None
    assert answers(evaluated) == answers(served)
    assert {strategy for answer in answers(served) for _sku, strategy, _reason in answer} == {
        "bought_together",
        *STRATEGIES["product_page"][1:],
    }
    assert len(generation.customers) == CustomerHistory.objects.count() == 12
