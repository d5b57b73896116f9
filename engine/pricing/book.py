"""What the offers look at in a cart: looked up by what they name, each name once."""

from collections.abc import Collection, Iterator

from msgspec import Struct

from engine.pricing.answer import Outcome
from engine.pricing.lines import Line
from engine.pricing.listing import Listed
from engine.pricing.terms import ACCEPTED, EVERYTHING, Selector, selectors_of

# Rows by what sees or names them, rising. Several may share a list.
Sight = dict[int, list[int]]


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
