"""Which offers see something in a cart, found without looking at the others."""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from engine.conditions.schedule import ALWAYS
from engine.pricing.cart import PricingProduct
from engine.pricing.lines import CanonicalLines, Purchase
from engine.pricing.listing import Listed, list_offer
from engine.pricing.offer import PricingOffer
from engine.pricing.role_index import Matches, RoleIndex, RowsByName
from engine.pricing.selector import ACCEPTED, Selector


class OfferIndex:
    """The live offers, compiled once and read by every pricing; the order they come in means nothing.

    `offers` are sorted by id. `excludes` holds each exclusion in both directions. `dated`, `by_currency`
    and `by_lane` are the ids of offers that are not open to every cart.
    """

    def __init__(self, offers: Iterable[PricingOffer]) -> None:
        self.offers = tuple(sorted(offers, key=lambda offer: offer.id))
        self.by_id: Mapping[int, PricingOffer] = {offer.id: offer for offer in self.offers}
        if len(self.by_id) != len(self.offers):
            raise ValueError("two offers share an id")
        self.by_acceptance = {offer.id: offer for offer in self.offers if offer.terms.is_by_acceptance}
        self.listed: Mapping[int, Listed] = {offer.id: list_offer(offer) for offer in self.offers}
        self.excludes: dict[int, set[int]] = {}
        self.dated: set[int] = set()
        self.by_currency: dict[str, set[int]] = {}
        self.by_lane: dict[str, set[int]] = {}
        self._by_role: dict[Purchase, RoleIndex] = {"one_time": RoleIndex(), "subscription": RoleIndex()}
        for offer in self.offers:
            offer.terms.check()
            self._add_conditions(offer)
            self._by_role[offer.purchase].add(self.listed[offer.id])

    @cached_property
    def named_products(self) -> frozenset[int]:
        """Return the products that an offer names itself, not only by a category."""
        return frozenset().union(*[by_role.named_products() for by_role in self._by_role.values()])

    def offers_that_see(self, product: PricingProduct) -> tuple[list[int], list[int]]:
        """Return the offers of which the first, and of which the second role sees the product.

        An offer with one role is in both. Roles that acceptances fill see nothing.
        """
        first: list[int] = []
        second: list[int] = []
        for by_role in self._by_role.values():
            found = by_role.offers_that_see(product)
            first += found[0]
            second += [offer for offer in found[0] if self.listed[offer].sees != "two"] + found[1]
        return first, second

    def match_among(self, offers: Iterable[int], lines: CanonicalLines, accepted: Collection[int]) -> Matches:
        """Return which lines these few offers see, without looking at the others."""
        carts = _carts_of(lines)
        matches = Matches({}, {}, {}, {})
        for number in offers:
            cart = carts[self.by_id[number].purchase]
            found = [
                cart.seen_by(_taken(number, lines) if selector is ACCEPTED else selector)
                for selector in self.listed[number].selectors
            ]
            if number in accepted or any(found):
                matches.first[number] = found[0]
                if len(found) > 1:
                    matches.second[number] = found[1]
        return matches

    def match(self, lines: CanonicalLines, accepted: Iterable[int] = ()) -> Matches:
        """Return which lines the offers see; an offer that sees none is not among them.

        The `accepted` offers (ids of offers by acceptance) always are. Options are seen only by offers on
        everything; an add-on finds its options below their line.
        """
        carts = _carts_of(lines)
        matches = Matches({}, {}, {}, {})
        for purchase, by_role in self._by_role.items():
            if carts[purchase].rows:
                by_role.match(carts[purchase], matches)
        both = matches.settled_first.keys() & matches.settled_second.keys()
        for number in both.union(accepted):
            matches.settled_first.pop(number, None)
            matches.settled_second.pop(number, None)
            cart = carts[self.by_id[number].purchase]
            taken = _taken(number, lines)
            found = (matches.first, matches.second)
            for rows_by, selector in zip(found, self.listed[number].selectors, strict=False):
                rows_by[number] = cart.seen_by(taken if selector is ACCEPTED else selector)
        return matches

    def _add_conditions(self, offer: PricingOffer) -> None:
        """Add which offers it excludes, and what closes it to a cart."""
        for other in offer.excludes - {offer.id}:
            self.excludes.setdefault(offer.id, set()).add(other)
            self.excludes.setdefault(other, set()).add(offer.id)
        if offer.schedule != ALWAYS:
            self.dated.add(offer.id)
        if offer.currency is not None:
            self.by_currency.setdefault(offer.currency, set()).add(offer.id)
        self.by_lane.setdefault(offer.lane, set()).add(offer.id)


def _carts_of(lines: CanonicalLines) -> dict[Purchase, RowsByName]:
    """Return the rows of one-time purchases and those of subscriptions, by what offers name."""
    carts: dict[Purchase, RowsByName] = {"one_time": RowsByName(), "subscription": RowsByName()}
    for row, line in enumerate(lines.rows):
        carts[line.purchase].add(row, line)
    return carts


def _taken(offer: int, lines: CanonicalLines) -> Selector:
    """Return the selector of what the shopper accepted of the offer."""
    return Selector(frozenset(lines.accepted.get(offer, {})))
