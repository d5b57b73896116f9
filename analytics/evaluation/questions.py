"""Questions, drawn from the test orders with a seed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from analytics.evaluation.history import ANONYMOUS, History

MAX_BASKETS = 3000
# Many baskets belong to the same customer and cost little, and more of them reduce the error.
MAX_NEXT_BASKETS = 20_000
HIDES = 3


@dataclass(frozen=True, slots=True)
class Question:
    """What is known, and what was bought: products by index.

    `basket` is the test order; `customer` is ANONYMOUS if it is unknown or withheld. The context of a next
    basket is empty.
    """

    basket: int
    context: tuple[int, ...]
    relevant: frozenset[int]
    customer: int = ANONYMOUS


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """All questions of one kind; `code` identifies it in the JSON document."""

    code: str
    questions: Sequence[Question]

    @property
    def basket_count(self) -> int:
        """Return the number of test orders in the questions."""
        return len({question.basket for question in self.questions})


def draw_questions(training: History, test: History, *, seed: int) -> list[QuestionSet]:
    """Return the four sets of questions, drawn from streams of `seed`.

    Only products in training are used, because nothing is known about others. The first three sets hide the
    same items of the same baskets; in the second the customer is unknown.
    """
    seen = test.only(training.seen())
    carts, pages = _hide_items(seen, np.random.default_rng([seed, 0]))
    baskets = _next_baskets(training, seen, np.random.default_rng([seed, 1]))
    return [
        QuestionSet("cart_completion", carts),
        QuestionSet("cart_of_stranger", [replace(cart, customer=ANONYMOUS) for cart in carts]),
        QuestionSet("product_page", pages),
        QuestionSet("next_basket", baskets),
    ]


def _hide_items(test: History, rng: np.random.Generator) -> tuple[list[Question], list[Question]]:
    """Hide HIDES items, one at a time, of at most MAX_BASKETS orders with two or more products.

    Returns, in parallel, the questions that show all other items and those that show one of them.
    """
    baskets = _baskets(test)
    eligible = [number for number, items in enumerate(baskets) if len(items) > 1]
    customers = test.customer.tolist()
    carts: list[Question] = []
    pages: list[Question] = []
    for number in _sample(eligible, rng):
        items = baskets[number]
        for place in rng.choice(len(items), size=min(HIDES, len(items)), replace=False):
            rest = items[:place] + items[place + 1 :]
            hidden = frozenset({items[place]})
            carts.append(Question(number, rest, hidden, customers[number]))
            pages.append(Question(number, (rest[rng.integers(len(rest))],), hidden))
    return carts, pages


def _next_baskets(training: History, test: History, rng: np.random.Generator) -> list[Question]:
    """Return questions for at most MAX_NEXT_BASKETS orders of known customers with two or more products.

    Known customers are those with purchases in training.
    """
    regulars = set(training.customer[training.order].tolist()) - {ANONYMOUS}
    baskets = _baskets(test)
    customers = test.customer.tolist()
    eligible = [
        number for number, items in enumerate(baskets) if len(items) > 1 and customers[number] in regulars
    ]
    return [
        Question(number, (), frozenset(baskets[number]), customers[number])
        for number in _sample(eligible, rng, MAX_NEXT_BASKETS)
    ]


def _baskets(test: History) -> list[tuple[int, ...]]:
    """Return the distinct products of each order, ascending."""
    matrix = test.baskets()
    matrix.sort_indices()
    products, starts = matrix.indices.tolist(), matrix.indptr.tolist()
    return [tuple(products[start:end]) for start, end in pairwise(starts)]


def _sample(eligible: list[int], rng: np.random.Generator, limit: int = MAX_BASKETS) -> list[int]:
    """Return at most `limit` of `eligible`, in ascending order."""
    if len(eligible) <= limit:
        return eligible
    return sorted(rng.choice(eligible, size=limit, replace=False).tolist())
