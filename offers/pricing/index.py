"""Which offers look at a cart, found without looking at the others."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from offers.pricing.answer import Outcome
from offers.pricing.lines import Line, Lines
from offers.pricing.listing import Listed, is_by_acceptance, list_offer
from offers.pricing.offer import Offer, Purchase
from offers.pricing.terms import ACCEPTED, EVERYTHING, Selector, ThresholdTerms, UpgradeTerms, selectors_of

# The rows that each role of an offer sees, rising.
Roles = list[list[int]]
# Rows by what sees or names them. Several may share a list.
Sight = dict[int, list[int]]
# No row has this primary key. A selector that names nothing would select everything.
NOBODY = frozenset([0])


class Seen(Struct, gc=False):
    """What the offers look at in a cart, by id.

    `first` and `second` are the rows of an offer's roles. Of one that is settled while it sees nothing with
    its other role, only that outcome is kept, by the role that sees something.
    """

    first: Sight
    second: Sight
    settled_first: dict[int, Outcome]
    settled_second: dict[int, Outcome]

    def among(self, offers: Collection[int]) -> Iterator[int]:
        """Yield those of the offers that look at the cart."""
        for seen in (self.first, self.second, self.settled_first, self.settled_second):
            yield from seen.keys() & offers


class Named(Struct, gc=False):
    """Rows of a cart by what offers name: the product, and each of its categories. Options have no name."""

    rows: list[int] = []
    products: Sight = {}
    categories: Sight = {}

    def enter(self, row: int, line: Line) -> None:
        """Note the next row under its names."""
        self.rows.append(row)
        if line.parent is None:
            product = line.product
            self.products.setdefault(product.id, []).append(row)
            for category in product.categories:
                self.categories.setdefault(category, []).append(row)

    def seen_by(self, selector: Selector) -> list[int]:
        """Return the rows of what the selector names."""
        if selector == EVERYTHING:
            return self.rows
        found = [rows for product, rows in self.products.items() if product in selector.products]
        found += [rows for category, rows in self.categories.items() if category in selector.categories]
        return sorted(set().union(*found))


class Rows:
    """The ids of offers by what one of their roles names: they see its rows."""

    __slots__ = ("by_category", "by_product", "everything")

    def __init__(self) -> None:
        self.by_product: dict[int, list[int]] = {}
        self.by_category: dict[int, list[int]] = {}
        self.everything: list[int] = []

    def enter(self, selector: Selector, offer: int) -> None:
        """Note the offer under all that the selector names."""
        if selector == EVERYTHING:
            self.everything.append(offer)
        for product in selector.products:
            self.by_product.setdefault(product, []).append(offer)
        for category in selector.categories:
            self.by_category.setdefault(category, []).append(offer)

    def look(self, named: Named, sight: Sight) -> None:
        """Let the offers see the rows of what they name."""
        for pages, rows_by in ((self.by_product, named.products), (self.by_category, named.categories)):
            for name in pages.keys() & rows_by.keys():
                rows = rows_by[name]
                for offer in pages[name]:
                    before = sight.get(offer)
                    if before is None:
                        sight[offer] = rows
                    elif before is not rows:
                        sight[offer] = sorted({*before, *rows})
        sight.update(dict.fromkeys(self.everything, named.rows))


class Settled:
    """The outcomes of offers by what one of their roles names, as long as the other sees nothing."""

    __slots__ = ("by_category", "by_product", "everything")

    def __init__(self) -> None:
        self.by_product: dict[int, dict[int, Outcome]] = {}
        self.by_category: dict[int, dict[int, Outcome]] = {}
        self.everything: dict[int, Outcome] = {}

    def enter(self, selector: Selector, outcome: Outcome) -> None:
        """Note the outcome under all that the selector names."""
        if selector == EVERYTHING:
            self.everything[outcome.offer] = outcome
        for product in selector.products:
            self.by_product.setdefault(product, {})[outcome.offer] = outcome
        for category in selector.categories:
            self.by_category.setdefault(category, {})[outcome.offer] = outcome

    def look(self, named: Named, outcomes: dict[int, Outcome]) -> None:
        """Note what becomes of the offers that name something of it."""
        for product in self.by_product.keys() & named.products.keys():
            outcomes.update(self.by_product[product])
        for category in self.by_category.keys() & named.categories.keys():
            outcomes.update(self.by_category[category])
        outcomes.update(self.everything)


class Book:
    """The offers on one kind of purchase, by role."""

    __slots__ = ("first", "second", "settled_first", "settled_second")

    def __init__(self) -> None:
        self.first, self.second = Rows(), Rows()
        self.settled_first, self.settled_second = Settled(), Settled()

    def enter(self, listed: Listed) -> None:
        """Note what the offer looks at."""
        first, *others = selectors_of(listed.offer.terms)
        if first is not ACCEPTED:
            if listed.settled_first is not None:
                self.settled_first.enter(first, listed.settled_first)
            else:
                self.first.enter(first, listed.offer.id)
        if listed.sees == "two" and (second := others[0]) is not ACCEPTED:
            if listed.settled_second is not None:
                self.settled_second.enter(second, listed.settled_second)
            else:
                self.second.enter(second, listed.offer.id)

    def look(self, named: Named, seen: Seen) -> None:
        """Let the offers see what they name."""
        self.first.look(named, seen.first)
        self.second.look(named, seen.second)
        self.settled_first.look(named, seen.settled_first)
        self.settled_second.look(named, seen.settled_second)


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
        if offer.starts_at is not None or offer.ends_at is not None:
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
