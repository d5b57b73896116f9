"""Which offers can touch a cart, found without looking at the others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from offers.pricing.answer import Outcome
from offers.pricing.claim import Missing
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
# An entry is an offer's position × ROLES + the role of what it names: one number sorts and hashes quickly.
ROLES = 2
NO_ROWS: list[int] = []
Match = tuple[Offer, Roles, Outcome | None]


class Book:
    """The offers on one kind of purchase: entries by what they name."""

    __slots__ = ("by_category", "by_product", "everything")

    def __init__(self) -> None:
        self.by_product: dict[int, list[int]] = {}
        self.by_category: dict[int, list[int]] = {}
        self.everything: list[int] = []

    def enter(self, selector: Selector, entry: int) -> None:
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
        self._has_two_roles: list[bool] = []
        self._alone: dict[int, Outcome] = {}
        for position, offer in enumerate(self.offers):
            self._compile(position, offer)

    def match(self, lines: Lines, accepted: Iterable[int] = ()) -> Iterator[Match]:
        """Yield the offers that look at any of the lines, by id, and the rows of each role, rising.

        Beside them stands the outcome of those for which it is settled that they lack something.

        Those `accepted` (ids of offers by acceptance) are asked whatever the cart holds. Options are seen
        only by offers on everything; their own add-on finds them under their line.
        """
        hits: dict[int, list[int]] = {}
        kinds: tuple[list[int], list[int]] = ([], [])
        for row, line in enumerate(lines.rows):
            is_subscription = line.interval_days > 0
            kinds[is_subscription].append(row)
            if line.parent is None:
                book, product = self._books[is_subscription], line.product
                _note(hits, book.by_product.get(product.id, ()), row)
                for category in product.categories:
                    _note(hits, book.by_category.get(category, ()), row)
        for book, rows in zip(self._books, kinds, strict=True):
            if rows:
                hits.update(dict.fromkeys(book.everything, rows))
        for offer in accepted:
            self._fill(hits, self._positions[offer], lines)
        return self._by_offer(hits)

    def _by_offer(self, hits: Mapping[int, list[int]]) -> Iterator[Match]:
        """Yield the offers by id, each with the rows that its one or two roles see."""
        offers, has_two_roles, alone = self.offers, self._has_two_roles, self._alone
        for entry in sorted(hits):
            position = entry // ROLES
            if not has_two_roles[position]:
                yield offers[position], [hits[entry]], None
            elif entry % ROLES == 0:
                others = hits.get(entry + 1)
                if others is None:
                    yield offers[position], [hits[entry], NO_ROWS], alone.get(entry)
                else:
                    yield offers[position], [hits[entry], others], None
            elif entry - 1 not in hits:
                yield offers[position], [NO_ROWS, hits[entry]], alone.get(entry)

    def _compile(self, position: int, offer: Offer) -> None:
        for other in offer.excludes - {offer.id}:
            self.excludes.setdefault(offer.id, set()).add(other)
            self.excludes.setdefault(other, set()).add(offer.id)
        if isinstance(offer.terms, ThresholdTerms) and offer.terms.benefit.kind == "fixed":
            raise ValueError("a threshold gives a percentage or an amount off, no fixed price")
        if isinstance(offer.terms, UpgradeTerms) and not offer.terms.products:
            raise ValueError("an upgrade names the products it leads to")
        selectors = selectors_of(offer.terms)
        self._has_two_roles.append(len(selectors) == ROLES)
        for role, outcome in _outcomes_alone(offer):
            self._alone[position * ROLES + role] = outcome
        if offer.id in self.by_acceptance and not isinstance(offer.terms, UpgradeTerms):
            return
        for role, selector in enumerate(selectors):
            if selector is not ACCEPTED:
                self._books[offer.purchase == "subscription"].enter(selector, position * ROLES + role)

    def _fill(self, hits: dict[int, list[int]], position: int, lines: Lines) -> None:
        """Find the lines of an accepted offer, among them those of the products that were accepted."""
        offer = self.offers[position]
        accepted = lines.accepted.get(offer.id, {})
        rows = [
            row
            for row, line in enumerate(lines.rows)
            if line.parent is None and (line.interval_days > 0) == (offer.purchase == "subscription")
        ]
        for role, selector in enumerate(selectors_of(offer.terms)):
            hits[position * ROLES + role] = [
                row
                for row in rows
                for product in (lines.rows[row].product,)
                if (product.id in accepted if selector is ACCEPTED else selector.sees(product))
            ]


def _note(hits: dict[int, list[int]], entries: Sequence[int], row: int) -> None:
    """Note a row for each entry that looks at it, once: a product may be named by its category too."""
    for entry in entries:
        rows = hits.get(entry)
        if rows is None:
            hits[entry] = [row]
        elif rows[-1] != row:
            rows.append(row)


def _outcomes_alone(offer: Offer) -> Iterator[tuple[int, Outcome]]:
    """Yield the roles that alone, the other one seeing nothing, settle what becomes of the offer."""
    terms = offer.terms
    if isinstance(terms, UpgradeTerms):
        yield 0, Outcome(offer.id, "not_yet", missing=(Missing("acceptance", 1, terms.replaces),))
    elif isinstance(terms, CrossSellTerms) and terms.trigger is not None and not terms.by_acceptance:
        trigger = Missing("units", terms.trigger_count, terms.trigger)
        yield 0, Outcome(offer.id, "not_yet", missing=(trigger,))
        if terms.trigger_count == 1:
            yield 1, Outcome(offer.id, "not_yet", missing=(Missing("units", 1, terms.target),))


def _is_by_acceptance(offer: Offer) -> bool:
    """Tell whether the offer applies to nothing but what a shopper accepted."""
    terms = offer.terms
    return isinstance(terms, UpgradeTerms) or (isinstance(terms, CrossSellTerms) and terms.by_acceptance)
