"""A candidate: what an offer might propose."""

from msgspec import Struct

from offers.snapshot.records import BundleRecord

NOTHING = -1


class Candidate(Struct):
    """One product (or bundle) that a strategy came up with.

    `score` ranks it within its strategy; `relevance`, 0 to 1, is the share of shoppers expected to
    take it. An upgrade `replaces` all units of a product, with as many (`quantity`), and on a ladder
    goes `from_tier` `to_tier`. `basis` is where the strategy's evidence stands, in a way that only its
    strategy knows.
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
    bundle: BundleRecord | None = None

    @property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """Return what is put into the cart: pairs of a product and its quantity."""
        return ((self.product, self.quantity),) if self.bundle is None else self.bundle.items
