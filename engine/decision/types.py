"""What a decision is asked and what it answers: plain frozen values, no Django, no clock.

Amounts are integers in minor units of the currency that is given with them; times are seconds since
1970-01-01 UTC. The values are msgspec structs: as plain as frozen dataclasses and ten times quicker to
make, and a decision makes dozens of them.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from engine.conditions.shopper import AttributeValue
from engine.conditions.tree.evaluate import Failing
from engine.experiments.running import UNASSIGNED, Assignment
from engine.notes import Note
from engine.restraint.consent import FULL_CONSENT, Consent

# Figures and names by what they mean: counts, lift, SKUs.
Evidence = Mapping[str, int | float | str]


class CartItem(Struct, frozen=True):
    """A product in the cart and its quantity; prices come from the catalogue."""

    sku: str
    quantity: int


class KnownCustomer(Struct, frozen=True):
    """What a decision knows of a customer: one row.

    `purchases` holds packed `engine.learned.generations.PURCHASE` records, most often bought first.
    `ledger` is their packed `engine.restraint.RestraintLedger`, `behaviour` what they looked at
    (`engine.behaviour.Behaviour`). `comfort`, `due` and `categories` hold packed
    records of `engine.learned.facts`; the amounts in them are of `currency`. `own_uses` counts the uses of
    offers that limit those of each customer, by primary key. `consents` are by purpose and channel. Of a
    customer who `is_private`, nothing may be known. The other fields are those of
    `engine.conditions.shopper.ShopperFacts`.
    """

    purchases: bytes = b""
    ledger: bytes = b""
    currency: str = ""
    comfort: bytes = b""
    due: bytes = b""
    categories: bytes = b""
    own_uses: Mapping[int, int] = {}
    segment: str = ""
    orders: int = 0
    first_day: int | None = None
    last_day: int | None = None
    average_order_minor: int | None = None
    expected_value_minor: int | None = None
    attributes: Mapping[str, AttributeValue] = {}
    answers: Mapping[tuple[str, str], str] = {}
    consents: Mapping[tuple[str, str], bool] = {}
    has_open_inquiry: bool = False
    is_private: bool = False
    behaviour: bytes = b""


class DecisionRequest(Struct, frozen=True):
    """The context in which offers are wanted.

    `exclude` are SKUs and `exclude_offers` codes of offers that must not be shown. `only` restricts the
    decision to one offer, which the admin's preview uses; `limit` never raises the number of slots a
    placement has. `visitor` is the packed ledger of a shopper who is not known and `visitor_behaviour` what
    they looked at, `consent` what they allow. `viewed` are SKUs that the storefront knows to be viewed.
    `channel`, `country` (ISO 3166-1) and `context`, the shop's own values by name, are for conditions, and so
    is `language_tag`, the shopper's locale; empty: that of the texts, `locale`. `time_zone` is the IANA zone
    of the shopper, for quiet periods; empty: that of their attribute, or else the shop's. `lists_candidates`
    asks for the candidates of the offers that were asked, which costs less than to `explain`. `unit` is whom
    experiments assign (`engine.experiments.running.unit_of`) and `assignment` to what, which `decide` finds
    out.
    """

    placement: str
    at: int
    cart: tuple[CartItem, ...] = ()
    product: str | None = None
    customer: KnownCustomer | None = None
    locale: str = "en"
    limit: int | None = None
    exclude: tuple[str, ...] = ()
    exclude_offers: tuple[str, ...] = ()
    explain: bool = False
    lists_candidates: bool = False
    only: str | None = None
    channel: str = "web"
    visitor: bytes = b""
    visitor_behaviour: bytes = b""
    viewed: tuple[str, ...] = ()
    consent: Consent = FULL_CONSENT
    country: str = ""
    context: Mapping[str, str] = {}
    language_tag: str = ""
    time_zone: str = ""
    unit: str = ""
    assignment: Assignment = UNASSIGNED

    @property
    def ledger(self) -> bytes:
        """Return the packed ledger of whoever is asked for."""
        return self.visitor if self.customer is None else self.customer.ledger

    @property
    def behaviour(self) -> bytes:
        """Return what whoever is asked for looked at, packed."""
        return self.visitor_behaviour if self.customer is None else self.customer.behaviour


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
    """Why this proposal: a stable code and the evidence behind it."""

    code: str
    evidence: Evidence


class Detail(Struct, frozen=True):
    """What a kind of offer says beyond products and their price; a kind that says more has a subclass."""


class ProposalScore(Struct, frozen=True):
    """Why a proposal won its slot, as an explanation would say it.

    `score` orders candidates within their strategy, `relevance`, 0 to 1, is the share of shoppers expected to
    accept, and `value` what showing it is expected to add to the margin or the sales, in minor units.
    """

    score: float
    relevance: float
    value: float


class Proposal(Struct, frozen=True):
    """One slot of the placement, filled.

    `version` is that of the offer's terms. `detail` is None where products and price say it all.
    `added_minor` is by how much the cart's total grows once it is accepted. `prior_minor` is the lowest price
    of its products in the 30 days before the reduction began; None if nothing is reduced or it is not known.
    `offer_id` is the primary key of the offer.
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
    added_minor: int
    strategy: str
    reason: Reason
    version: int = 1
    detail: Detail | None = None
    prior_minor: int | None = None
    offer_id: int = 0
    score: ProposalScore | None = None

    @property
    def saving_minor(self) -> int:
        """Return what the shopper saves against the list price."""
        return self.list_minor - self.offer_minor


class CandidateTrace(Struct, frozen=True):
    """What became of one candidate: the score that ordered it, and the first guard that removed it."""

    sku: str
    strategy: str
    score: float
    removed_by: str | None
    detail: Evidence


class OfferTrace(Struct, frozen=True):
    """What became of one offer: the conditions that held, the one that did not, its candidates.

    `failing` is the single condition of its tree that did not hold, with what it saw.
    """

    offer: str
    matched: tuple[str, ...]
    failed: str | None
    candidates: tuple[CandidateTrace, ...]
    failing: Failing | None = None


class DecidedFor(Struct, frozen=True):
    """What a decision knew of the shopper: the primary keys of their audiences, None if nothing asked.

    Of a shopper who `is_private`, nothing may be known.
    """

    audiences: tuple[int, ...] | None = None
    segment: str = ""
    is_private: bool = False


class Withheld(Struct, frozen=True):
    """A proposal that the shopper was not shown, and by what: the code of an experiment, or GROUPS."""

    by: str
    proposal: Proposal


class Decision(Struct, frozen=True):
    """The ordered proposals, best first, and the way to them or the candidates where they were asked for.

    `candidates` are by the code of their offer. `arms` are those of the shopper, by experiment, in all that
    could have made a difference here; `withheld` is what another arm or group would have been shown.
    `propensities` are the chances with which bandits chose these arms, above 0.
    """

    placement: str
    generation: str | None
    proposals: tuple[Proposal, ...]
    notes: tuple[Note, ...] = ()
    trace: tuple[OfferTrace, ...] | None = None
    shopper: DecidedFor = DecidedFor()
    candidates: Mapping[str, Sequence[CandidateTrace]] | None = None
    arms: Mapping[str, str] = {}
    withheld: tuple[Withheld, ...] = ()
    propensities: Mapping[str, float] = {}


class PageDecision(Struct, frozen=True):
    """The decisions for the placements of a page, in the order given; the notes are those of all."""

    generation: str | None
    placements: tuple[Decision, ...]
    notes: tuple[Note, ...] = ()
