"""Hold out the last part of the orders, and ask of it what shoppers would be shown.

Of the same baskets three questions are asked: the rest of the cart is known and one product hidden, one other
product is known, and nothing but the customer is known.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.stats.sales import Baskets, Ints, LineInts
from analytics.stats.settings import LearningSettings

HELD_OUT_SHARE = 0.1
# Where few orders hold two products, more is held out: up to this share, or until there are so many of them.
MAX_HELD_OUT, TARGET_BASKETS = 0.2, 1000
# Of each basket, products hidden one at a time: more where there are few baskets, to have as many questions.
HIDES, MAX_HIDES = 3, 12
MIN_QUESTIONS = 9000
# A page shows one product: asking costs little, and its constants differ by less.
MIN_PAGES = 30_000
# What is shown in all carts together: following the links of wholesale carts would take most of the time.
MAX_SHOWN = 150_000
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Questions:
    """Contexts and what was really bought beside them; products are positions."""

    starts: Ints  # (n + 1,) the context of question q is context[starts[q]:starts[q + 1]], ascending
    context: LineInts
    relevant_starts: Ints  # (n + 1,)
    relevant: LineInts  # ascending within a question
    customer: Ints  # (n,) ids, 0 where nobody is known
    basket: Ints  # (n,) which basket is asked about, from 0

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def sizes(self) -> Ints:
        """Return how many products each context holds: (n,)."""
        return np.diff(self.starts)


@dataclass(frozen=True, slots=True)
class Holdout:
    """The orders to learn from, and what is asked about the later ones."""

    training: Baskets
    now_us: int  # when the later orders begin
    carts: Questions
    pages: Questions
    next_baskets: Questions
    basket_count: int


def hold_out(*, baskets: Baskets, is_shown: Flags, settings: LearningSettings) -> Holdout:
    """Split the newest `fit_cells` of shown products in two, and draw the questions by `fit_seed`.

    is_shown: (n_products,). Only what is known from the earlier part is asked for, of baskets of two such
    products or more. The same orders and seed give the same questions.
    """
    recent = _newest(_only(baskets, is_shown), settings.fit_cells)
    cut_us = _cut_us(recent)
    is_training = recent.placed_us < cut_us
    training, later = select(recent, is_training), select(recent, ~is_training)
    seen = np.bincount(training.cells, minlength=len(baskets.product)) > 0
    asked = _only(later, seen)
    rng = np.random.default_rng(settings.fit_seed)
    asked = select(asked, asked.sizes > 1)
    drawn = select(asked, _draw(len(asked.order), settings.fit_baskets, rng))
    carts, _ = _hide(drawn, rng, _hides(drawn, MIN_QUESTIONS, MAX_SHOWN))
    _, pages = _hide(drawn, rng, _hides(drawn, MIN_PAGES))
    known = np.unique(training.customer)
    regulars = select(asked, np.isin(asked.customer, known[known > 0]))
    regulars = select(regulars, _draw(len(regulars.order), settings.fit_next_baskets, rng))
    return Holdout(training, cut_us, carts, pages, _whole(regulars), len(drawn.order))


def _cut_us(baskets: Baskets) -> int:
    """Return when the later orders begin; 0 without orders."""
    count = len(baskets.order)
    if not count:
        return 0
    oldest_first = np.argsort(baskets.placed_us, kind="stable")
    asked = np.cumsum(baskets.sizes[oldest_first[::-1]] > 1)
    enough = int(np.searchsorted(asked, TARGET_BASKETS)) + 1
    held_out = min(max(enough, count * HELD_OUT_SHARE), count * MAX_HELD_OUT)
    return int(baskets.placed_us[oldest_first[int(count - held_out)]])


def _draw(count: int, limit: int, rng: np.random.Generator) -> Flags:
    """Return which of `count` to ask about: (count,), at most `limit` of them."""
    drawn = np.ones(count, np.bool_)
    if count > limit:
        drawn[rng.choice(count, count - limit, replace=False)] = False
    return drawn


def select(baskets: Baskets, chosen: Flags) -> Baskets:
    """Return the chosen orders, (n_orders,); products keep their positions."""
    return Baskets(
        order=baskets.order[chosen],
        placed_us=baskets.placed_us[chosen],
        customer=baskets.customer[chosen],
        product=baskets.product,
        starts=np.concatenate([[0], np.cumsum(baskets.sizes[chosen])]),
        cells=baskets.cells[np.repeat(chosen, baskets.sizes)],
    )


def _only(baskets: Baskets, products: Flags) -> Baskets:
    """Return all orders with only these products, (n_products,); orders left empty fall out."""
    kept = products[baskets.cells]
    sizes = np.bincount(baskets.cell_orders[kept], minlength=len(baskets.order))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    thinned = Baskets(
        order=baskets.order,
        placed_us=baskets.placed_us,
        customer=baskets.customer,
        product=baskets.product,
        starts=starts,
        cells=baskets.cells[kept],
    )
    return select(thinned, sizes > 0)


def _newest(baskets: Baskets, cell_count: int) -> Baskets:
    """Return the newest orders that hold at most so many cells; orders of one moment stay together."""
    if len(baskets.cells) <= cell_count:
        return baskets
    newest_first = np.argsort(-baskets.placed_us, kind="stable")
    cells = np.cumsum(baskets.sizes[newest_first])
    oldest = newest_first[min(int(np.searchsorted(cells, cell_count)), len(newest_first) - 1)]
    return select(baskets, baskets.placed_us > baskets.placed_us[oldest])


def _hides(asked: Baskets, least_questions: int, most_shown: int | None = None) -> int:
    """Return how many products of each basket to hide; `most_shown` bounds what the carts show together."""
    hides = min(max(HIDES, least_questions // max(len(asked.order), 1)), MAX_HIDES)
    return hides if most_shown is None else min(hides, max(most_shown // max(len(asked.cells), 1), 1))


def _hide(asked: Baskets, rng: np.random.Generator, hides: int) -> tuple[Questions, Questions]:
    """Hide so many products of each basket, one at a time; show the others, or one at random."""
    basket, hidden, shown = [], [], []
    sizes = asked.sizes.tolist()
    for number, size in enumerate(sizes):
        places = rng.choice(size, size=min(hides, size), replace=False)
        basket += [number] * len(places)
        hidden += places.tolist()
        shown += ((places + rng.integers(1, size, len(places))) % size).tolist()
    numbers = np.array(basket, np.int64)
    firsts = asked.starts[:-1][numbers]
    hidden_cell, shown_cell = firsts + np.array(hidden, np.int64), firsts + np.array(shown, np.int64)
    lengths = np.diff(asked.starts)[numbers]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    cells = np.arange(starts[-1]) + np.repeat(firsts - starts[:-1], lengths)
    rest = asked.cells[cells[cells != np.repeat(hidden_cell, lengths)]]
    ones = np.arange(len(numbers) + 1)
    relevant, customer = asked.cells[hidden_cell], asked.customer[numbers]
    carts = Questions(starts - ones, rest, ones, relevant, customer, numbers)
    return carts, Questions(ones, asked.cells[shown_cell], ones, relevant, customer, numbers)


def _whole(asked: Baskets) -> Questions:
    """Ask for the whole baskets, of which nothing is known but the customer."""
    nothing = np.zeros(len(asked.order) + 1, np.int64)
    numbers = np.arange(len(asked.order))
    return Questions(nothing, np.empty(0, np.int64), asked.starts, asked.cells, asked.customer, numbers)
