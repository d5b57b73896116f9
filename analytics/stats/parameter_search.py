"""Search the parameters of links: change one constant at a time, as long as a change hits more often.

A coordinate search from the defaults. Its cost is bounded by the number of values below, for any data.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analytics.stats.arrays import Floats
from analytics.stats.context_partners import CategoryBestSellers
from analytics.stats.copurchase import PartnerLists
from analytics.stats.ease import Regression, can_use_ease
from analytics.stats.holdout import Holdout, Questions
from analytics.stats.link_parameters import CART_DEFAULT, PAGE_DEFAULT, LinkParameters
from analytics.stats.links import ScoredLinks, count_locally, find_links
from analytics.stats.partner_pool import PartnerPool
from analytics.stats.popular_candidates import ShopBestSellers
from analytics.stats.question_matrix import LinkTable, QuestionMatrix
from analytics.stats.sales import Baskets, Progress
from analytics.stats.settings import LearningSettings

DEPTH = 10
ROUNDS = 2
# For each constant in turn, the changes to try.
Values = Sequence[Sequence[Mapping[str, Any]]]
# The most important constants first. A page has one product, so `own_exponent` does not affect its ranking.
CART_VALUES: Values = (
    tuple({"partner_exponent": value} for value in (0.0, 0.15, 0.3, 0.45, 0.6, 0.75)),
    tuple({"size_exponent": value} for value in (0.0, 0.5, 1.0)),
    tuple({"own_exponent": value} for value in (0.25, 0.5, 0.75, 1.0)),
    tuple({"power": value} for value in (0.5, 1.0, 1.5, 2.0)),
    tuple({"half_life_days": value} for value in (0.0, 180.0, 60.0)),
    tuple({"pair_min_orders": value} for value in (1, 2, 3)),
)
PAGE_VALUES: Values = (
    tuple({"partner_exponent": value} for value in (0.0, 0.1, 0.2, 0.3, 0.45, 0.6)),
    tuple({"size_exponent": value} for value in (0.0, 0.5, 0.75, 1.0)),
    tuple({"half_life_days": value} for value in (0.0, 180.0, 60.0)),
    tuple({"pair_min_orders": value} for value in (1, 2, 3)),
)
# For carts and pages, after their links are chosen.
POPULAR_VALUES: Values = (tuple({"popular": value} for value in (0.1, 0.3, 1.0, 3.0, 10.0)),)
BROAD_VALUES: Values = (
    tuple({"partner_exponent": value} for value in (0.45, 0.75)),
    tuple({"size_exponent": value} for value in (0.5, 1.0)),
    tuple({"own_exponent": value} for value in (0.5, 1.0)),
    tuple({"power": value} for value in (0.5, 1.5, 2.0)),
    tuple({"pair_min_orders": value} for value in (1, 3)),
)
EASE_START = LinkParameters(method="ease", ridge=30.0, size_exponent=0.5)
EASE_VALUES: Values = (
    tuple({"ridge": value} for value in (10.0, 100.0)),
    tuple({"size_exponent": value} for value in (0.0, 1.0)),
    tuple({"power": value} for value in (1.3,)),
)
# One step further in the direction that helped.
FARTHER_RIDGE = {10.0: 3.0, 100.0: 300.0}
MIXED_VALUES: Values = (
    tuple({"ease_share": value} for value in (0.3, 0.7)),
    tuple({"power": value} for value in (1.0, 1.5, 2.0)),
)
# A change must gain this many standard errors of the difference; otherwise chance would choose among equals.
MIN_GAIN_ERRORS = 0.5
# Best sellers in addition to links make a decision more expensive.
POPULAR_MIN_GAIN_ERRORS = 4.0
# If best sellers dominate, changing one constant at a time does not lead out: a second starting point.
# More partners take more memory and time, so they must gain more. With 12 for pages, 28 for carts
# are at most 40.
BROAD = 1.4
MIN_BREADTH_GAIN = 1.02
BROAD_START = LinkParameters(own_exponent=0.75, partner_exponent=0.6, size_exponent=0.0, breadth=BROAD)
BROAD_START_RATIO = 0.9
# If EASE^R starts further behind, it is not tried further: each trial takes seconds.
EASE_START_RATIO = 0.8
Step = Callable[[], None]


class ParameterSearch:
    """Try parameters on held-out questions and remember the hits of each."""

    def __init__(
        self,
        *,
        holdout: Holdout,
        questions: Questions,
        pool: PartnerPool,
        settings: LearningSettings,
        sellers: ShopBestSellers,
        category_sellers: CategoryBestSellers | None,
        limit: int,
        on_step: Step,
    ) -> None:
        """pool: the partners of all products in the contexts of the questions."""
        self._training = holdout.training
        self._questions = questions
        self._pool = pool
        self._settings = settings
        self._sellers = sellers
        self._limit = limit
        self._on_step = on_step
        self._matrix = QuestionMatrix(
            questions, product_count=len(holdout.training.product), category_sellers=category_sellers
        )
        self._regression = Regression(baskets=holdout.training, settings=settings)
        self._links: dict[LinkParameters, ScoredLinks] = {}
        self._counted: tuple[tuple[LearningSettings, float, float], PartnerLists] | None = None
        self._last: tuple[LinkParameters, ScoredLinks] | None = None
        self._tried: dict[LinkParameters, Floats] = {}

    def choose_for_carts(self) -> LinkParameters:
        """Return the best parameters: of co-purchase or, if the catalogue allows, of EASE^R or both."""
        best = self._search(self._start(CART_DEFAULT), CART_VALUES, ROUNDS)
        broad_start = self._start(BROAD_START)
        if self.hit_rate(broad_start) > BROAD_START_RATIO * self.hit_rate(best):
            broad = self._search(broad_start, BROAD_VALUES, 1)
            if self.hit_rate(broad) > MIN_BREADTH_GAIN * self.hit_rate(best):
                best = broad
        if can_use_ease(baskets=self._training, settings=self._settings):
            best = self._try_ease(best)
        return self._add_best_sellers(best)

    def choose_for_pages(self) -> LinkParameters:
        """Return the best parameters of co-purchase; with a single product, EASE^R adds nothing."""
        best = self._search(self._start(PAGE_DEFAULT), PAGE_VALUES, ROUNDS)
        return self._add_best_sellers(best)

    def _add_best_sellers(self, best: LinkParameters) -> LinkParameters:
        """Return the parameters with best sellers among the links, if they gain clearly."""
        self.links(best)
        del self._tried[best]
        return self._search(best, POPULAR_VALUES, 1, POPULAR_MIN_GAIN_ERRORS)

    def _start(self, parameters: LinkParameters) -> LinkParameters:
        return replace(parameters, pair_min_orders=self._settings.pair_min_orders)

    def _try_ease(self, best: LinkParameters) -> LinkParameters:
        """Return the parameters of EASE^R, or of its mean with co-purchase, if one hits more often."""
        start = self._start(replace(EASE_START, breadth=best.breadth))
        if self.hit_rate(start) < EASE_START_RATIO * self.hit_rate(best):
            return best
        ease = self._search(start, EASE_VALUES, 1)
        if ease.ridge in FARTHER_RIDGE:
            ease = self._search(ease, [[{"ridge": FARTHER_RIDGE[ease.ridge]}]], 1)
        both = replace(
            best, method="both", ridge=ease.ridge, size_exponent=ease.size_exponent, ease_share=0.5
        )
        return max([best, ease, self._search(both, MIXED_VALUES, 1)], key=self.hit_rate)

    def hit_rate(self, parameters: LinkParameters) -> float:
        """Return the share of questions with a hit within DEPTH, 0 … 1; 0 without questions."""
        answered = self._hits(parameters)
        return float(answered.mean()) if len(answered) else 0.0

    def _hits(self, parameters: LinkParameters) -> Floats:
        if parameters not in self._tried:
            self._tried[parameters] = self._measure(parameters)
            self._on_step()
        return self._tried[parameters]

    def links(self, parameters: LinkParameters) -> ScoredLinks:
        """Return the links in the training part, counted for these parameters; they are kept."""
        key = replace(parameters, popular=0.0)
        if key not in self._links:
            self._links[key] = self._find_links(parameters)
        return self._links[key]

    def _find_links(self, parameters: LinkParameters) -> ScoredLinks:
        return find_links(
            baskets=self._training,
            settings=self._settings,
            parameters=parameters,
            limit=self._limit,
            count=self._count,
            regress=self._regression.links,
        )

    def _count(
        self,
        *,
        baskets: Baskets,
        settings: LearningSettings,
        parameters: LinkParameters,
        on_progress: Progress,
    ) -> PartnerLists:
        """Count locally; regressions that differ in nothing else share the last counts."""
        key = settings, parameters.size_exponent, parameters.half_life_days
        if self._counted is None or self._counted[0] != key:
            self._counted = (
                key,
                count_locally(
                    baskets=baskets, settings=settings, parameters=parameters, on_progress=on_progress
                ),
            )
        return self._counted[1]

    def _measure(self, parameters: LinkParameters) -> Floats:
        links = self._links.get(replace(parameters, popular=0.0))
        if links is not None:
            table = LinkTable(links.starts, links.partner, links.score)
            shared = self._sellers.fallback(parameters.popular * links.typical_score)
        else:
            table, shared = self._try_links(parameters), self._sellers.fallback(0.0)
        return self._matrix.hits(table, shared=shared, depth=DEPTH)

    def _try_links(self, parameters: LinkParameters) -> LinkTable:
        """Return the links of the products in question: from the pool, or with a regression."""
        power = parameters.power
        # Power only changes the sums, so nothing is counted again.
        plain = replace(parameters, power=1.0)
        if parameters.method == "co_purchase":
            table = self._pool.links(plain, limit=self._limit)
        else:
            if self._last is None or self._last[0] != plain:
                self._last = plain, self._find_links(plain)
            links = self._last[1]
            table = LinkTable(links.starts, links.partner, links.score)
        return table._replace(score=table.score**power)

    def _search(
        self, start: LinkParameters, values: Values, rounds: int, min_gain: float = MIN_GAIN_ERRORS
    ) -> LinkParameters:
        best = start
        for _ in range(rounds):
            before = best
            for change in values:
                other = max((replace(best, **one) for one in change), key=self.hit_rate)
                best = other if self._is_better(other, best, min_gain) else best
            if best == before:
                break
        return best

    def _is_better(self, other: LinkParameters, best: LinkParameters, min_gain: float) -> bool:
        """Return whether `other` hits more often than `best`, by `min_gain` standard errors."""
        gains = self._hits(other) - self._hits(best)
        basket_gains = np.bincount(self._questions.basket, weights=gains)
        return bool(gains.sum() > min_gain * np.sqrt((basket_gains**2).sum()))
