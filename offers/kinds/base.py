"""The base class of the kinds of offer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, TypeVar

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from msgspec import Struct

from catalog.services.amounts import benefit
from engine import pricing
from offers.models import Offer
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource, UnreadOffer

Words = str | Promise

# What a way along ladders is called, beside the kinds of relations.
LADDER_WAY: Final = "ladder"

# An offer of the kind, with its own columns.
OfferOfKind = TypeVar("OfferOfKind", bound=Offer)
# The values of its own columns and rows, without models; None if the kind has none.
ValuesOfKind = TypeVar("ValuesOfKind")
# What a proposal of the kind contains in addition to products and price, or None.
DetailOfKind = TypeVar("DetailOfKind")


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault in the price of an offer: a stable code, a sentence, and the column to correct, if any."""

    code: str
    text: str
    column: str | None = None


class Kind(Generic[OfferOfKind, ValuesOfKind, DetailOfKind]):
    """A kind of offer. Each kind overrides what differs in a subclass and registers an instance of it."""

    # Its name in the database and in the API.
    code: ClassVar[str]
    # Its icon in the sidebar, from Google's Material Symbols.
    icon: ClassVar[str]
    # What it offers to shoppers, for a user who is about to create an offer.
    invitation: ClassVar[Words]
    # The table with the columns of the kind, or a proxy if it has none.
    model: type[OfferOfKind]
    # Further tables with rows of an offer, in addition to sources and hand-picked products; each has a
    # foreign key `offer`.
    rows: ClassVar[tuple[type[Model], ...]] = ()
    # Whether its offers may discount other products than those that they count.
    has_targets: ClassVar[bool] = False
    # Its strategies that follow what the catalogue says of products: ladders, or relations of some kinds.
    ways: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    # The type of its own values, if they are its columns.
    values: type[ValuesOfKind] | None = None

    # What an incomplete offer is missing, and whether the catalogue may add it later.
    lacking: ClassVar[Words] = _("Enter what the shopper must do and what they get.")
    waits_for_catalogue: ClassVar[bool] = False

    # The related tables that `summary` reads.
    summary_reads: ClassVar[tuple[str, ...]] = ()
    # Why an offer did not apply or a candidate was removed, by the codes of the decision core.
    codes: ClassVar[Mapping[str, Words]] = {}
    # The reason of a proposal, if it is the kind itself: for a merchandiser, and for a shopper as a message
    # to be translated.
    reason: ClassVar[Words | None] = None
    shopper_reason: ClassVar[str | None] = None
    # The fields that a proposal of the kind has in the API, in addition to those of every proposal.
    api_fields: ClassVar[type[Struct] | None] = None

    def read(self, offers: Sequence[UnreadOffer]) -> Sequence[ValuesOfKind]:
        """Return the own values of these offers, in their order, with a constant number of queries.

        Values of a form are read like saved ones. Raises IncompleteOfferError if they cannot be read.
        """
        values: Any = self.values or (lambda: None)
        return [values(**offer.columns) for offer in offers]

    def terms(self, source: OfferSource[ValuesOfKind]) -> pricing.Terms | None:
        """Return the terms for the pricing core, None while the offer is too incomplete to apply."""
        raise NotImplementedError

    def price_rules(self, values: ValuesOfKind) -> Any:
        """Return the own values that affect the price; if they change, the offer gets a new version."""
        return values

    def summary(self, offer: OfferOfKind) -> str:
        """Return what a shopper gets, in one line for a list; `summary_reads` are prefetched."""
        return benefit(offer.benefit_kind, offer.benefit_value, offer.currency)

    def details(self, detail: DetailOfKind, currency: str) -> tuple[str, ...]:
        """Return the details of a proposal, in a merchandiser's words."""
        del detail, currency
        return ()

    def named_by(self, detail: DetailOfKind) -> tuple[str, ...]:
        """Return further SKUs in a proposal; shoppers may accept any of them."""
        del detail
        return ()

    def render(self, detail: DetailOfKind, currency: str) -> Struct:
        """Return the fields that `api_fields` declares."""
        raise NotImplementedError

    def find_faults(self, source: OfferSource[ValuesOfKind], samples: SampleProducts) -> Iterator[Fault]:
        """Yield the faults that only this kind can have; prices are compared for all kinds."""
        del source, samples
        yield from ()

    def find_warnings(self, source: OfferSource[ValuesOfKind]) -> Iterator[Fault]:
        """Yield what somebody should know who saves the offer like this, beside what concerns all kinds."""
        del source
        yield from ()

    def discounted(self, source: OfferSource[ValuesOfKind]) -> frozenset[int]:
        """Return the products of the offer whose price it changes."""
        return source.picks

    def benefits(self, source: OfferSource[ValuesOfKind]) -> list[pricing.Benefit]:
        """Return every benefit that a unit of the discounted products can get."""
        return [source.benefit]
