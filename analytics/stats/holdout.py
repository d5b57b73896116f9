"""Hold out the newest orders, and draw questions from them like those that shoppers' visits ask.

There are three kinds of questions about the same baskets: one product is hidden and the rest of the cart is
known; only one other product is known; only the customer is known.
"""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Flags, Ints, LineInts
from analytics.stats.sales import Baskets
from analytics.stats.settings import LearningSettings

HELD_OUT_SHARE = 0.1
# If few orders contain two products, more are held out: up to this share, or until there are enough of them.
MAX_HELD_OUT, TARGET_BASKETS = 0.2, 1000
# Products of each basket that are hidden, one at a time; more if there are few baskets, for enough questions.
HIDES, MAX_HIDES = 3, 12
MIN_QUESTIONS = 9000
# Questions about pages are cheap, and the differences between their constants are smaller.
MIN_PAGES = 30_000
# Limit of the products shown in all carts together: the links of wholesale carts would take most of the time.
MAX_SHOWN = 150_000


@dataclass(frozen=True, slots=True)
class Questions:
    """Contexts and the other products that were bought with them; products are positions."""

    starts: Ints  # (n + 1,) the context of question q is context[starts[q]:starts[q + 1]], ascending
    context: LineInts
    relevant_starts: Ints  # (n + 1,)
    relevant: LineInts  # ascending within a question
    customer: Ints  # (n,) ids, 0 for anonymous orders
    basket: Ints  # (n,) number of the basket in question, from 0

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def sizes(self) -> Ints:
        """Return the number of products in each context: (n,)."""
        return np.diff(self.starts)

    def only(self, chosen: Flags) -> "Questions":
        """Return the chosen questions, (n,)."""
        sizes, relevant_counts = self.sizes, np.diff(self.relevant_starts)
        return Questions(
            starts=np.concatenate([[0], np.cumsum(sizes[chosen])]),
            context=self.context[np.repeat(chosen, sizes)],
            relevant_starts=np.concatenate([[0], np.cumsum(relevant_counts[chosen])]),
            relevant=self.relevant[np.repeat(chosen, relevant_counts)],
            customer=self.customer[chosen],
            basket=self.basket[chosen],
        )


@dataclass(frozen=True, slots=True)
class Holdout:
    """The orders to learn from, and questions about the later ones."""

    training: Baskets
    now_us: int  # time at which the later orders start
    carts: Questions
    pages: Questions
    next_baskets: Questions
    basket_count: int
    newcomers: Questions  # the first orders of customers without earlier ones


def hold_out(*, baskets: Baskets, is_shown: Flags, settings: LearningSettings) -> Holdout:
    """Split the newest `fit_cells` cells of visible products by time, and draw questions with `fit_seed`.

    is_shown: (n_products,). Questions are about baskets with at least two visible products that the earlier
    orders contain. The same orders and seed give the same questions.
    """
    recent = newest_shown(baskets=baskets, is_shown=is_shown, settings=settings)
    cut_us = _cut_us(recent)
    is_training = recent.placed_us < cut_us
    training, later = select(recent, is_training), select(recent, ~is_training)
    seen = np.bincount(training.cells, minlength=len(baskets.product)) > 0
    test = _only(later, seen)
    newcomers = _first_orders(test, before=baskets.customer[baskets.placed_us < cut_us])
    rng = np.random.default_rng(settings.fit_seed)
    test = select(test, test.sizes > 1)
    drawn = select(test, _draw(len(test.order), settings.fit_baskets, rng))
    carts, _ = _hide(drawn, rng, _hides(drawn, MIN_QUESTIONS, MAX_SHOWN))
    _, pages = _hide(drawn, rng, _hides(drawn, MIN_PAGES))
    known = np.unique(training.customer)
    regulars = select(test, np.isin(test.customer, known[known > 0]))
    regulars = select(regulars, _draw(len(regulars.order), settings.fit_next_baskets, rng))
    newcomers = select(newcomers, _draw(len(newcomers.order), settings.fit_next_baskets, rng))
    return Holdout(
        training=training,
        now_us=cut_us,
        carts=carts,
        pages=pages,
        next_baskets=_whole_baskets(regulars),
        basket_count=len(drawn.order),
        newcomers=_whole_baskets(newcomers),
    )


def _first_orders(baskets: Baskets, *, before: Ints) -> Baskets:
    """Return the first order of each customer who is not among those who ordered before."""
    is_new = (baskets.customer > 0) & ~np.isin(baskets.customer, before)
    fresh = select(baskets, is_new)
    by_customer = np.lexsort((np.arange(len(fresh.order)), fresh.placed_us, fresh.customer))
    is_first = np.zeros(len(fresh.order), np.bool_)
    is_first[by_customer[np.diff(fresh.customer[by_customer], prepend=-1) > 0]] = True
    return select(fresh, is_first)


def newest_shown(*, baskets: Baskets, is_shown: Flags, settings: LearningSettings) -> Baskets:
    """Return the newest `fit_cells` cells of visible products."""
    return _newest(_only(baskets, is_shown), settings.fit_cells)


def _cut_us(baskets: Baskets) -> int:
    """Return the time at which the later orders start; 0 without orders."""
    count = len(baskets.order)
    if not count:
        return 0
    oldest_first = np.argsort(baskets.placed_us, kind="stable")
    basket_counts = np.cumsum(baskets.sizes[oldest_first[::-1]] > 1)
    enough = int(np.searchsorted(basket_counts, TARGET_BASKETS)) + 1
    held_out = min(max(enough, count * HELD_OUT_SHARE), count * MAX_HELD_OUT)
    return int(baskets.placed_us[oldest_first[int(count - held_out)]])


def _draw(count: int, limit: int, rng: np.random.Generator) -> Flags:
    """Return which of `count` items to use: (count,), at most `limit` of them."""
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
    """Return the orders with only these products, (n_products,), without orders that become empty."""
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
    """Return the newest orders, at most `cell_count` cells; orders of the same time stay together."""
    if len(baskets.cells) <= cell_count:
        return baskets
    newest_first = np.argsort(-baskets.placed_us, kind="stable")
    cells = np.cumsum(baskets.sizes[newest_first])
    oldest = newest_first[min(int(np.searchsorted(cells, cell_count)), len(newest_first) - 1)]
    return select(baskets, baskets.placed_us > baskets.placed_us[oldest])


def _hides(test: Baskets, min_questions: int, max_shown: int | None = None) -> int:
    """Return how many products of each basket to hide; `max_shown` limits the products of all carts."""
    hides = min(max(HIDES, min_questions // max(len(test.order), 1)), MAX_HIDES)
    return hides if max_shown is None else min(hides, max(max_shown // max(len(test.cells), 1), 1))


def _hide(test: Baskets, rng: np.random.Generator, hides: int) -> tuple[Questions, Questions]:
    """Hide products of each basket, one at a time; return carts with all others, and pages with one."""
    basket, hidden, shown = [], [], []
    sizes = test.sizes.tolist()
    for number, size in enumerate(sizes):
        places = rng.choice(size, size=min(hides, size), replace=False)
        basket += [number] * len(places)
        hidden += places.tolist()
        shown += ((places + rng.integers(1, size, len(places))) % size).tolist()
    numbers = np.array(basket, np.int64)
    firsts = test.starts[:-1][numbers]
    hidden_cell, shown_cell = firsts + np.array(hidden, np.int64), firsts + np.array(shown, np.int64)
    lengths = np.diff(test.starts)[numbers]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    cells = np.arange(starts[-1]) + np.repeat(firsts - starts[:-1], lengths)
    rest = test.cells[cells[cells != np.repeat(hidden_cell, lengths)]]
    ones = np.arange(len(numbers) + 1)
    relevant, customer = test.cells[hidden_cell], test.customer[numbers]
    carts = Questions(starts - ones, rest, ones, relevant, customer, numbers)
    return carts, Questions(ones, test.cells[shown_cell], ones, relevant, customer, numbers)


def _whole_baskets(test: Baskets) -> Questions:
    """Return questions for whole baskets, with nothing known except the customer."""
    nothing = np.zeros(len(test.order) + 1, np.int64)
    numbers = np.arange(len(test.order))
    return Questions(nothing, np.empty(0, np.int64), test.starts, test.cells, test.customer, numbers)
