"""The time to price a cart in process, by the number of live offers."""

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from tqdm import tqdm

from config.collector import let_collector_rest
from engine.pricing import Cart, OfferIndex, Rules, price_cart
from tests.bench.world.promotions import make_cart, make_offers, make_products

LINE_COUNTS = (5, 50)
# Carts that are priced in turn, so that the result does not depend on a single one.
CARTS = 40


@dataclass(frozen=True, slots=True)
class Carts:
    """The numbers of live offers, and how long each is measured."""

    offer_counts: tuple[int, ...] = (10, 100, 1_000, 10_000)
    rounds: int = 7
    seconds: float = 0.4


def measure_pricing(size: Carts) -> dict[str, Any]:
    """Return the CPU milliseconds per cart for each number of lines and offers.

    `asked` is the average number of offers that were evaluated for a cart.
    """
    products = make_products()
    indexes = {count: OfferIndex(make_offers(products, count)) for count in size.offer_counts}
    carts = {lines: [make_cart(products, lines, seed) for seed in range(CARTS)] for lines in LINE_COUNTS}
    arms = [(lines, count) for lines in LINE_COUNTS for count in size.offer_counts]
    samples: dict[tuple[int, int], list[float]] = {arm: [] for arm in arms}
    with _collector_of_a_web_worker():
        for _ in tqdm(range(size.rounds), desc="pricing", unit="round"):
            for lines, count in arms:
                samples[lines, count].append(_seconds_a_cart(carts[lines], indexes[count], size.seconds))
    return {
        "offer_counts": list(size.offer_counts),
        "carts": CARTS,
        "lines": {str(lines): dict(_arms(lines, carts[lines], indexes, samples)) for lines in LINE_COUNTS},
    }


@contextmanager
def _collector_of_a_web_worker() -> Iterator[None]:
    """Collect garbage like `config.wsgi`: the offers in memory are not traversed repeatedly."""
    usual = gc.get_threshold()
    let_collector_rest()
    yield
    gc.set_threshold(*usual)
    gc.unfreeze()


def _seconds_a_cart(carts: Sequence[Cart], index: OfferIndex, seconds: float) -> float:
    """Price the carts in turn for the given time; return the CPU seconds per cart."""
    rules, priced, began = Rules(), 0, time.process_time()
    while (spent := time.process_time() - began) < seconds or not priced:
        for cart in carts:
            price_cart(cart=cart, offers=index, rules=rules)
        priced += len(carts)
    return spent / priced


def _arms(
    lines: int,
    carts: Sequence[Cart],
    indexes: Mapping[int, OfferIndex],
    samples: Mapping[tuple[int, int], Sequence[float]],
) -> Iterator[tuple[str, dict[str, float]]]:
    for count, index in indexes.items():
        asked = [len(price_cart(cart=cart, offers=index, rules=Rules()).outcomes) for cart in carts]
        yield (
            str(count),
            {
                "ms": round(median(samples[lines, count]) * 1000, 4),
                "asked": round(sum(asked) / len(asked), 1),
            },
        )
