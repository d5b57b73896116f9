"""The three questions, drawn from the test orders with a seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.evaluation.history import ANONYMOUS, History

MAX_BASKETS = 3000
HIDES = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is known, and what was really bought: products by index.

    `basket` is the test order asked about; `customer` is known only where the question is about one.
    """

    basket: int
    context: tuple[int, ...]
    answers: frozenset[int]
    customer: int = ANONYMOUS


@dataclass(frozen=True, slots=True)
class Task:
    """All questions of one kind."""

    code: str
    title: str
    questions: Sequence[Question]


def draw_tasks(training: History, test: History, *, seed: int) -> list[Task]:
    """Return cart completion, product page and next basket; each has its own stream of `seed`."""
    known = np.zeros(training.product_count, np.bool_)
    known[training.product] = True
    seen = test.without(~known)
    carts, pages = _hide_items(seen, np.random.default_rng([seed, 0]))
    return [
        Task("cart_completion", "Cart completion: one item hidden, the rest is the cart", carts),
        Task("product_page", "Product page: one other item of the basket is the context", pages),
        Task(
            "next_basket",
            "Next basket of a known customer: anything in it is a hit",
            _next_baskets(training, seen, np.random.default_rng([seed, 1])),
        ),
    ]


def _baskets(test: History) -> list[tuple[int, ...]]:
    """Return the distinct products of each order, ascending."""
    matrix = test.baskets()
    matrix.sort_indices()
    return [tuple(items.tolist()) for items in np.split(matrix.indices, matrix.indptr[1:-1])]


def _hide_items(test: History, rng: np.random.Generator) -> tuple[list[Question], list[Question]]:
    """Hide up to HIDES items of each sampled basket, one at a time.

    Returns, in parallel, the questions that show all other items and those that show one of them.
    """
    baskets = _baskets(test)
    eligible = [number for number, items in enumerate(baskets) if len(items) > 1]
    carts: list[Question] = []
    pages: list[Question] = []
    for number in _sample(eligible, rng):
        items = baskets[number]
        for place in rng.choice(len(items), size=min(HIDES, len(items)), replace=False):
            rest = items[:place] + items[place + 1 :]
            answers = frozenset({items[place]})
            carts.append(Question(number, rest, answers))
            pages.append(Question(number, (rest[rng.integers(len(rest))],), answers))
    return carts, pages


def _next_baskets(training: History, test: History, rng: np.random.Generator) -> list[Question]:
    """Ask for whole baskets of customers who bought something before the cut."""
    regulars = set(training.customer[training.order].tolist()) - {ANONYMOUS}
    baskets = _baskets(test)
    eligible = [
        number for number, items in enumerate(baskets) if items and int(test.customer[number]) in regulars
    ]
    return [
        Question(number, (), frozenset(baskets[number]), int(test.customer[number]))
        for number in _sample(eligible, rng)
    ]


def _sample(eligible: list[int], rng: np.random.Generator) -> list[int]:
    """Return at most MAX_BASKETS of `eligible`, in ascending order."""
    if len(eligible) <= MAX_BASKETS:
        return eligible
    return sorted(rng.choice(eligible, size=MAX_BASKETS, replace=False).tolist())
