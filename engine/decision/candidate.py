"""A candidate: what an offer might propose, and what that costs."""

from collections.abc import Hashable

from msgspec import Struct

from engine.decision.types import Detail, Evidence

NOTHING = -1

# Pairs of a product's row and its number of units.
Parts = tuple[tuple[int, int], ...]


class Priced(Struct):
    """What a candidate costs, in minor units; `part_minor` are what the lines of its parts cost.

    `added_minor` is what the shopper pays on top of page and cart by accepting: for an upgrade the step
    for all units it replaces, for a bundle nothing for the units that page and cart hold. `offer_minor` is
    that, and what the units that it replaces or that are held already cost before. `gain_minor` is how much
    more the whole cart saves.
    """

    list_minor: int
    offer_minor: int
    added_minor: int
    part_minor: tuple[int, ...]
    gain_minor: int = 0

    @property
    def saving_minor(self) -> int:
        """Return what it costs less than at list price."""
        return self.list_minor - self.offer_minor


class Change(Struct):
    """What a cart becomes by following an offer's terms, as the pricing core answers it.

    `parts` are the lines that change, with their quantities afterwards. A page shows one change about the
    same thing (`about`). Products that are `given` need not be for sale; `learned` ones were chosen by the
    statistics. `choices` are further products to choose from; a page leaves out those that it shows already.
    """

    parts: Parts
    priced: Priced
    about: Hashable
    evidence: Evidence
    detail: Detail | None = None
    given: bool = False
    learned: bool = False
    choices: tuple[int, ...] = ()


class Candidate(Struct):
    """One product, several together (`items`), or a `change` of the cart.

    `score` ranks it within its strategy; `relevance`, 0 to 1, is the share of shoppers expected to accept
    it. An upgrade `replaces` all units of a product with the same `quantity` and, on a ladder, goes from
    `from_tier` to `to_tier`. `basis` is the row of the evidence; its strategy knows of which table.
    `boost` is the share by which the score of a slow mover counts more, and `relevance_cost` the relevance
    that was given up to show it in this position. `interest` is the share by which score and relevance count
    more because the shopper looked at it.
    """

    strategy: str
    product: int
    score: float
    relevance: float
    replaces: int = NOTHING
    quantity: int = 1
    basis: int = NOTHING
    from_tier: int = NOTHING
    to_tier: int = NOTHING
    items: Parts | None = None
    boost: float = 0.0
    relevance_cost: float = 0.0
    interest: float = 0.0
    change: Change | None = None

    @property
    def ranked_by(self) -> float:
        """Return the score that orders it among the candidates of its strategy."""
        return self.score * (1 + self.boost) * (1 + self.interest)

    @property
    def is_single(self) -> bool:
        """Tell whether it puts one product into the cart."""
        return self.items is None and self.change is None

    @property
    def parts(self) -> Parts:
        """Return what the cart holds once the candidate is accepted."""
        if self.change is not None:
            return self.change.parts
        return ((self.product, self.quantity),) if self.items is None else self.items

    @property
    def sold_parts(self) -> Parts:
        """Return the parts that the shopper buys."""
        return () if self.change is not None and self.change.given else self.parts
