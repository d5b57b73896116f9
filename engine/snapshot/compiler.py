"""Turn `SnapshotData` into the flat columns that a snapshot keeps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from engine.conditions import Active
from engine.snapshot import layout
from engine.snapshot.audiences import pack_audiences
from engine.snapshot.columns import Column, Columns, pack_blobs, pack_lists, pack_texts, starts_of
from engine.snapshot.condition_sets import compile_conditions
from engine.snapshot.costs import ranking_costs
from engine.snapshot.data import (
    BundleData,
    LearnedData,
    OfferData,
    PartnerColumns,
    PopularColumns,
    ProductColumns,
    SnapshotData,
    UpgradeTierData,
)
from engine.snapshot.exclusions import pack_exclusions, pack_restrictions
from engine.snapshot.goods import pack_labels
from engine.snapshot.hashing import sorted_hashes
from engine.snapshot.history import pack_history
from engine.snapshot.pricing import UNKNOWN_COST
from engine.snapshot.records import OfferRecord, Wording, encode_offer

# The row of no offer.
NOTHING = -1


def compile_columns(data: SnapshotData) -> tuple[list[str], Columns]:
    """Return the currencies (a currency's code is its position) and every column by its name.

    Offers are put in the order in which they are asked: highest priority first, then oldest.
    """
    offers = sorted(data.offers, key=lambda offer: (-offer.priority, offer.id))
    currencies = sorted(
        {*data.products.currency, *(b.currency for b in data.bundles), *(o.currency for o in offers)}
    )
    code_of = {currency: code for code, currency in enumerate(currencies)}
    columns = {
        **_products(data.products, code_of),
        "product.ranking_cost": ranking_costs(data.products, tax_included=data.rules.tax_included),
        "category.pk": np.array(data.category_pks(), np.int64),
        **pack_history(data.history, len(data.products)),
        **_shelves(data),
        **pack_labels(data.labels, len(data.products)),
        **pack_audiences(data.audiences),
        **pack_lists("product.traits", data.traits or [()] * len(data.products)),
        **compile_learned(data.learned),
        **_relations(data),
        **_ladders(data.ladders, len(data.products)),
        **_bundles(data.bundles, code_of, len(data.products)),
        **_placements(data, {offer.id: row for row, offer in enumerate(offers)}),
        **pack_exclusions(data.exclusions, len(data.placements), len(data.products)),
        **pack_restrictions(data.restrictions, len(data.products)),
        **_offers(offers, code_of),
        **compile_conditions(data, offers, code_of),
    }
    return currencies, columns


def compile_learned(learned: LearnedData) -> Columns:
    """Return the columns that follow from orders, by their names."""
    return {
        "product.slowness": _slowness(learned),
        **_partners(learned.partners),
        **_popular(learned.popular),
    }


def _slowness(learned: LearnedData) -> npt.NDArray[np.float32]:
    """Return how slow each product is; without such facts, none is slow."""
    if learned.slowness is None:
        return np.zeros(len(learned.partners.starts) - 1, np.float32)
    return learned.slowness.astype(np.float32)


def _products(products: ProductColumns, code_of: dict[str, int]) -> Columns:
    """Pack the products; the SKUs' hashes find them by name."""
    hashes, rows = sorted_hashes(products.sku)
    currency = _codes(products.currency, code_of)
    is_sold = ~products.is_hidden & (products.stock != 0)
    return {
        "product.pk": products.pk.astype(np.int64),
        "product.price": products.price_minor.astype(np.int64),
        "product.currency": currency,
        "product.sold_in": np.where(is_sold, currency, layout.NOT_SOLD).astype(np.uint16),
        "product.stock": products.stock.astype(np.int64),
        "product.cost": _numbers_or(products.cost_minor, len(products), UNKNOWN_COST),
        "product.tax_rate": _numbers_or(products.tax_rate_bp, len(products), 0),
        "product.is_tax_included": _numbers_or(products.is_tax_included, len(products), 1).astype(np.uint8),
        "product.is_hidden": products.is_hidden.astype(np.uint8),
        "product.category": products.category.astype(np.int32),
        "sku.hashes": hashes,
        "sku.rows": rows,
        **pack_texts("product.sku", products.sku),
        **pack_texts("product.name", products.name),
        **pack_texts("product.image_url", products.image_url),
        **pack_texts("product.page_url", products.page_url),
    }


def _shelves(data: SnapshotData) -> Columns:
    """Pack the products of each category that may be shown, the cheapest first."""
    products = data.products
    rows = np.flatnonzero(~products.is_hidden & (products.category >= 0))
    category = products.category[rows]
    ranked = np.lexsort((rows, products.price_minor[rows], category))
    return {
        "shelf.starts": starts_of(np.bincount(category, minlength=len(data.category_parent)).tolist()),
        "shelf.values": rows[ranked].astype(np.uint32),
    }


def _partners(partners: PartnerColumns) -> Columns:
    """Pack the partner lists and, beside their values, score and evidence."""
    return {
        "partner.starts": partners.starts.astype(np.uint32),
        "partner.values": partners.product.astype(np.uint32),
        "partner.score": partners.score.astype(np.float32),
        "partner.page_score": (partners.score if partners.page_score is None else partners.page_score).astype(
            np.float32
        ),
        "partner.confidence": partners.confidence.astype(np.float32),
        "partner.evidence": _evidence(partners),
    }


def _evidence(partners: PartnerColumns) -> npt.NDArray[np.uint32]:
    """Return five whole numbers a link: an answer names all of them, so they lie in one place."""
    figures: tuple[Column, ...] = (
        partners.orders,
        partners.support,
        partners.confidence,
        partners.lift,
        partners.llr,
    )
    evidence = np.empty((len(partners.product), len(figures)), np.uint32)
    for place, (figure, decimals) in enumerate(zip(figures, layout.EVIDENCE_DECIMALS, strict=True)):
        shown = np.rint(figure.astype(np.float64) * 10**decimals)
        evidence[:, place] = shown.clip(0, np.iinfo(np.uint32).max).astype(np.uint32)
    return evidence.ravel()


def _popular(popular: PopularColumns) -> Columns:
    """Pack the best sellers; the list after the last category's is the whole shop's."""
    return {
        "popular.starts": popular.starts.astype(np.uint32),
        "popular.values": popular.product.astype(np.uint32),
        "popular.orders": popular.orders.astype(np.uint32),
    }


def _relations(data: SnapshotData) -> Columns:
    """Pack the relations of each product, in the merchandiser's order."""
    owner = np.fromiter((relation.product for relation in data.relations), np.int64)
    if np.any(np.diff(owner) < 0):
        raise ValueError("Relations must be sorted by product.")
    kinds = [relation.kind for relation in data.relations]
    return {
        "relation.starts": starts_of(np.bincount(owner, minlength=len(data.products))),
        "relation.values": np.fromiter((relation.related for relation in data.relations), np.uint32),
        "relation.kind": _codes(kinds, _positions(layout.RELATION_KINDS)),
    }


def _ladders(ladders: Sequence[Sequence[UpgradeTierData]], product_count: int) -> Columns:
    """Pack the tiers of all ladders in one table, and for each product the rows it stands on."""
    tiers = [tier for ladder in ladders for tier in ladder]
    rows = _rows_by_product(((tier.product, row) for row, tier in enumerate(tiers)), product_count)
    starts = starts_of([len(ladder) for ladder in ladders])
    return {
        "tier.product": np.fromiter((tier.product for tier in tiers), np.uint32),
        "tier.ladder": np.repeat(np.arange(len(ladders), dtype=np.uint32), np.diff(starts)),
        "ladder.starts": starts,
        **pack_texts("tier.label", [tier.label for tier in tiers]),
        **pack_texts("tier.gain_en", [tier.gain_en for tier in tiers]),
        **pack_texts("tier.gain_ja", [tier.gain_ja for tier in tiers]),
        **pack_lists("product.tiers", rows),
    }


def _bundles(bundles: Sequence[BundleData], code_of: dict[str, int], product_count: int) -> Columns:
    """Pack the bundles, and for each product the bundles that hold it."""
    holders = ((product, row) for row, bundle in enumerate(bundles) for product, _ in bundle.items)
    return {
        "bundle.currency": _codes([bundle.currency for bundle in bundles], code_of),
        "bundle.benefit_kind": _codes([b.benefit_kind for b in bundles], _positions(layout.BENEFIT_KINDS)),
        "bundle.benefit_value": np.fromiter((bundle.benefit_value for bundle in bundles), np.int64),
        "bundle.quantity": np.fromiter((n for bundle in bundles for _, n in bundle.items), np.uint32),
        **pack_texts("bundle.code", [bundle.code for bundle in bundles]),
        **pack_texts("bundle.name", [bundle.name for bundle in bundles]),
        **pack_lists("bundle.items", [[product for product, _ in bundle.items] for bundle in bundles]),
        **pack_lists("product.bundles", _rows_by_product(holders, product_count)),
    }


def _placements(data: SnapshotData, row_of: Mapping[int, int]) -> Columns:
    """Pack the placements; the masks of their offers are in `engine.snapshot.conditions`.

    `row_of` has the row of each offer by its primary key; an offer that is gone is left out.
    """
    orders = [[row_of[offer] for offer in one.order if offer in row_of] for one in data.placements]
    downsells = [row_of.get(one.downsell or 0, NOTHING) for one in data.placements]
    fill_ins, after_decline = _positions(layout.FILL_INS), _positions(layout.AFTER_DECLINE)
    rank_by = _positions(layout.RANK_BY)
    return {
        **pack_lists("placement.order", orders),
        "placement.downsell": np.array(downsells, np.int32),
        "placement.fill_ins": _codes([one.fill_ins for one in data.placements], fill_ins),
        "placement.after_decline": _codes([one.after_decline for one in data.placements], after_decline),
        "placement.rank_by": _codes([one.rank_by for one in data.placements], rank_by),
        "placement.slot_count": np.fromiter((p.slot_count for p in data.placements), np.uint32),
        "placement.is_active": np.fromiter((p.is_active for p in data.placements), np.uint8),
        "placement.is_about_cart": np.fromiter((p.is_about_cart for p in data.placements), np.uint8),
        "placement.is_after_purchase": np.fromiter((p.is_after_purchase for p in data.placements), np.uint8),
        **pack_texts("placement.code", [placement.code for placement in data.placements]),
    }


def _offers(offers: Sequence[OfferData], code_of: dict[str, int]) -> Columns:
    """Pack each offer as one record, and the columns that find it."""
    hashes, rows = sorted_hashes([offer.code for offer in offers])
    is_active = [Active(is_active=False) not in offer.conditions for offer in offers]
    records = [_record(offer, row, code_of[offer.currency]) for row, offer in enumerate(offers)]
    return {
        "offer.hashes": hashes,
        "offer.rows": rows,
        "offer.is_active": np.array(is_active, np.uint8),
        **pack_texts("offer.code", [offer.code for offer in offers]),
        **pack_blobs("offer.record", [encode_offer(record) for record in records]),
    }


def _record(offer: OfferData, row: int, currency: int) -> OfferRecord:
    """Return the offer as decisions and quotes read it; a missing text is given in the other language."""
    return OfferRecord(
        row=row,
        id=offer.id,
        code=offer.code,
        kind=offer.kind,
        priority=offer.priority,
        max_proposals=offer.max_proposals,
        currency=currency,
        benefit=offer.benefit,
        strategies=offer.strategies,
        max_step_bp=offer.max_step_bp,
        slow_mover_boost=offer.slow_mover_boost_bp / 10_000,
        curated=offer.curated,
        bundles=offer.bundles,
        english=Wording(offer.headline_en or offer.headline_ja, offer.body_en or offer.body_ja),
        japanese=Wording(offer.headline_ja or offer.headline_en, offer.body_ja or offer.body_en),
        version=offer.version,
        conditions=offer.conditions,
        pricing=offer.pricing,
        refund_policy=offer.refund_policy,
        reduced_at=offer.reduced_at,
    )


def _numbers_or(
    values: npt.NDArray[np.int64] | npt.NDArray[np.bool_] | None, count: int, missing: int
) -> npt.NDArray[np.int64]:
    """Return the values, or an array of `missing` if there are none."""
    return np.full(count, missing, np.int64) if values is None else values.astype(np.int64)


def _positions(codes: Sequence[str]) -> dict[str, int]:
    """Return the number that stands for each code."""
    return {code: position for position, code in enumerate(codes)}


def _codes(values: Sequence[str], code_of: dict[str, int]) -> npt.NDArray[np.uint16]:
    """Return the numbers that stand for the values."""
    return np.fromiter(map(code_of.__getitem__, values), np.uint16, len(values))


def _rows_by_product(pairs: Iterable[tuple[int, int]], product_count: int) -> list[Sequence[int]]:
    """Return for each product the rows that name it, ascending."""
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for product, row in pairs:
        rows[product].append(row)
    return [rows.get(product, ()) for product in range(product_count)]
