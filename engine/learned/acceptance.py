"""How often offers are accepted where they are shown, compared with what was expected.

Every candidate has an expected relevance before any answers are known: a prior of its strategy
(`engine.decision.strategies.strategy`) or the confidence of a co-purchase. The ratio of acceptances to
this expectation, shrunk by `analytics.stats.acceptance`, is the *ratio*. A relevance times its ratio is
what a decision ranks by. Without answers, every ratio is 1.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

# The product of figures on all products of an offer.
ALL_PRODUCTS: Final = 0


class AcceptanceFigure(Struct, frozen=True, array_like=True):
    """What is known of an offer in a placement, of one product or of ALL_PRODUCTS; both are primary keys.

    `shown` and `accepted` are counts in which older days weigh less, `expected` is what would have been
    accepted of them by the prior in their positions, ≥ 0. `ratio` is > 0.
    """

    offer: int
    placement: str
    product: int
    shown: float
    expected: float
    accepted: float
    ratio: float


class LearnedAcceptance(Struct, frozen=True):
    """All ratios, and the chance that a shopper looks at position 1, 2, … relative to the first."""

    figures: tuple[AcceptanceFigure, ...] = ()
    examination: tuple[float, ...] = ()


class AcceptanceTable:
    """The ratios, found in constant time."""

    def __init__(self, acceptance: LearnedAcceptance) -> None:
        self._in_placement: dict[str, RatiosHere] = {}
        for figure in acceptance.figures:
            self._in_placement.setdefault(figure.placement, RatiosHere()).add(figure)

    def in_placement(self, code: str | None) -> "RatiosHere | None":
        """Return what is known of offers in this placement, None if nothing is."""
        return self._in_placement.get(code or "")


class RatiosHere:
    """The ratios in one placement."""

    def __init__(self) -> None:
        self._of_offer: dict[int, AcceptanceFigure] = {}
        self._of_product: dict[int, dict[int, AcceptanceFigure]] = {}

    def add(self, figure: AcceptanceFigure) -> None:
        """Add a figure of this placement."""
        if figure.product == ALL_PRODUCTS:
            self._of_offer[figure.offer] = figure
        else:
            self._of_product.setdefault(figure.offer, {})[figure.product] = figure

    def products_of(self, offer: int) -> Mapping[int, AcceptanceFigure]:
        """Return the figures on single products of an offer, by primary key."""
        return self._of_product.get(offer, {})

    def figure_of(self, offer: int, product: int) -> AcceptanceFigure | None:
        """Return the figure on the product or else on the whole offer, None if neither is known."""
        return self.products_of(offer).get(product) or self._of_offer.get(offer)
