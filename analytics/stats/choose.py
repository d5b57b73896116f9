"""Choose a recipe for links: one constant at a time, as long as a change hits more often.

A coordinate search from the defaults. Its cost is bounded by the number of values below, whatever the data.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from analytics.stats.companions import find_companions, hits
from analytics.stats.ease import can_use_ease
from analytics.stats.holdout import Holdout, Questions
from analytics.stats.links import Links, find_links
from analytics.stats.recipe import Recipe
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
    tuple({"half_life_days": value} for value in (0.0, 180.0)),
)
PAGE_VALUES: Values = (
    tuple({"partner_exponent": value} for value in (0.0, 0.1, 0.2, 0.3, 0.45, 0.6)),
    tuple({"size_exponent": value} for value in (0.0, 0.5, 0.75, 1.0)),
    tuple({"half_life_days": value} for value in (0.0, 180.0)),
)
EASE_START = Recipe(method="ease", ridge=30.0, size_exponent=0.5)
EASE_VALUES: Values = (
    tuple({"ridge": value} for value in (3.0, 10.0, 100.0, 300.0)),
    tuple({"size_exponent": value} for value in (0.0, 1.0)),
)
MIXED_VALUES: Values = (
    tuple({"ease_share": value} for value in (0.3, 0.7)),
    tuple({"power": value} for value in (1.0, 1.5, 2.0)),
)
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
        limit: int,
        on_step: Step,
    ) -> None:
        self._holdout = holdout
        self._questions = questions
        self._settings = settings
        self._limit = limit
        self._on_step = on_step
        self._last: tuple[Recipe, Links] | None = None
        self._tried: dict[Recipe, float] = {}

    def choose(self, start: Recipe, values: Values, *, broad_start: Recipe | None = None) -> Recipe:
        """Return the best recipe found, of co-purchase and, where the catalogue allows, of EASE^R or both.

        Unless `broad_start` is given, none is tried that keeps more partners than usual.
        """
        best = self._climb(start, values, ROUNDS)
        if broad_start and self.hit_rate(broad_start) > NEARLY * self.hit_rate(best):
            broad = self._climb(broad_start, values, 1)
            if self.hit_rate(broad) > WORTH_IT * self.hit_rate(best):
                best = broad
        if can_use_ease(baskets=self._holdout.training, settings=self._settings):
            return self._try_ease(best)
        return best

    def _try_ease(self, best: Recipe) -> Recipe:
        """Return EASE^R's recipe, or that of a mean of EASE^R and co-purchase, where one hits more often."""
        start = replace(EASE_START, breadth=best.breadth)
        if self.hit_rate(start) < HOPELESS * self.hit_rate(best):
            return best
        ease = self._climb(start, EASE_VALUES, 1)
        both = replace(best, method="both", ridge=ease.ridge, ease_share=0.5)
        return max([best, ease, self._climb(both, MIXED_VALUES, 1)], key=self.hit_rate)

    def hit_rate(self, recipe: Recipe) -> float:
        """Return the share of questions that the recipe answers within DEPTH; 0 without questions."""
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

    def _measure(self, recipe: Recipe) -> float:
        if not len(self._questions):
            return 0.0
        links = self.links(replace(recipe, power=1.0))  # the power is the sum's affair: no counting anew
        found = find_companions(questions=self._questions, links=links, power=recipe.power)
        per_question = hits(
            question=found.question,
            product=found.product,
            score=found.sum,
            questions=self._questions,
            depth=DEPTH,
        )
        return float(per_question.mean())

    def _climb(self, start: Recipe, values: Values, rounds: int) -> Recipe:
        best = start
        for _ in range(rounds):
            before = best
            for change in values:
                # The one at hand first: it stays unless another hits more often.
                best = max([best, *(replace(best, **one) for one in change)], key=self.hit_rate)
            if best == before:
                break
        return best
