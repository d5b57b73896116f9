"""A candidate: what an offer might propose."""

from collections.abc import Hashable, Mapping

from msgspec import Struct

from engine.decision.types import Detail
from engine.pricing import Selector
from engine.snapshot.records import BundleRecord

NOTHING = -1


class Gap(Struct, frozen=True):
    """What a cart lacks for a reward: `amount` minor units of spend or units (`kind`), of which products."""

    kind: str
    amount: int
    products: Selector


class Change(Struct):
    """What a cart becomes by following an offer's own terms, as the pricing core answered it.

    `parts` are the lines it is about, with their quantity then; `part_minor` what each then costs, and
    `list_minor` what all of them list at. `added_minor` is what the cart costs more than before.
    `about` names what an answer says only once. Products `given` are not for sale, but handed out. `gap` is
    what the cart lacks, where there is anything that can be bought to close it.
    """

    parts: tuple[tuple[int, int], ...]
    part_minor: tuple[int, ...]
    list_minor: int
    added_minor: int
    about: Hashable
    detail: Detail | None = None
    evidence: Mapping[str, int | float | str] = {}
    given: bool = False
    gap: Gap | None = None


class Candidate(Struct):
    """One product (or bundle) that a strategy came up with.

    `score` ranks it within its strategy; `relevance`, 0 to 1, is the share of shoppers expected to
    take it. An upgrade `replaces` all units of a product, with as many (`quantity`), and on a ladder
    goes `from_tier` `to_tier`. `basis` is where the strategy's evidence stands, in a way that only its
    strategy knows. `relevance_cost` is what a slow mover that was helped took from the place it stands at.
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
    relevance_cost: float = 0.0
    change: Change | None = None

    @property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """Return what is put into the cart: pairs of a product and its quantity."""
        if self.change is not None:
            return self.change.parts
        return ((self.product, self.quantity),) if self.bundle is None else self.bundle.items
