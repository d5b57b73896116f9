"""Choose a recipe for links: one constant at a time, as long as a change hits more often.

A coordinate search from the defaults. Its cost is bounded by the number of values below, whatever the data.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from analytics.stats.companions import Shelves, find_companions, hits
from analytics.stats.ease import can_use_ease
from analytics.stats.evidence import Floats
from analytics.stats.holdout import Holdout, Questions
from analytics.stats.links import Links, find_links
from analytics.stats.recipe import CART_DEFAULT, PAGE_DEFAULT, Recipe
from analytics.stats.sellers import Sellers
from analytics.stats.settings import LearningSettings

DEPTH = 10
ROUNDS = 2
# Of each constant in turn, the changes to try.
Values = Sequence[Sequence[Mapping[str, Any]]]
# In this order: what matters most first. A page has one product: its own commonness ranks nothing.
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
# Of either, once its links are chosen.
POPULAR_VALUES: Values = (tuple({"popular": value} for value in (0.1, 0.3, 1.0, 3.0, 10.0)),)
EASE_START = Recipe(method="ease", ridge=30.0, size_exponent=0.5)
EASE_VALUES: Values = (
    tuple({"ridge": value} for value in (10.0, 100.0)),
    tuple({"size_exponent": value} for value in (0.0, 1.0)),
    tuple({"ridge": value} for value in (3.0, 300.0)),
    tuple({"half_life_days": value} for value in (180.0,)),
    tuple({"power": value} for value in (1.3,)),
)
MIXED_VALUES: Values = (
    tuple({"ease_share": value} for value in (0.3, 0.7)),
    tuple({"power": value} for value in (1.0, 1.5, 2.0)),
)
# A change must gain so many standard errors of the difference: chance would choose among equals.
CAUTION = 0.5
# Best sellers beside the links take a decision more work than links alone.
POPULAR_CAUTION = 4.0
# Where best sellers drown everything, one constant at a time finds no way out: another place to start from.
# More partners take more room and time: they must earn it. With a page's 12, 28 for carts are 40 at most.
BROAD = 1.4
WORTH_IT = 1.02
BROAD_START = Recipe(own_exponent=0.75, partner_exponent=0.6, size_exponent=0.0, breadth=BROAD)
NEARLY = 0.9
# An EASE^R that starts so far behind would not catch up: each try takes seconds.
HOPELESS = 0.8
Step = Callable[[], None]


class RecipeChooser:
    """Tries recipes on held-out questions; remembers how each did."""

    def __init__(
        self,
        *,
        holdout: Holdout,
        questions: Questions,
        settings: LearningSettings,
        sellers: Sellers,
        shelves: Shelves | None,
        limit: int,
        on_step: Step,
    ) -> None:
        self._holdout = holdout
        self._questions = questions
        self._settings = settings
        self._sellers = sellers
        self._shelves = shelves
        self._limit = limit
        self._on_step = on_step
        self._last: tuple[Recipe, Links] | None = None
        self._tried: dict[Recipe, Floats] = {}

    def choose_for_carts(self) -> Recipe:
        """Return the best recipe found, of co-purchase and, where the catalogue allows, of EASE^R or both."""
        best = self._climb(self._start(CART_DEFAULT), CART_VALUES, ROUNDS)
        broad_start = self._start(BROAD_START)
        if self.hit_rate(broad_start) > NEARLY * self.hit_rate(best):
            broad = self._climb(broad_start, CART_VALUES, 1)
            if self.hit_rate(broad) > WORTH_IT * self.hit_rate(best):
                best = broad
        if can_use_ease(baskets=self._holdout.training, settings=self._settings):
            best = self._try_ease(best)
        return self._climb(best, POPULAR_VALUES, 1, POPULAR_CAUTION)

    def choose_for_pages(self) -> Recipe:
        """Return the best recipe found of co-purchase: of one product in the context nobody knows more."""
        best = self._climb(self._start(PAGE_DEFAULT), PAGE_VALUES, ROUNDS)
        return self._climb(best, POPULAR_VALUES, 1, POPULAR_CAUTION)

    def _start(self, recipe: Recipe) -> Recipe:
        return replace(recipe, pair_min_orders=self._settings.pair_min_orders)

    def _try_ease(self, best: Recipe) -> Recipe:
        """Return EASE^R's recipe, or that of a mean of EASE^R and co-purchase, where one hits more often."""
        start = self._start(replace(EASE_START, breadth=best.breadth))
        if self.hit_rate(start) < HOPELESS * self.hit_rate(best):
            return best
        ease = self._climb(start, EASE_VALUES, 1)
        both = replace(
            best, method="both", ridge=ease.ridge, size_exponent=ease.size_exponent, ease_share=0.5
        )
        return max([best, ease, self._climb(both, MIXED_VALUES, 1)], key=self.hit_rate)

    def hit_rate(self, recipe: Recipe) -> float:
        """Return the share of questions that the recipe answers within DEPTH; 0 without questions."""
        answered = self._hits(recipe)
        return float(answered.mean()) if len(answered) else 0.0

    def _hits(self, recipe: Recipe) -> Floats:
        if recipe not in self._tried:
            self._tried[recipe] = self._measure(recipe)
            self._on_step()
        return self._tried[recipe]

    def links(self, recipe: Recipe) -> Links:
        """Return the recipe's links in the training part; those of the last recipe are remembered."""
        if self._last is None or self._last[0] != recipe:
            links = find_links(
                baskets=self._holdout.training, settings=self._settings, recipe=recipe, limit=self._limit
            )
            self._last = recipe, links
        return self._last[1]

    def _measure(self, recipe: Recipe) -> Floats:
        # Power and best sellers are the sum's affair: no counting anew.
        links = self.links(replace(recipe, power=1.0, popular=0.0))
        always = self._sellers.fallback(recipe.popular * links.usual**recipe.power)
        found = find_companions(
            questions=self._questions,
            links=links,
            power=recipe.power,
            always=always,
            shelves=self._shelves,
        )
        return hits(
            question=found.question,
            product=found.product,
            score=found.sum,
            questions=self._questions,
            depth=DEPTH,
        )

    def _climb(self, start: Recipe, values: Values, rounds: int, caution: float = CAUTION) -> Recipe:
        best = start
        for _ in range(rounds):
            before = best
            for change in values:
                other = max((replace(best, **one) for one in change), key=self.hit_rate)
                best = other if self._is_better(other, best, caution) else best
            if best == before:
                break
        return best

    def _is_better(self, other: Recipe, best: Recipe, caution: float) -> bool:
        """Tell whether one hits more often than the other, by `caution` standard errors."""
        gains = self._hits(other) - self._hits(best)
        of_basket = np.bincount(self._questions.basket, weights=gains)
        return bool(gains.sum() > caution * np.sqrt((of_basket**2).sum()))
