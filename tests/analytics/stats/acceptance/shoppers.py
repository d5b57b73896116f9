"""A simulated shop whose shoppers accept with known probabilities, driving the real decision day by day.

Shoppers come to pages of products. What they accept depends on the offer, the product, a taste that differs
by page, the position (the further down, the fewer look), and fatigue: what was shown much lately is accepted
less. Expected values are computed exactly; only the answers that are learned from are random.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from analytics.services.acceptance import settle
from analytics.stats.acceptance import Exposures, exploration, fit_acceptance
from engine.decision.types import Proposal
from engine.learned.acceptance import ALL_PRODUCTS, AcceptanceFigure, AcceptanceTable, LearnedAcceptance
from engine.snapshot.data import PlacementData
from engine.snapshot.reader import Snapshot
from tests.engine.shop import Shop, ask

PAGES: Final = 8
PAGE_SKUS: Final = tuple(f"page-{n}" for n in range(PAGES))
PARTNERS: Final = 6
PICKED: Final = 7
SLOTS: Final = 3
LEARNED: Final = "learned"
HALF_LIFE: Final = 30
EXAMINATION: Final = 1 / np.arange(1, SLOTS + 1) ** 0.8
# The day, the cell and position, and how often it was shown, expected to be accepted, and accepted.
_Answers = tuple[int, tuple[int, int, int, int], int, int, float, float]
# Offer, product, page.
Choice = tuple[str, str, str]


@dataclass
class SimulatedShop:
    """The true probabilities of a shop, and its snapshot."""

    seed: int
    folder: Path
    visits: int = 200  # per page and day
    tiring: float = 0.2  # how much less is accepted of what was always shown lately
    truth: dict[Choice, float] = field(default_factory=dict)
    prices: dict[str, int] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    pks: dict[str, int] = field(default_factory=dict)

    def open(self) -> Snapshot:
        """Build the shop: hand-picked offers of one product each, and one of what is bought together."""
        rng = np.random.default_rng(self.seed)
        shop = Shop(placements=[PlacementData("cart", SLOTS)])
        goods = [f"partner-{n}" for n in range(2 * PARTNERS)]
        picked = [f"pick-{n}" for n in range(PICKED)]
        for sku in (*PAGE_SKUS, *goods, *picked):
            self.prices[sku] = int(rng.integers(300, 1500))
            shop.sell(sku, price=self.prices[sku])
        taste = {sku: rng.gamma(1.5, 1 / 1.5) for sku in (*goods, *picked)}
        for page in PAGE_SKUS:
            chosen = rng.choice(goods, PARTNERS, replace=False)
            shares = np.sort(rng.uniform(0.01, 0.08, PARTNERS))[::-1]
            shop.together(
                page,
                *[(str(sku), float(share), float(share)) for sku, share in zip(chosen, shares, strict=True)],
            )
            relevance = dict(zip(chosen, shares, strict=True))
            for offer, sku, prior in [
                *((LEARNED, sku, relevance[sku]) for sku in chosen),
                *((f"offer-{sku}", sku, 0.08) for sku in picked),
            ]:
                by_page = float(np.exp(rng.normal(0, 0.2)))
                self.truth[offer, sku, page] = min(prior * taste[sku] * by_page, 0.5)
        shop.offer(LEARNED, "bought_together", max_proposals=2)
        for sku in picked:
            shop.offer(f"offer-{sku}", curated=(sku,))
        self.ids = {offer.code: offer.id for offer in shop.offers}
        self.pks = {sku: shop.pk(sku) for sku in self.prices}
        self.folder.mkdir(exist_ok=True)
        return shop.publish(self.folder)


class Policy:
    """One way to fill the slots, with the fatigue it causes and what it has learned."""

    def __init__(self, shop: SimulatedShop, *, learns: bool) -> None:
        self.shop = shop
        self.snapshot = shop.open()
        self.learns = learns
        self.rng = np.random.default_rng(shop.seed + 1000)
        self.tired: dict[tuple[str, str], float] = {}
        self.history: list[_Answers] = []
        self.known: dict[tuple[int, int], AcceptanceFigure] = {}
        self.slates: list[dict[str, tuple[tuple[str, str], ...]]] = []

    def live_a_day(self, day: int) -> float:
        """Show, answer and learn; return the expected value per decision, in minor units."""
        slates: dict[str, tuple[tuple[str, str], ...]] = {}
        value, shown = 0.0, dict.fromkeys(self.tired, 0.0)
        for page in PAGE_SKUS:
            proposals = self.propose(page)
            slates[page] = tuple((one.offer, one.products[0].sku) for one in proposals)
            for one in proposals:
                sku = one.products[0].sku
                chance = self.chance(one.offer, sku, page) * EXAMINATION[one.position - 1]
                value += chance * self.shop.prices[sku] / PAGES
                shown[one.offer, sku] = shown.get((one.offer, sku), 0.0) + 1 / PAGES
                self._note(day, one, chance)
        for key, share in shown.items():
            self.tired[key] = 0.7 * self.tired.get(key, 0.0) + 0.3 * share
        self.slates.append(slates)
        if self.learns:
            self.learn(day)
        return value

    def propose(self, page: str) -> tuple[Proposal, ...]:
        """Return what the decision shows on a page."""
        return tuple(ask(self.snapshot, product=page).proposals)

    def chance(self, offer: str, sku: str, page: str) -> float:
        """Return the true chance that a shopper accepts if they look."""
        return self.shop.truth[offer, sku, page] * (1 - self.shop.tiring * self.tired.get((offer, sku), 0.0))

    def best_value(self) -> float:
        """Return the expected value per decision of an oracle that knows all chances, in the same fatigue."""
        return sum(map(self._best_on, PAGE_SKUS)) / PAGES

    def _best_on(self, page: str) -> float:
        ranked = sorted(
            (
                (self.chance(offer, sku, where) * self.shop.prices[sku], offer)
                for offer, sku, where in self.shop.truth
                if where == page
            ),
            reverse=True,
        )
        values: list[float] = []
        learned = 0
        for value, offer in ranked:
            learned += offer == LEARNED
            if offer != LEARNED or learned <= 2:
                values.append(value)
        return float(np.dot(values[:SLOTS], EXAMINATION))

    def _note(self, day: int, one: Proposal, chance: float) -> None:
        visits = self.shop.visits
        cell = (int(one.offer == LEARNED), self.shop.ids[one.offer], 0, self.shop.pks[one.products[0].sku])
        relevance = (one.score.relevance if one.score else 0.0) * visits
        accepted = float(self.rng.binomial(visits, chance))
        self.history.append((day, cell, one.position, visits, relevance, accepted))

    def learn(self, day: int) -> None:
        """Fit the answers so far, as a recompute does, and let the next decisions use them."""
        days, cells, positions, *counts = zip(*self.history, strict=True)
        weight: npt.NDArray[np.float64] = 0.5 ** ((day - np.array(days)) / HALF_LIFE)
        shown, relevance, accepted = (weight * np.array(one) for one in counts)
        fitted = fit_acceptance(
            Exposures(
                cells=np.array(cells),
                position=np.array(positions),
                shown=shown,
                relevance=relevance,
                accepted=accepted,
            )
        )
        offers, products = fitted.levels[2:]
        known = [*np.ones(len(offers.ratio)), *exploration(products)]
        keys = [*((one[1], ALL_PRODUCTS) for one in offers.cells), *products.cells[:, [1, 3]]]
        ratios = [*offers.ratio, *products.ratio]
        for (offer, product), ratio, count in zip(keys, ratios, known, strict=True):
            key = int(offer), int(product)
            figure = AcceptanceFigure(key[0], "cart", key[1], 0, 0, 0, float(ratio), exploration=float(count))
            self.known[key] = settle(figure, self.known.get(key))
        self.snapshot.acceptance = AcceptanceTable(LearnedAcceptance(tuple(self.known.values())))
