"""Which offers can touch a cart, found without looking at the others."""

from collections.abc import Iterable, Mapping, Sequence

from offers.pricing.lines import Lines
from offers.pricing.offer import Offer
from offers.pricing.terms import (
    ACCEPTED,
    CrossSellTerms,
    Selector,
    ThresholdTerms,
    UpgradeTerms,
    selectors_of,
)

Roles = list[list[int]]
Entry = tuple[int, int]


class Book:
    """The offers on one kind of purchase: pairs of an offer's position and the role of what it names."""

    __slots__ = ("by_category", "by_product", "everything")

    def __init__(self) -> None:
        self.by_product: dict[int, list[Entry]] = {}
        self.by_category: dict[int, list[Entry]] = {}
        self.everything: list[Entry] = []

    def enter(self, selector: Selector, entry: Entry) -> None:
        """Note the offer under all that the selector names."""
        if not selector.products and not selector.categories:
            self.everything.append(entry)
        for product in selector.products:
            self.by_product.setdefault(product, []).append(entry)
        for category in selector.categories:
            self.by_category.setdefault(category, []).append(entry)


class OfferIndex:
    """The live offers, compiled once and read by every pricing; the order they come in means nothing.

    `offers` are sorted by id. `excludes` holds each exclusion in both directions.
    """

    def __init__(self, offers: Iterable[Offer]) -> None:
        self.offers = tuple(sorted(offers, key=lambda offer: offer.id))
        self.by_id: Mapping[int, Offer] = {offer.id: offer for offer in self.offers}
        if len(self.by_id) != len(self.offers):
            raise ValueError("two offers share an id")
        self.excludes: dict[int, set[int]] = {}
        self.by_acceptance = {offer.id: offer for offer in self.offers if _is_by_acceptance(offer)}
        self._books = (Book(), Book())
        self._positions = {offer.id: position for position, offer in enumerate(self.offers)}
        self._role_counts: list[int] = []
        for position, offer in enumerate(self.offers):
            self._compile(position, offer)

    def match(self, lines: Lines, accepted: Iterable[int] = ()) -> dict[int, Roles]:
        """Return the offers that look at any of the lines: by position, the rows of each role, rising.

        Those `accepted` (ids of offers by acceptance) are asked whatever the cart holds. Options are seen
        only by offers on everything; their own add-on finds them under their line.
        """
        hits: dict[int, Roles] = {}
        kinds: tuple[list[int], list[int]] = ([], [])
        for row, line in enumerate(lines.rows):
            is_subscription = line.interval_days > 0
            kinds[is_subscription].append(row)
            if line.parent is not None:
                continue
            book = self._books[is_subscription]
            self._note(hits, book.by_product.get(line.product.id, ()), row)
            for category in line.product.categories:
                self._note(hits, book.by_category.get(category, ()), row)
        for book, rows in zip(self._books, kinds, strict=True):
            if rows:
                for position, role in book.everything:
                    self._roles(hits, position)[role] = rows
        for offer in accepted:
            position = self._positions[offer]
            self._fill(self._roles(hits, position), self.offers[position], lines)
        return hits

    def _compile(self, position: int, offer: Offer) -> None:
        for other in offer.excludes - {offer.id}:
            self.excludes.setdefault(offer.id, set()).add(other)
            self.excludes.setdefault(other, set()).add(offer.id)
        if isinstance(offer.terms, ThresholdTerms) and offer.terms.benefit.kind == "fixed":
            raise ValueError("a threshold gives a percentage or an amount off, no fixed price")
        if isinstance(offer.terms, UpgradeTerms) and not offer.terms.products:
            raise ValueError("an upgrade names the products it leads to")
        selectors = selectors_of(offer.terms)
        self._role_counts.append(len(selectors))
        if offer.id in self.by_acceptance and not isinstance(offer.terms, UpgradeTerms):
            return
        for role, selector in enumerate(selectors):
            if selector is not ACCEPTED:
                self._books[offer.purchase == "subscription"].enter(selector, (position, role))

    def _fill(self, roles: Roles, offer: Offer, lines: Lines) -> None:
        """Find the lines of an accepted offer, among them those of the products that were accepted."""
        accepted = lines.accepted.get(offer.id, {})
        rows = [
            row
            for row, line in enumerate(lines.rows)
            if line.parent is None and (line.interval_days > 0) == (offer.purchase == "subscription")
        ]
        for role, selector in enumerate(selectors_of(offer.terms)):
            if selector is ACCEPTED:
                roles[role] = [row for row in rows if lines.rows[row].product.id in accepted]
            else:
                roles[role] = [row for row in rows if selector.sees(lines.rows[row].product)]

    def _roles(self, hits: dict[int, Roles], position: int) -> Roles:
        roles = hits.get(position)
        if roles is None:
            roles = hits[position] = [[] for _ in range(self._role_counts[position])]
        return roles

    def _note(self, hits: dict[int, Roles], entries: Sequence[Entry], row: int) -> None:
        for position, role in entries:
            roles = hits.get(position)
            rows = (self._roles(hits, position) if roles is None else roles)[role]
            if not rows or rows[-1] != row:
                rows.append(row)


def _is_by_acceptance(offer: Offer) -> bool:
    """Tell whether the offer applies to nothing but what a shopper accepted."""
    terms = offer.terms
    return isinstance(terms, UpgradeTerms) or (isinstance(terms, CrossSellTerms) and terms.by_acceptance)
