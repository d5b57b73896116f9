"""What a decision is asked and what it answers: plain frozen values, no Django, no clock.

Amounts are integers in the minor units of the currency beside them; times are seconds since
1970-01-01 UTC. They are msgspec structs: as plain as frozen dataclasses and ten times quicker to make,
which a decision does dozens of times.
"""

from collections.abc import Mapping

from msgspec import Struct

from engine.notes import Note


class CartLine(Struct, frozen=True):
    """A line of the cart. The cart names SKUs and quantities; prices come from the catalogue."""

    sku: str
    quantity: int


class CustomerFacts(Struct, frozen=True):
    """The little that a decision knows of a customer: one row.

    `purchases` holds packed `engine.learned.generations.PURCHASE` records, most often bought first.
    `declined` holds the codes of the offers this customer refused. `comfort`, `due` and `categories` hold
    packed records of `engine.learned.facts`; the amounts in them are of `currency`.
    """

    purchases: bytes = b""
    declined: frozenset[str] = frozenset()
    currency: str = ""
    comfort: bytes = b""
    due: bytes = b""
    categories: bytes = b""


class DecisionRequest(Struct, frozen=True):
    """The context in which offers are wanted.

    `only` restricts the decision to one offer, which the admin's preview uses; `limit` never raises
    the number of slots a placement has.
    """

    placement: str
    at: int
    cart: tuple[CartLine, ...] = ()
    product: str | None = None
    customer: CustomerFacts | None = None
    locale: str = "en"
    limit: int | None = None
    exclude: tuple[str, ...] = ()
    explain: bool = False
    only: str | None = None


class ProposedProduct(Struct, frozen=True):
    """A product of a proposal, with what one unit costs at list price.

    `offer_minor` is what all its units cost together under the offer: a bundle's price is the sum of
    its parts'.
    """

    sku: str
    name: str
    quantity: int
    image_url: str
    page_url: str
    price_minor: int
    offer_minor: int


class Reason(Struct, frozen=True):
    """Why this proposal: a stable code and the evidence behind it (counts, lift, names)."""

    code: str
    evidence: Mapping[str, int | float | str]


class NextTier(Struct, frozen=True):
    """What more units of a product gain: `more` of them, `quantity` then, which cost `total_minor`.

    `gain_minor` is what the whole cart saves more than before.
    """

    more: int
    quantity: int
    total_minor: int
    gain_minor: int


class NextReward(Struct, frozen=True):
    """What is missing (`spend` in minor units, or units) and what there is for it.

    `benefit` is its kind and value; a gift is the proposal's product. Each of `reached_by` would reach it.
    """

    missing: str
    amount: int
    benefit: tuple[str, int]
    free_shipping: bool
    reached_by: tuple[ProposedProduct, ...] = ()


class Recurring(Struct, frozen=True):
    """What a delivery costs now and, from delivery number `from_cycle` on, later.

    `intervals` are the days between deliveries to choose from; none: whatever the shop sells.
    """

    now_minor: int
    later_minor: int
    from_cycle: int
    intervals: tuple[int, ...]


class Choice(Struct, frozen=True):
    """The options of one product: each with what a unit adds to the price beyond the included ones.

    Counts hold for each unit of the product `on` which they are.
    """

    on: str
    options: tuple[ProposedProduct, ...]
    min_count: int
    max_count: int | None
    included_count: int


Detail = NextTier | NextReward | Recurring | Choice


class Proposal(Struct, frozen=True):
    """One slot of the placement, filled.

    `version` is that of the offer's terms. `detail` is what its kind has to tell beyond products and
    their price; of an upgrade, a cross-sell and a bundle there is nothing.
    `prior_minor` is the lowest that its products cost in the 30 days before the reduction began; None where
    nothing is reduced, or where it is not known.
    """

    offer: str
    kind: str
    position: int
    headline: str
    body: str
    products: tuple[ProposedProduct, ...]
    replaces: str | None
    gains: tuple[str, ...]
    currency: str
    list_minor: int
    offer_minor: int
    strategy: str
    reason: Reason
    version: int = 1
    detail: Detail | None = None
    prior_minor: int | None = None

    @property
    def saving_minor(self) -> int:
        """Return what the shopper saves against the list price."""
        return self.list_minor - self.offer_minor


class CandidateTrace(Struct, frozen=True):
    """What became of one candidate: its score parts, and the first guard that removed it."""

    sku: str
    strategy: str
    score: float
    removed_by: str | None
    detail: Mapping[str, int | float | str]


class OfferTrace(Struct, frozen=True):
    """What became of one offer: the conditions that held, the one that did not, its candidates."""

    offer: str
    matched: tuple[str, ...]
    failed: str | None
    candidates: tuple[CandidateTrace, ...]


class Decision(Struct, frozen=True):
    """The ordered proposals, best first, and the way to them where it was asked for."""

    placement: str
    generation: str | None
    proposals: tuple[Proposal, ...]
    notes: tuple[Note, ...] = ()
    trace: tuple[OfferTrace, ...] | None = None
