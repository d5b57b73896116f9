"""How often offers are accepted where they are shown, compared with what was expected.

Every candidate has an expected relevance before any answers are known: a prior of its strategy
(`engine.decision.strategies.strategy`) or the confidence of a co-purchase. The ratio of acceptances to
this expectation, shrunk by `analytics.stats.acceptance`, is the *ratio*. A relevance times its ratio is
what a decision ranks by. Without answers, every ratio is 1.

Products that were declined because they do not fit count less on pages of the same category.
"""

from collections.abc import Collection, Mapping
from typing import Final

from msgspec import Struct

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


class AnswersHere:
    """What is known of answers where a decision is made; `fits` are figures by product."""

    __slots__ = ("_of_audience", "_of_everybody", "_of_offer", "fits")

    def __init__(
        self,
        of_everybody: "Ratios | None",
        of_audience: "Ratios | None",
        fits: Mapping[int, FitFigure],
    ) -> None:
        self._of_everybody = (of_everybody or _NO_RATIOS).of_product
        self._of_offer = (of_everybody or _NO_RATIOS).of_offer
        self._of_audience = None if of_audience is None else of_audience.of_product
        self.fits = fits

    def knows_products_of(self, offer: int) -> bool:
        """Tell whether anything is known of single products of the offer."""
        return offer in self._of_everybody or bool(self.fits)

    def figure_of(self, offer: int, product: int) -> AcceptanceFigure | None:
        """Return the figure on the product or else on the whole offer, None if neither is known."""
        if self._of_audience is not None and offer in self._of_audience:
            figure = self._of_audience[offer].get(product)
            if figure is not None:
                return figure
        of_product = self._of_everybody.get(offer)
        if of_product is not None and product in of_product:
            return of_product[product]
        return self._of_offer.get(offer)

    def ratio_of(self, offer: int, product: int) -> float:
        """Return by what the relevance of a product in an offer is multiplied."""
        figure = self.figure_of(offer, product)
        ratio = AS_EXPECTED if figure is None else figure.ratio * figure.exploration
        return ratio * self.fits[product].share if product in self.fits else ratio


class Ratios(Struct, frozen=True):
    """The ratios of one audience in one placement: of offers, and by offer of its products."""

    of_offer: dict[int, AcceptanceFigure] = {}
    of_product: dict[int, dict[int, AcceptanceFigure]] = {}

    def add(self, figure: AcceptanceFigure) -> None:
        """Add a figure of this audience and placement."""
        if figure.product == ALL_PRODUCTS and figure.audience == EVERYBODY:
            self.of_offer[figure.offer] = figure
        else:
            self.of_product.setdefault(figure.offer, {})[figure.product] = figure


_NO_RATIOS: Final = Ratios()
_NO_FITS: Final[Mapping[int, FitFigure]] = {}


class AcceptanceTable:
    """All that is known of answers, found in constant time."""

    def __init__(self, acceptance: LearnedAcceptance) -> None:
        self._acceptance = acceptance
        self._ratios: dict[tuple[str, int], Ratios] = {}
        for figure in acceptance.figures:
            self._ratios.setdefault((figure.placement, figure.audience), Ratios()).add(figure)
        self._fits: dict[int, dict[int, FitFigure]] = {}
        for fit in acceptance.fits:
            self._fits.setdefault(fit.category, {})[fit.product] = fit

    def known_in(
        self, placement: str | None, audiences: Collection[int], category: int | None
    ) -> AnswersHere | None:
        """Return what is known in a placement, on pages of a category (a primary key); None if nothing is."""
        code = placement or ""
        fits = self._fits.get(category, _NO_FITS) if self._fits and category is not None else _NO_FITS
        of_everybody = self._ratios.get((code, EVERYBODY))
        of_audience = None
        if audiences and self._acceptance.audiences:
            audience = self._acceptance.audience_of(audiences)
            of_audience = self._ratios.get((code, audience)) if audience else None
        if of_everybody is None and of_audience is None and not fits:
            return None
        return AnswersHere(of_everybody, of_audience, fits)
