"""Read a snapshot: mapped into memory, shared by all workers, nothing parsed until it is asked for."""

import json
import mmap
import zlib
from bisect import bisect_left
from collections.abc import Mapping
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple, Self

import msgspec
import numpy as np
import numpy.typing as npt

from engine.conditions.circumstances import Used
from engine.experiments.running import Experiments
from engine.learned.acceptance import AcceptanceTable
from engine.learned.scoring import Scoring
from engine.restraint.policy import Policies
from engine.sku import normalize_sku
from engine.snapshot import layout
from engine.snapshot.audiences import read_audiences
from engine.snapshot.columns import Lists, Masks, Texts, Views
from engine.snapshot.conditions import Conditions
from engine.snapshot.counters import NOTHING_USED
from engine.snapshot.exclusions import Exclusions, Restrictions
from engine.snapshot.gates import Gates
from engine.snapshot.goods import GoodsTable
from engine.snapshot.hashing import TextIndex
from engine.snapshot.history import PriorPrices
from engine.snapshot.pricing import PricingTable
from engine.snapshot.records import BoardOrder, BundleTable, OfferTable, PlacementRecord

# How many products each worker caches: their texts, about 10 MB, and their rows by SKU.
_REMEMBERED = 16_384
_EVIDENCE = Struct(f"<{len(layout.EVIDENCE_DECIMALS)}I")
_SUPPORT, _CONFIDENCE, _LIFT, _LLR = (10**decimals for decimals in layout.EVIDENCE_DECIMALS[1:])


class ShownTexts(NamedTuple):
    """What a shopper reads of a product, and where it leads."""

    sku: str
    name: str
    image_url: str
    page_url: str


class CorruptSnapshotError(Exception):
    """A version's files are missing, cut short, altered or of another format."""


class ProductTable:
    """The products by row, primary keys ascending; each attribute is one column."""

    def __init__(self, views: Views) -> None:
        self.pk: memoryview[int] = views["product.pk"]
        self._pks = np.asarray(self.pk)
        self.price: memoryview[int] = views["product.price"]
        self.currency: memoryview[int] = views["product.currency"]
        # The same where a unit can be sold now, NOT_SOLD where it is hidden or sold out.
        self.sold_in: memoryview[int] = views["product.sold_in"]
        # Estimated where it is not known (`engine.snapshot.costs`).
        self.ranking_cost: memoryview[int] = views["product.ranking_cost"]
        self.stock: memoryview[int] = views["product.stock"]
        self.is_hidden: memoryview[int] = views["product.is_hidden"]
        self.category: memoryview[int] = views["product.category"]
        self.slowness: memoryview[float] = views["product.slowness"]
        self.sku = Texts(views, "product.sku")
        self.name = Texts(views, "product.name")
        self._image_url = Texts(views, "product.image_url")
        self._page_url = Texts(views, "product.page_url")
        self._shown: dict[int, ShownTexts] = {}
        self._found: dict[str, int] = {}
        self._by_sku = TextIndex(views["sku.hashes"], views["sku.rows"], self.sku)

    def __len__(self) -> int:
        return len(self.pk)

    def texts_of(self, row: int) -> ShownTexts:
        """Return a product's texts; those shown before are remembered, as few products are shown often."""
        texts = self._shown.get(row)
        if texts is None:
            if len(self._shown) >= _REMEMBERED:
                self._shown.clear()
            texts = ShownTexts(self.sku[row], self.name[row], self._image_url[row], self._page_url[row])
            self._shown[row] = texts
        return texts

    def find(self, sku: str) -> int:
        """Return the row of the product with exactly this SKU, -1 where there is none."""
        row = self._found.get(sku)
        if row is None:
            row = self._by_sku.find(sku)
            if row >= 0:
                if len(self._found) >= _REMEMBERED:
                    self._found.clear()
                self._found[sku] = row
        return row

    def find_pk(self, pk: int) -> int:
        """Return the row of the product with this primary key, -1 where there is none."""
        row = bisect_left(self.pk, pk)
        return row if row < len(self.pk) and self.pk[row] == pk else -1

    def find_pks(self, pks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the row of each of these primary keys, -1 where there is none."""
        if not len(self._pks):
            return np.full(len(pks), -1)
        rows = np.minimum(np.searchsorted(self._pks, pks), len(self._pks) - 1)
        return np.where(self._pks[rows] == pks, rows, -1)


class PartnerTable:
    """What is bought together with each product: links, best first, each with score and evidence.

    A link is a row here; those of a product are the rows `span(product)`. `products` and `scores` are the
    same columns as `product` and `score`, for sums over many links at once.
    """

    def __init__(self, views: Views) -> None:
        self._starts: memoryview[int] = views["partner.starts"]
        self.product: memoryview[int] = views["partner.values"]
        self.score: memoryview[float] = views["partner.score"]
        self.page_score: memoryview[float] = views["partner.page_score"]
        self.products, self.scores = np.asarray(self.product), np.asarray(self.score)
        self.confidence: memoryview[float] = views["partner.confidence"]
        self._evidence: memoryview[int] = views["partner.evidence"]

    def span(self, product: int) -> tuple[int, int]:
        """Return the first link of a product, and the one after its last."""
        return self._starts[product], self._starts[product + 1]

    def start_of(self, product: int) -> int:
        """Return the first link of a product."""
        return self._starts[product]

    def evidence_of(self, link: int) -> tuple[int, float, float, float, float]:
        """Return orders that hold both, support, confidence, lift and log-likelihood ratio, rounded."""
        orders, support, confidence, lift, llr = _EVIDENCE.unpack_from(self._evidence, link * _EVIDENCE.size)
        return orders, support / _SUPPORT, confidence / _CONFIDENCE, lift / _LIFT, llr / _LLR


class LadderTable:
    """The tiers of all ladders: each ladder's from the plainest to the finest."""

    def __init__(self, views: Views) -> None:
        self.product: memoryview[int] = views["tier.product"]
        self.ladder: memoryview[int] = views["tier.ladder"]
        self.starts: memoryview[int] = views["ladder.starts"]
        self.label = Texts(views, "tier.label")
        self.gain_en, self.gain_ja = Texts(views, "tier.gain_en"), Texts(views, "tier.gain_ja")
        self.tiers_of = Lists(views, "product.tiers")


class Snapshot:
    """All that a decision reads, of one version. Immutable but for `used`; safe to share between threads.

    Rows name products, categories, offers and bundles; they mean nothing in another version.
    """

    def __init__(self, manifest: dict[str, Any], views: Views) -> None:
        self.manifest = manifest
        self.version: str = manifest["version"]
        self.built_at: str = manifest["built_at"]
        self.generation: str | None = manifest["generation"]["published_at"]
        self.order_count: int = manifest["generation"]["order_count"]
        self.currencies: list[str] = manifest["currencies"]
        self.scoring = msgspec.convert(manifest["scoring"], Scoring)
        self.acceptance = AcceptanceTable(self.scoring.acceptance)
        self.restraint = msgspec.convert(manifest["restraint"], Policies)
        self.experiments = msgspec.convert(manifest["experiments"], Experiments)
        self.products = ProductTable(views)
        self.category_chain = Lists(views, "category.chain")
        self.category_pk: memoryview[int] = views["category.pk"]
        self.shelves = Lists(views, "shelf")
        self.traits = Lists(views, "product.traits")
        self.partners = PartnerTable(views)
        self.popular = Lists(views, "popular")
        self.popular_orders: memoryview[int] = views["popular.orders"]
        self.whole_shop: int = manifest["counts"]["categories"]
        self.relations = Lists(views, "relation")
        self.relation_kind: memoryview[int] = views["relation.kind"]
        self.ladders = LadderTable(views)
        self.bundles = BundleTable(views)
        self.bundles_with = Lists(views, "product.bundles")
        self.offers = OfferTable(views)
        self.conditions = Conditions(views)
        self.pricing = PricingTable(manifest, views, self.offers)
        self.audiences = read_audiences(views)
        self.goods = GoodsTable(views, self.pricing, self.currencies)
        self.zone: str = manifest["zone"]
        self.context: Mapping[str, list[str] | None] = manifest["context"]
        self.gates = Gates(views, self.conditions, self.pricing)
        # What is used of limits changes with every order: the store replaces it as a whole.
        self.used: Mapping[int, Used] = NOTHING_USED
        self.prior_prices = PriorPrices(views)
        self.exclusions = Exclusions(views, len(self.products))
        self.restrictions = Restrictions(views)
        self.placements = _placements(views, self.conditions, self.exclusions, len(self.offers))
        self._found_offers: dict[str, int] = {}
        self._offer_by_code = TextIndex(
            views["offer.hashes"], views["offer.rows"], Texts(views, "offer.code")
        )

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Map the version in this folder. Raises CorruptSnapshotError where it is not whole."""
        try:
            manifest = json.loads((folder / layout.MANIFEST).read_bytes())
            if manifest["format"] != layout.FORMAT_NUMBER:
                raise CorruptSnapshotError(f"{folder}: format {manifest['format']} is not known here")
            whole = _map(folder / layout.RECORDS)
            if zlib.crc32(whole) != manifest["checksum"]:
                raise CorruptSnapshotError(f"{folder}: the records are not those that were written")
            return cls(manifest, _columns_of(whole, manifest["columns"]))
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise CorruptSnapshotError(f"{folder}: {error!r}") from error

    def find_product(self, sku: str) -> int:
        """Return the row of the product with this SKU in any Unicode form, -1 where there is none."""
        row = self.products.find(sku)
        return row if row >= 0 else self.products.find(normalize_sku(sku))

    def categories_above(self, pk: int) -> list[int]:
        """Return the primary keys of a category and all above it; nothing of one that is gone."""
        row = bisect_left(self.category_pk, pk)
        if row == len(self.category_pk) or self.category_pk[row] != pk:
            return []
        return [self.category_pk[step] for step in self.category_chain[row]]

    def find_offer(self, code: str) -> int:
        """Return the row of the offer with this code, -1 where there is none."""
        row = self._found_offers.get(code)
        if row is None:
            row = self._offer_by_code.find(code)
            if row >= 0:
                self._found_offers[code] = row
        return row


def map_columns(folder: Path, manifest: dict[str, Any]) -> Views:
    """Return the columns of a version that proved whole."""
    return _columns_of(_map(folder / layout.RECORDS), manifest["columns"])


def _map(path: Path) -> memoryview:
    """Map the file; views of it keep the mapping alive."""
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def _columns_of(whole: memoryview, places: dict[str, tuple[Any, int, int]]) -> Views:
    """Return each column as a view of the whole."""
    views = {}
    for name, (code, offset, count) in places.items():
        end = offset + count * memoryview(b"\0" * 8).cast(code).itemsize
        if end > len(whole):
            raise ValueError(f"{name} is cut short")
        views[name] = whole[offset:end].cast(code)
    return views


def _placements(
    views: Views, conditions: Conditions, exclusions: Exclusions, offer_count: int
) -> dict[str, PlacementRecord]:
    """Return the placements by code: there are few, and every request asks for one."""
    orders, reserved = Lists(views, "placement.order"), Lists(views, "placement.reserved")
    may_fill = Masks(views, "mask.reserved")
    placements = {}
    for row, code in enumerate(Texts(views, "placement.code")):
        order, slots = orders[row], reserved[row]
        first, _end = reserved.span(row)
        placements[code] = PlacementRecord(
            code=code,
            slot_count=views["placement.slot_count"][row],
            is_active=bool(views["placement.is_active"][row]),
            is_about_cart=bool(views["placement.is_about_cart"][row]),
            is_after_purchase=bool(views["placement.is_after_purchase"][row]),
            offers=conditions.placement[row],
            order=BoardOrder(order, offer_count) if order else None,
            reserved=tuple((slot, may_fill[first + place]) for place, slot in enumerate(slots)),
            fill_ins=layout.FILL_INS[views["placement.fill_ins"][row]],
            after_decline=layout.AFTER_DECLINE[views["placement.after_decline"][row]],
            downsell=views["placement.downsell"][row],
            rank_by=layout.RANK_BY[views["placement.rank_by"][row]],
            excluded=exclusions.in_placement(row),
        )
    return placements
