"""Offers, bundles and placements as plain records, decoded from a snapshot's columns on first use."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from engine.conditions import AnyCondition, CartRequired, Condition, Trigger
from engine.pricing import Benefit, PricingOffer, Selector
from engine.pricing.kinds import decode_terms
from engine.snapshot import layout
from engine.snapshot.columns import Blobs, Lists, Texts, Views
from engine.snapshot.data import AfterDecline, C, FillIns, RankBy, RefundPolicy


class Wording(NamedTuple):
    """What an offer says to shoppers in one language; a text that is missing is said in the other."""

    headline: str
    body: str


class OfferRecord(Struct, frozen=True, array_like=True):
    """An offer as decisions and quotes read it; `row` is its place in the order in which offers are asked.

    `id` is its primary key, `currency` the currency's code in the snapshot, `curated` and `bundles` are rows;
    `bundles` None is every bundle.
    `conditions` say when it applies, for what is shown and what is charged alike. `pricing` is what carts are
    priced by, None where the offer can apply to nothing. An upgrade may cost up to `max_step_bp` more, and a
    slow mover counts up to `slow_mover_boost`, 0 to 0.5, more. `reduced_at` is when its price began to hold,
    in seconds since 1970-01-01 UTC.
    """

    row: int
    id: int
    code: str
    kind: str
    priority: int
    max_proposals: int
    currency: int
    benefit: Benefit
    strategies: tuple[str, ...]
    max_step_bp: int | None
    slow_mover_boost: float
    curated: tuple[int, ...]
    bundles: tuple[int, ...] | None
    english: Wording
    japanese: Wording
    version: int
    conditions: tuple[AnyCondition, ...]
    pricing: PricingOffer | None
    refund_policy: RefundPolicy
    reduced_at: int

    def condition(self, kind: type[C]) -> C | None:
        """Return the offer's condition of this kind, None where it has none."""
        return next((one for one in self.conditions if isinstance(one, kind)), None)

    def bars(self, condition: Condition) -> bool:
        """Tell whether the offer is barred from a cart for which this condition of it does not hold.

        A trigger that the offer's terms count themselves is left to them: they say how many units it lacks.
        """
        if isinstance(condition, Trigger):
            trigger = Selector(condition.products, condition.categories)
            return self.pricing is not None and trigger not in self.pricing.terms.selectors
        return condition.bars


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(OfferRecord, dec_hook=decode_terms)


def encode_offer(record: OfferRecord) -> bytes:
    """Return the bytes that an `OfferTable` decodes."""
    return _encoder.encode(record)


@dataclass(frozen=True, slots=True)
class BundleRecord:
    """A bundle: `items` are pairs of a product's row and its quantity."""

    row: int
    code: str
    name: str
    currency: int
    benefit: Benefit
    items: tuple[tuple[int, int], ...]


# A decision asks the first few offers of a board: there is no need to unpack all.
_AT_ONCE: Final = 128


class BoardOrder:
    """The offers of a placement that have a place on its board, and who of a set comes first.

    `place_of` is the place of each of their rows, from 0.
    """

    def __init__(self, rows: "list[int]", offer_count: int) -> None:
        self._rows = np.array(rows, np.int64)
        self._byte_count = (offer_count + 7) // 8
        self.place_of = {row: place for place, row in enumerate(rows)}
        self.mask = sum(1 << row for row in self.place_of)

    def sorted(self, offers: int) -> Iterator[int]:
        """Yield the rows of those of the offers that are on the board, in its order."""
        ours = offers & self.mask
        if not ours:
            return
        bits = np.frombuffer(ours.to_bytes(self._byte_count, "little"), np.uint8)
        is_member = np.unpackbits(bits, bitorder="little")
        found = self._rows[is_member[self._rows] == 1]
        for start in range(0, len(found), _AT_ONCE):
            yield from found[start : start + _AT_ONCE].tolist()


@dataclass(frozen=True, slots=True)
class PlacementRecord:
    """A placement and the set of its offers.

    One that `is_about_cart` ignores the product of the page; `is_after_purchase` says that the cart has been
    bought. `order` are the rows of the offers that are asked first, in this order; None: all by priority.
    `reserved` are slots, counted from 1, with the offers that may fill them. `downsell` is the row of the
    offer that follows a declined one, -1 for none. `excluded` is how far each product is excluded here
    (`engine.snapshot.exclusions`), None if none is. `rank_by` is what offers compete by.
    """

    code: str
    slot_count: int
    is_active: bool
    is_about_cart: bool
    is_after_purchase: bool
    offers: int
    order: BoardOrder | None = None
    reserved: tuple[tuple[int, int], ...] = ()
    fill_ins: FillIns = "all"
    after_decline: AfterDecline = "next"
    downsell: int = -1
    excluded: "memoryview[int] | None" = None
    rank_by: RankBy = "margin"

    def with_board_of(self, other: "PlacementRecord") -> "PlacementRecord":
        """Return the placement with the order and the reserved slots of another one."""
        return dataclasses.replace(self, order=other.order, reserved=other.reserved, fill_ins=other.fill_ins)

    @property
    def looks_at(self) -> tuple[bool, bool]:
        """Return what it makes of a request: placements with equal values see the same."""
        return self.is_about_cart, self.is_after_purchase


class OfferTable:
    """The offers by row. Each is decoded once; a worker keeps those that it met."""

    def __init__(self, views: Views) -> None:
        self._decoded: dict[int, OfferRecord] = {}
        self._blobs = Blobs(views, "offer.record")
        self._code = Texts(views, "offer.code")
        self._sets: dict[frozenset[int], frozenset[int]] = {}
        self._cart_trees: dict[int, CartRequired | None] = {}

    def __len__(self) -> int:
        return len(self._code)

    def __getitem__(self, row: int) -> OfferRecord:
        record = self._decoded.get(row)
        if record is None:
            record = self._decoded[row] = self._sharing(_decoder.decode(self._blobs[row]))
        return record

    def code_of(self, row: int) -> str:
        """Return an offer's code without decoding the rest."""
        return self._code[row]

    def cart_tree_of(self, row: int) -> CartRequired | None:
        """Return an offer's tree of conditions on the cart, None without one; looked for once."""
        if row not in self._cart_trees:
            self._cart_trees[row] = self[row].condition(CartRequired)
        return self._cart_trees[row]

    def _sharing(self, record: OfferRecord) -> OfferRecord:
        """Return the offer; large sets of products that several offers name are held in memory once."""
        if record.pricing is None:
            return record
        terms = record.pricing.terms.sharing(self._sets)
        return replace(record, pricing=replace(record.pricing, terms=terms))


class BundleTable:
    """The bundles by row, decoded like offers."""

    def __init__(self, views: Views) -> None:
        self._decoded: dict[int, BundleRecord] = {}
        self._currency = views["bundle.currency"]
        self._benefit_kind, self._benefit_value = views["bundle.benefit_kind"], views["bundle.benefit_value"]
        self._quantity = views["bundle.quantity"]
        self._code, self._name = Texts(views, "bundle.code"), Texts(views, "bundle.name")
        self._items = Lists(views, "bundle.items")

    def __getitem__(self, row: int) -> BundleRecord:
        record = self._decoded.get(row)
        if record is None:
            record = self._decoded[row] = self._decode(row)
        return record

    def _decode(self, row: int) -> BundleRecord:
        start, end = self._items.span(row)
        return BundleRecord(
            row=row,
            code=self._code[row],
            name=self._name[row],
            currency=self._currency[row],
            benefit=_benefit(self._benefit_kind[row], self._benefit_value[row]),
            items=tuple(zip(self._items[row], self._quantity[start:end].tolist(), strict=True)),
        )


def _benefit(code: int, value: int) -> Benefit:
    """Return the benefit behind a kind's code."""
    return Benefit(layout.BENEFIT_KINDS[code], value)
