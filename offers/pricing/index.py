"""Which offers look at a cart, found without looking at the others."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from offers.pricing.answer import Outcome
from offers.pricing.cart import Product
from offers.pricing.lines import Lines
from offers.pricing.listing import Listed, is_by_acceptance, list_offer, outcomes_alone
from offers.pricing.offer import Offer, Purchase
from offers.pricing.terms import ACCEPTED, Selector, ThresholdTerms, UpgradeTerms, selectors_of

# The rows that each role of an offer sees, rising.
Roles = list[list[int]]
# Such rows by offer id.
Sight = dict[int, list[int]]
NO_ROWS: list[int] = []


class Seen(Struct):
    """What the offers look at in a cart, with their first role and with their second."""

    first: Sight
    second: Sight

    def roles(self, listed: Listed) -> Roles:
        """Return what the offer sees by role."""
        rows = self.first.get(listed.offer.id, NO_ROWS)
        if listed.sees == "one":
            return [rows]
        return [rows, rows if listed.sees == "same" else self.second.get(listed.offer.id, NO_ROWS)]


class Page(Struct, gc=False):
    """The offers that name one thing, with their first role or with their second, by id."""

    first: list[int] = []
    second: list[int] = []

    def enter(self, role: int, offer: int) -> None:
        """Note the offer under its role."""
        (self.second if role else self.first).append(offer)


class Book:
    """Offers on one kind of purchase, by what they name."""

    __slots__ = ("by_category", "by_product", "everything")

    def __init__(self) -> None:
        self.by_product: dict[int, Page] = {}
        self.by_category: dict[int, Page] = {}
        self.everything = Page()

    def enter(self, selector: Selector, role: int, offer: int) -> None:
        """Note the offer under all that the selector of its role names."""
        if not selector.products and not selector.categories:
            self.everything.enter(role, offer)
        for product in selector.products:
            self.by_product.setdefault(product, Page()).enter(role, offer)
        for category in selector.categories:
            self.by_category.setdefault(category, Page()).enter(role, offer)

    def look(self, product: Product, row: int, seen: Seen) -> None:
        """Let the offers that name the product or a category of it see its row."""
        page = self.by_product.get(product.id)
        if page is not None:
            _note(page, row, seen)
        for category in product.categories:
            page = self.by_category.get(category)
            if page is not None:
                _note(page, row, seen)


def _note(page: Page, row: int, seen: Seen) -> None:
    """Note that the offers of a page see the row, once: they may stand on several of its pages."""
    for offers, sight in ((page.first, seen.first), (page.second, seen.second)):
        for offer in offers:
            rows = sight.get(offer)
            if rows is None:
                sight[offer] = [row]
            elif rows[-1] != row:
                rows.append(row)


class OfferIndex:
    """The live offers, compiled once and read by every pricing; the order they come in means nothing.

    `offers` are sorted by id. `excludes` holds each exclusion in both directions. `alone` says by role
    and offer id what becomes of the offer when its other role sees nothing, where that settles it.
    `dated`, `by_currency` and `by_lane` are the ids of offers that are not open to every cart.
    """

    def __init__(self, offers: Iterable[Offer]) -> None:
        self.offers = tuple(sorted(offers, key=lambda offer: offer.id))
        self.by_id: Mapping[int, Offer] = {offer.id: offer for offer in self.offers}
        if len(self.by_id) != len(self.offers):
            raise ValueError("two offers share an id")
        self.by_acceptance = {offer.id: offer for offer in self.offers if is_by_acceptance(offer)}
        self.listed: Mapping[int, Listed] = {offer.id: list_offer(offer) for offer in self.offers}
        self.alone: tuple[dict[int, Outcome], dict[int, Outcome]] = ({}, {})
        self.excludes: dict[int, set[int]] = {}
        self.dated: set[int] = set()
        self.by_currency: dict[str, set[int]] = {}
        self.by_lane: dict[str, set[int]] = {}
        self._books: dict[Purchase, Book] = {"one_time": Book(), "subscription": Book()}
        for offer in self.offers:
            self._guard(offer)
            self._enter(offer)

    def match(self, lines: Lines, accepted: Iterable[int] = ()) -> Seen:
        """Return which lines the offers look at; one that looks at none is not among them.

        Those `accepted` (ids of offers by acceptance) are, whatever the cart holds. Options are seen only
        by offers on everything; their own add-on finds them under their line.
        """
        seen = Seen({}, {})
        for purchase, book in self._books.items():
            rows = [row for row, line in enumerate(lines.rows) if line.purchase == purchase]
            for row in rows:
                if lines.rows[row].parent is None:
                    book.look(lines.rows[row].product, row, seen)
            if rows:
                seen.first.update(dict.fromkeys(book.everything.first, rows))
                seen.second.update(dict.fromkeys(book.everything.second, rows))
        for offer in accepted:
            self._look_for_accepted(offer, lines, seen)
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

    def _enter(self, offer: Offer) -> None:
        """Note what the offer looks at; nothing where that is what a shopper accepts."""
        if isinstance(offer.terms, ThresholdTerms) and offer.terms.benefit.kind == "fixed":
            raise ValueError("a threshold gives a percentage or an amount off, no fixed price")
        if isinstance(offer.terms, UpgradeTerms) and not offer.terms.products:
            raise ValueError("an upgrade names the products it leads to")
        sees = self.listed[offer.id].sees
        for role, outcome in outcomes_alone(offer) if sees == "two" else ():
            self.alone[role][offer.id] = outcome
        if offer.id in self.by_acceptance and not isinstance(offer.terms, UpgradeTerms):
            return
        selectors = selectors_of(offer.terms)[: 2 if sees == "two" else 1]
        for role, selector in enumerate(selectors):
            if selector is not ACCEPTED:
                self._books[offer.purchase].enter(selector, role, offer.id)

    def _look_for_accepted(self, number: int, lines: Lines, seen: Seen) -> None:
        """Find the lines of an accepted offer, among them those of the products that were accepted."""
        offer, accepted = self.by_id[number], lines.accepted.get(number, {})
        rows = [
            row
            for row, line in enumerate(lines.rows)
            if line.parent is None and line.purchase == offer.purchase
        ]
        for sight, selector in zip((seen.first, seen.second), selectors_of(offer.terms), strict=False):
            sight[number] = [
                row
                for row in rows
                for product in (lines.rows[row].product,)
                if (product.id in accepted if selector is ACCEPTED else selector.sees(product))
            ]
