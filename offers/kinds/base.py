"""What the rest of the product asks of a kind of offer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

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

# An offer of the kind, with its own columns.
OfferOfKind = TypeVar("OfferOfKind", bound=Offer)
# What its own columns and rows say, in plain values; None where every offer has all there is.
ValuesOfKind = TypeVar("ValuesOfKind")
# What a proposal of the kind says beyond its products and their price, or None.
DetailOfKind = TypeVar("DetailOfKind")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an offer makes no sense in money: a stable code, a sentence, and the column to correct, if any."""

    code: str
    text: str
    column: str | None = None


class Kind(Generic[OfferOfKind, ValuesOfKind, DetailOfKind]):
    """A kind of offer: each has a subclass, which overrides what differs, and registers an instance of it."""

    # What it is called in the database and in the API.
    code: ClassVar[str]
    # A symbol of Google's Material Symbols, for the sidebar.
    icon: ClassVar[str]
    # What it asks the shopper to do, for somebody who is about to create an offer.
    invitation: ClassVar[Words]
    # The table with the columns of the kind, or a proxy if it has none.
    model: type[OfferOfKind]
    # Tables whose rows belong to an offer of the kind, besides sources and hand-picked products; each has a
    # foreign key `offer`.
    rows: ClassVar[tuple[type[Model], ...]] = ()
    # The shape of its own values, where that is its columns.
    values: type[ValuesOfKind] | None = None

    # What an offer needs that cannot apply yet, and whether that may come later, from the catalogue.
    lacking: ClassVar[Words] = _("Enter what the shopper must do and what they get.")
    waits_for_catalogue: ClassVar[bool] = False

    # What `summary` reads of other tables.
    summary_reads: ClassVar[tuple[str, ...]] = ()
    # Why an offer of the kind did not apply or a candidate was removed, by the codes of the decision core.
    codes: ClassVar[Mapping[str, Words]] = {}
    # Why something is proposed, if the kind itself is the reason: for a merchandiser, and for a shopper as a
    # message to be translated.
    reason: ClassVar[Words | None] = None
    shopper_reason: ClassVar[str | None] = None
    # The fields that a proposal of the kind has in the API, in addition to those of every proposal.
    api_fields: ClassVar[type[Struct] | None] = None

    def read(self, offers: Sequence[UnreadOffer]) -> Sequence[ValuesOfKind]:
        """Return the own values of offers of the kind, in their order and by a constant number of queries.

        Values of a form are read like saved ones; IncompleteOfferError says why it cannot be.
        """
        values: Any = self.values or (lambda: None)
        return [values(**offer.columns) for offer in offers]

    def terms(self, source: OfferSource[ValuesOfKind]) -> pricing.Terms | None:
        """Return the terms of the pricing core, None while the offer names too little to apply."""
        raise NotImplementedError

    def price_rules(self, values: ValuesOfKind) -> Any:
        """Return what the own values say about the price, for its versions: a change makes a new one."""
        return values

    def summary(self, offer: OfferOfKind) -> str:
        """Return what a shopper gets, in one line of a list; `summary_reads` has been read."""
        return benefit(offer.benefit_kind, offer.benefit_value, offer.currency)

    def details(self, detail: DetailOfKind, currency: str) -> tuple[str, ...]:
        """Return what a proposal says beyond its products and their price, in a merchandiser's words."""
        del detail, currency
        return ()

    def named_by(self, detail: DetailOfKind) -> tuple[str, ...]:
        """Return the further SKUs that a proposal names; shoppers may accept any of them."""
        del detail
        return ()

    def render(self, detail: DetailOfKind, currency: str) -> Struct:
        """Return the fields that `api_fields` declares."""
        raise NotImplementedError

    def find_faults(self, source: OfferSource[ValuesOfKind], samples: SampleProducts) -> Iterator[Fault]:
        """Yield what is wrong with the rule of the kind; prices are compared for all kinds alike."""
        del source, samples
        yield from ()

    def discounted(self, source: OfferSource[ValuesOfKind]) -> frozenset[int]:
        """Return the products that the offer names and whose price it changes."""
        return source.picks

    def benefits(self, source: OfferSource[ValuesOfKind]) -> list[pricing.Benefit]:
        """Return every benefit that a unit of the discounted products can get."""
        return [source.benefit]
