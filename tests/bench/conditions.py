"""What condition trees cost a decision: CPU time with and without them, in interleaved rounds.

Run it alone: `python -m tests.bench.conditions`, or with `--quick` to see that it works. Nearly all
conditions are met, so that all arms make the same decisions.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from engine.conditions import AnyCondition
from engine.conditions.required import parts_of
from engine.conditions.tree.tree import decode
from engine.decision import decide
from engine.decision.types import CartItem, DecisionRequest
from engine.snapshot.data import OfferData, SnapshotData
from engine.snapshot.reader import Snapshot
from engine.snapshot.writer import write_snapshot
from tests.bench.world.campaigns import make_snapshot_data
from tests.bench.world.catalogue import BenchCatalogue, make_catalogue

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
CONDITIONS_EACH = 3
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Sizes(NamedTuple):
    """How much is measured; `offer_counts` are the fewest, the usual and the most offers."""

    product_count: int
    request_count: int
    rounds: int
    offer_counts: tuple[int, int, int]


FULL = Sizes(20_000, 600, 7, (100, 1_000, 10_000))
# Shows that everything works; its figures mean nothing.
QUICK = Sizes(1_000, 10, 1, (5, 10, 20))


def measure(sizes: Sizes) -> dict[str, float]:
    """Return the CPU time of a decision in microseconds by arm, and the ratios."""
    product_count, request_count, rounds, offer_counts = sizes
    fewest, usual, most = offer_counts
    catalogue = make_catalogue(product_count=product_count)
    with tempfile.TemporaryDirectory() as folder:
        arms = _arms(catalogue, offer_counts, Path(folder))
        requests = _requests(catalogue, request_count)
        samples: dict[str, list[float]] = {name: [] for name in arms}
        for number in range(rounds + 1):
            for name, snapshot in arms.items():
                spent = _decide_all(snapshot, requests)
                if number:  # the first round only warms up
                    samples[name].append(spent / request_count * 1e6)
    best = {name: min(taken) for name, taken in samples.items()}
    return {
        **{name: round(spent, 1) for name, spent in best.items()},
        "with_to_without": _ratio(samples, f"with_{usual}", f"without_{usual}"),
        "most_to_fewest": _ratio(samples, f"with_{most}", f"with_{fewest}"),
        "most_to_fewest_without": _ratio(samples, f"without_{most}", f"without_{fewest}"),
    }


def _ratio(samples: dict[str, list[float]], over: str, under: str) -> float:
    """Return the median of the rounds' ratios."""
    return round(median(a / b for a, b in zip(samples[over], samples[under], strict=True)), 3)


def _arms(catalogue: BenchCatalogue, offer_counts: Sequence[int], folder: Path) -> dict[str, Snapshot]:
    arms = {}
    for count in offer_counts:
        plain = make_snapshot_data(catalogue, offer_count=count, at=AT, published_at=AT)
        arms[f"without_{count}"] = _publish(plain, folder / f"without-{count}")
        arms[f"with_{count}"] = _publish(with_trees(plain, catalogue), folder / f"with-{count}")
    return arms


def _publish(data: SnapshotData, folder: Path) -> Snapshot:
    folder.mkdir()
    return Snapshot.open(folder / write_snapshot(data=data, directory=folder))


def with_trees(data: SnapshotData, catalogue: BenchCatalogue, seed: int = 3) -> SnapshotData:
    """Return the shop with three random conditions on each offer."""
    rng = np.random.default_rng(seed)
    offers = [_with_tree(offer, catalogue, rng) for offer in data.offers]
    return replace(data, offers=offers, context={"payment": ("konbini", "card")})


def _with_tree(offer: OfferData, catalogue: BenchCatalogue, rng: np.random.Generator) -> OfferData:
    kinds = _nodes(catalogue, rng)
    chosen = rng.choice(len(kinds), CONDITIONS_EACH, replace=False).tolist()
    tree = {"version": 1, "match": "all", "nodes": [kinds[place] for place in chosen]}
    conditions: tuple[AnyCondition, ...] = (*offer.conditions, *parts_of(decode(tree)))
    return replace(offer, conditions=conditions)


def _nodes(catalogue: BenchCatalogue, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return one condition of each of several types; few offers share one on products or amounts."""
    product = int(catalogue.products.pk[rng.integers(len(catalogue.products))])
    category = int(rng.integers(len(catalogue.category_parent))) + 1
    hour = int(rng.integers(12))
    return [
        {"type": "cart_value", "op": "at_least", "minor": int(rng.integers(1, 100)), "currency": "JPY"},
        {"type": "cart_units", "op": "at_least", "count": 1},
        {"type": "cart_product", "op": "contains_not", "products": [product]},
        {"match": "none", "nodes": [{"type": "cart_category", "op": "contains", "categories": [category]}]},
        {"type": "weekday", "op": "is", "days": DAYS},
        {"type": "hours", "op": "between", "from": f"{hour:02}:00", "to": f"{hour + 12}:01"},
        {"type": "dates", "op": "between", "from": f"2026-01-{1 + int(rng.integers(28)):02}"},
        {"type": "country", "op": "is", "values": ["JP"]},
        {"type": "context", "op": "is", "name": "payment", "values": ["konbini"]},
        {"type": "known", "op": "is_not"},
    ]


def _requests(catalogue: BenchCatalogue, count: int, seed: int = 4) -> list[DecisionRequest]:
    """Return carts of one to four products, half of them on the page of a product."""
    rng = np.random.default_rng(seed)
    sku = catalogue.products.sku
    return [
        DecisionRequest(
            ("cart", "product_page")[number % 2],
            int(AT.timestamp()) + number // 100,
            tuple(CartItem(sku[row], 1) for row in catalogue.draw(int(rng.integers(1, 5)), rng).tolist()),
            product=sku[int(catalogue.draw(1, rng)[0])] if number % 2 else None,
            country="JP",
            context={"payment": "konbini"},
        )
        for number in range(count)
    ]


def _decide_all(snapshot: Snapshot, requests: Sequence[DecisionRequest]) -> float:
    """Return the CPU time of all decisions."""
    before = time.process_time()
    for request in requests:
        decide(snapshot=snapshot, request=request)
    return time.process_time() - before


if __name__ == "__main__":
    for name, figure in measure(QUICK if "--quick" in sys.argv[1:] else FULL).items():
        print(f"{name:>22}: {figure}")  # noqa: T201 (a command)
