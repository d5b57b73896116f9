"""Offers, bundles and placements as plain records, decoded from a snapshot's columns on first use."""

from dataclasses import dataclass
from typing import NamedTuple

from engine.pricing import Benefit
from engine.snapshot import layout
from engine.snapshot.columns import Lists, Texts, Views


class Wording(NamedTuple):
    """What an offer says to shoppers in one language; a text that is missing is said in the other."""

    headline: str
    body: str


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """What an offer proposes; `row` is its place in the order in which offers are asked.

    `currency` is the currency's code in the snapshot, `curated` and `bundles` are rows. `has_floor` says
    that something keeps its discount from being the whole benefit. An upgrade may be dearer by `max_step_bp`,
    and a slow mover counts up to `slow_mover_boost`, 0 to 0.5, more.
    """

    row: int
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
    bundles: tuple[int, ...]
    english: Wording
    japanese: Wording
    version: int
    has_floor: bool


@dataclass(frozen=True, slots=True)
class BundleRecord:
    """A bundle: `items` are pairs of a product's row and its quantity."""

    row: int
    code: str
    name: str
    currency: int
    benefit: Benefit
    items: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PlacementRecord:
    """A placement and the set of its offers."""

    code: str
    slot_count: int
    is_active: bool
    offers: int


class OfferTable:
    """The offers by row. Each is decoded once; a worker keeps those that it met."""

    def __init__(self, views: Views) -> None:
        self._decoded: dict[int, OfferRecord] = {}
        self._kind, self._currency = views["offer.kind"], views["offer.currency"]
        self._priority, self._max_proposals = views["offer.priority"], views["offer.max_proposals"]
        self._benefit_kind, self._benefit_value = views["offer.benefit_kind"], views["offer.benefit_value"]
        self._max_step_bp, self._slow_mover_boost_bp = (
            views["offer.max_step_bp"],
            views["offer.slow_mover_boost_bp"],
        )
        self._version, self._has_floor = views["offer.version"], views["offer.has_floor"]
        self._code = Texts(views, "offer.code")
        self._headline_en, self._headline_ja = (
            Texts(views, "offer.headline_en"),
            Texts(views, "offer.headline_ja"),
        )
        self._body_en, self._body_ja = Texts(views, "offer.body_en"), Texts(views, "offer.body_ja")
        self._strategies = Lists(views, "offer.strategies")
        self._curated, self._bundles = Lists(views, "offer.curated"), Lists(views, "offer.bundles")

    def __len__(self) -> int:
        return len(self._kind)

    def __getitem__(self, row: int) -> OfferRecord:
        record = self._decoded.get(row)
        if record is None:
            record = self._decoded[row] = self._decode(row)
        return record

    def code_of(self, row: int) -> str:
        """Return an offer's code without decoding the rest."""
        return self._code[row]

    def _decode(self, row: int) -> OfferRecord:
        kind = layout.OFFER_KINDS[self._kind[row]]
        max_step_bp = self._max_step_bp[row]
        headline_en, headline_ja = self._headline_en[row], self._headline_ja[row]
        body_en, body_ja = self._body_en[row], self._body_ja[row]
        return OfferRecord(
            row=row,
            code=self._code[row],
            kind=kind,
            priority=self._priority[row],
            max_proposals=self._max_proposals[row],
            currency=self._currency[row],
            benefit=_benefit(self._benefit_kind[row], self._benefit_value[row]),
            strategies=self._strategies_of(row, kind),
            max_step_bp=None if max_step_bp == layout.NO_LIMIT else max_step_bp,
            slow_mover_boost=self._slow_mover_boost_bp[row] / 10_000,
            curated=tuple(self._curated[row]),
            bundles=tuple(self._bundles[row]),
            english=Wording(headline_en or headline_ja, body_en or body_ja),
            japanese=Wording(headline_ja or headline_en, body_ja or body_en),
            version=self._version[row],
            has_floor=bool(self._has_floor[row]),
        )

    def _strategies_of(self, row: int, kind: str) -> tuple[str, ...]:
        """Return what the offer asks, in order; a kind with terms of its own asks these."""
        if kind in layout.KINDS_WITH_TERMS:
            return (kind,)
        return tuple(layout.STRATEGIES[code] for code in self._strategies[row])


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
