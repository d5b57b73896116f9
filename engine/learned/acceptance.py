"""How often offers are accepted where they are shown, compared with what was expected.

Every candidate has an expected relevance before any answers are known: a prior of its strategy
(`engine.decision.strategies.strategy`) or the confidence of a co-purchase. The ratio of acceptances to
this expectation, shrunk by `analytics.stats.acceptance`, is the *ratio*. A relevance times its ratio is
what a decision ranks by. Without answers, every ratio is 1.

Products that were declined because they do not fit count less on pages of the same category.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

# The product of figures on all products of an offer.
ALL_PRODUCTS: Final = 0
# The audience of figures on all shoppers.
EVERYBODY: Final = 0
# Without answers, a relevance counts as it is.
AS_EXPECTED: Final = 1.0


class AcceptanceFigure(Struct, frozen=True, array_like=True):
    """What is known of an offer in a placement, of one product or of ALL_PRODUCTS; both are primary keys.

    `shown` and `accepted` are counts in which older days weigh less, `expected` is what would have been
    accepted of them by the prior in their positions, ≥ 0. `ratio` is > 0. `audience` is the primary key of
    that whose shoppers were counted, or EVERYBODY. `exploration`, above 0 and at most 1, is by what the ratio
    counts less because it is known: so what is known less gets a chance.
    """

    offer: int
    placement: str
    product: int
    shown: float
    expected: float
    accepted: float
    ratio: float
    audience: int = EVERYBODY
    exploration: float = 1.0

    @property
    def counted(self) -> float:
        """Return by what a relevance is multiplied."""
        return self.ratio * self.exploration


class FitFigure(Struct, frozen=True, array_like=True):
    """How well a product fits on pages of a category, by those who answered; both are primary keys.

    `declined` are declines because it does not fit, `accepted` acceptances; older ones weigh less. `share`,
    above 0 and below 1, is what its relevance counts there.
    """

    category: int
    product: int
    declined: float
    accepted: float
    share: float


class LearnedAcceptance(Struct, frozen=True):
    """All ratios, and the chance that a shopper looks at position 1, 2, … relative to the first.

    A shopper counts in the first of the `audiences`, primary keys, to which they belong.
    """

    figures: tuple[AcceptanceFigure, ...] = ()
    examination: tuple[float, ...] = ()
    audiences: tuple[int, ...] = ()
    fits: tuple[FitFigure, ...] = ()

    def audience_of(self, audiences: Collection[int]) -> int:
        """Return the audience in which a shopper of these audiences counts."""
        return next((one for one in self.audiences if one in audiences), EVERYBODY)


class AnswersHere(Struct, frozen=True):
    """What is known of answers where a decision is made, made ready for its look-ups.

    `of_product` are figures by offer and product, `of_offer` by offer; `ratios` is what relevances of the
    products count, `most` the largest of them or of the offer, by offer. `fits` are figures by product.
    """

    of_product: Mapping[int, Mapping[int, AcceptanceFigure]] = {}
    of_offer: Mapping[int, AcceptanceFigure] = {}
    ratios: Mapping[int, Mapping[int, float]] = {}
    offer_ratios: Mapping[int, float] = {}
    most: Mapping[int, float] = {}
    fits: Mapping[int, FitFigure] = {}

    def knows_products_of(self, offer: int) -> bool:
        """Tell whether anything is known of single products of the offer."""
        return offer in self.ratios or bool(self.fits)

    def figure_of(self, offer: int, product: int) -> AcceptanceFigure | None:
        """Return the figure on the product or else on the whole offer, None if neither is known."""
        of_product = self.of_product.get(offer)
        if of_product is not None and product in of_product:
            return of_product[product]
        return self.of_offer.get(offer)

    def ratio_of(self, offer: int, product: int) -> float:
        """Return by what the relevance of a product in an offer is multiplied."""
        ratios = self.ratios.get(offer)
        if ratios is not None and product in ratios:
            ratio = ratios[product]
        else:
            ratio = self.offer_ratios.get(offer, AS_EXPECTED)
        return ratio * self.fits[product].share if product in self.fits else ratio

    def most_of(self, offer: int) -> float:
        """Return what no ratio of the offer is above."""
        return self.most.get(offer, AS_EXPECTED)


def _answers(
    of_offer: Mapping[int, AcceptanceFigure], of_product: Mapping[int, Mapping[int, AcceptanceFigure]]
) -> AnswersHere:
    """Return figures of a placement and an audience, ready for look-ups."""
    offer_ratios = {offer: figure.counted for offer, figure in of_offer.items()}
    ratios = {
        offer: {product: figure.counted for product, figure in figures.items()}
        for offer, figures in of_product.items()
    }
    most = offer_ratios | {
        offer: max(*products.values(), offer_ratios.get(offer, AS_EXPECTED))
        for offer, products in ratios.items()
    }
    return AnswersHere(of_product, of_offer, ratios, offer_ratios, most)


class AcceptanceTable:
    """All that is known of answers, found in constant time."""

    def __init__(self, acceptance: LearnedAcceptance) -> None:
        self._acceptance = acceptance
        self._answers = dict(_by_place(acceptance.figures))
        self._fits: dict[int, dict[int, FitFigure]] = {}
        for fit in acceptance.fits:
            self._fits.setdefault(fit.category, {})[fit.product] = fit

    def known_in(
        self, placement: str | None, audiences: Collection[int], category: int | None
    ) -> AnswersHere | None:
        """Return what is known in a placement, on pages of a category (a primary key); None if nothing is."""
        code, audience = placement or "", EVERYBODY
        if audiences and self._acceptance.audiences:
            audience = self._acceptance.audience_of(audiences)
        known = self._answers.get((code, audience))
        if known is None and audience:
            known = self._answers.get((code, EVERYBODY))
        fits = self._fits.get(category) if self._fits and category is not None else None
        return known if fits is None else replace(known or _NOTHING_KNOWN, fits=fits)


def _by_place(
    figures: Iterable[AcceptanceFigure],
) -> Iterator[tuple[tuple[str, int], AnswersHere]]:
    """Yield what is known by placement and audience; what is known of everybody stands in for the rest."""
    of_offer: dict[str, dict[int, AcceptanceFigure]] = {}
    of_product: dict[tuple[str, int], dict[int, dict[int, AcceptanceFigure]]] = {}
    for figure in figures:
        products = of_product.setdefault((figure.placement, figure.audience), {})
        if figure.product == ALL_PRODUCTS and figure.audience == EVERYBODY:
            of_offer.setdefault(figure.placement, {})[figure.offer] = figure
        else:
            products.setdefault(figure.offer, {})[figure.product] = figure
    for (placement, audience), products in of_product.items():
        everybody = of_product.get((placement, EVERYBODY), {}) if audience else {}
        own = {offer: {**everybody.get(offer, {}), **known} for offer, known in products.items()}
        yield (placement, audience), _answers(of_offer.get(placement, {}), {**everybody, **own})


_NOTHING_KNOWN: Final = AnswersHere()
