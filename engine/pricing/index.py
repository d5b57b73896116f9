"""Which offers look at a cart, found without looking at the others."""

from collections.abc import Iterable, Mapping

from engine.conditions.schedule import ALWAYS
from engine.pricing.book import Book, Named, Seen
from engine.pricing.lines import Lines
from engine.pricing.listing import Listed, is_by_acceptance, list_offer
from engine.pricing.offer import Offer, Purchase
from engine.pricing.terms import ACCEPTED, Selector, ThresholdTerms, UpgradeTerms, selectors_of

# The rows that each role of an offer sees, rising.
Roles = list[list[int]]
# No row has this primary key. A selector that names nothing would select everything.
NOBODY = frozenset([0])


class OfferIndex:
    """The live offers, compiled once and read by every pricing; the order they come in means nothing.

    `offers` are sorted by id. `excludes` holds each exclusion in both directions. `dated`, `by_currency`
    and `by_lane` are the ids of offers that are not open to every cart.
    """

    def __init__(self, offers: Iterable[Offer]) -> None:
        self.offers = tuple(sorted(offers, key=lambda offer: offer.id))
        self.by_id: Mapping[int, Offer] = {offer.id: offer for offer in self.offers}
        if len(self.by_id) != len(self.offers):
            raise ValueError("two offers share an id")
        self.by_acceptance = {offer.id: offer for offer in self.offers if is_by_acceptance(offer)}
        self.listed: Mapping[int, Listed] = {offer.id: list_offer(offer) for offer in self.offers}
        self.excludes: dict[int, set[int]] = {}
        self.dated: set[int] = set()
        self.by_currency: dict[str, set[int]] = {}
        self.by_lane: dict[str, set[int]] = {}
        self._books: dict[Purchase, Book] = {"one_time": Book(), "subscription": Book()}
        for offer in self.offers:
            _check(offer)
            self._guard(offer)
            # A cross-sell by acceptance looks at nothing but what is accepted.
            if offer.id not in self.by_acceptance or isinstance(offer.terms, UpgradeTerms):
                self._books[offer.purchase].enter(self.listed[offer.id])

    def match(self, lines: Lines, accepted: Iterable[int] = ()) -> Seen:
        """Return which lines the offers look at; one that looks at none is not among them.

        Those `accepted` (ids of offers by acceptance) are, whatever the cart holds. Options are seen only
        by offers on everything; their own add-on finds them under their line.
        """
        named: dict[Purchase, Named] = {"one_time": Named(), "subscription": Named()}
        for row, line in enumerate(lines.rows):
            named[line.purchase].enter(row, line)
        seen = Seen({}, {}, {}, {})
        for purchase, book in self._books.items():
            if named[purchase].rows:
                book.look(named[purchase], seen)
        both = seen.settled_first.keys() & seen.settled_second.keys()
        for number in both.union(accepted):
            seen.settled_first.pop(number, None)
            seen.settled_second.pop(number, None)
            offer = self.by_id[number]
            taken = Selector(frozenset(lines.accepted.get(number, {})) or NOBODY)
            for sight, selector in zip((seen.first, seen.second), selectors_of(offer.terms), strict=False):
                sight[number] = named[offer.purchase].seen_by(taken if selector is ACCEPTED else selector)
        return seen

    def _guard(self, offer: Offer) -> None:
        """Note which offers it keeps from applying, and what closes it to a cart."""
        for other in offer.excludes - {offer.id}:
            self.excludes.setdefault(offer.id, set()).add(other)
            self.excludes.setdefault(other, set()).add(offer.id)
        if offer.schedule != ALWAYS:
            self.dated.add(offer.id)
        if offer.currency is not None:
            self.by_currency.setdefault(offer.currency, set()).add(offer.id)
        self.by_lane.setdefault(offer.lane, set()).add(offer.id)


def _check(offer: Offer) -> None:
    """Refuse an offer that means nothing."""
    if isinstance(offer.terms, ThresholdTerms) and offer.terms.benefit.kind == "fixed":
        raise ValueError("a threshold gives a percentage or an amount off, no fixed price")
    if isinstance(offer.terms, UpgradeTerms) and not offer.terms.products:
        raise ValueError("an upgrade names the products it leads to")
