"""Collect the newest generation, with what merchandisers decided on top."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.learned.evidence import EXPLAINED, explain_partners
from engine.learned.generations import PARTNER, POPULAR, Records
from engine.snapshot import data
from offers.models import OverrideAction, PartnerOverride, PopularProducts, ProductPartners
from offers.services.collection.rows import Ints, rows_of


def collect_partners(
    generation_id: int | None, product_pks: Ints, *, order_count: int
) -> data.PartnerColumns:
    """Return each product's partners: the pinned ones first, no vetoed one, none that is gone.

    `order_count` is the number of orders that the pairs were counted in.
    """
    owner, partner, records = _learned_partners(generation_id, product_pks, order_count=order_count)
    pins, vetoes = _overrides(product_pks)
    product_count = max(len(product_pks), 1)
    links = owner * product_count + partner
    kept = (owner != data.UNKNOWN) & (partner != data.UNKNOWN) & ~np.isin(links, vetoes)
    if not kept.all():
        links, records = links[kept], records[kept]
    if len(pins):
        links, records = _pinned(pins, links, records, product_count)
    owner, partner = np.divmod(links, product_count)
    return data.PartnerColumns(
        starts=_starts_of(owner, len(product_pks)),
        product=partner,
        score=records["score"],
        orders=records["orders"].astype(np.int64),
        support=records["support"],
        confidence=records["confidence"],
        lift=records["lift"],
        llr=records["llr"],
        page_score=records["page_score"],
    )


def _pinned(pins: Ints, links: Ints, records: Records, product_count: int) -> tuple[Ints, Records]:
    """Return the links with those that are pinned, and the records, each product's pins first."""
    fresh = pins[~np.isin(pins, links[np.isin(links, pins)])]
    links = np.concatenate([links, fresh])
    records = np.concatenate([records, np.zeros(len(fresh), EXPLAINED)])
    is_pinned = np.isin(links, pins)
    for score in ("score", "page_score"):
        records[score][is_pinned] += data.PIN_SCORE
    # Stable: within pinned and learned the order is the merchandiser's and the statistics'.
    order = np.lexsort((~is_pinned, links // product_count))
    return links[order], records[order]


def collect_popular(generation_id: int | None, category_pks: Ints, product_pks: Ints) -> data.PopularColumns:
    """Return the best sellers of each category and, last, of the whole shop."""
    table = PopularProducts.objects.order_by("pk").values_list("category_id", "products")
    lists = list(table.filter(generation_id=generation_id)) if generation_id is not None else []
    whole_shop = len(category_pks)
    categories = rows_of(category_pks, np.array([category or 0 for category, _ in lists], np.int64))
    named = np.array([category is not None for category, _ in lists], np.bool_)
    owner, records = _flatten(np.where(named, categories, whole_shop), [blob for _, blob in lists], POPULAR)
    product = rows_of(product_pks, records["product"])
    kept = np.flatnonzero((owner != data.UNKNOWN) & (product != data.UNKNOWN))
    order = kept[np.argsort(owner[kept], kind="stable")]
    return data.PopularColumns(
        starts=_starts_of(owner[order], whole_shop + 1),
        product=product[order],
        orders=records["orders"][order].astype(np.int64),
    )


def _learned_partners(
    generation_id: int | None, product_pks: Ints, *, order_count: int
) -> tuple[Ints, Ints, Records]:
    """Return owner row, partner row and EXPLAINED record of each learned link."""
    table = ProductPartners.objects.order_by("product_id").values_list(
        "product_id", "order_count", "partners"
    )
    lists = list(table) if generation_id is not None else []
    products = np.array([owner for owner, _, _ in lists], np.int64)
    orders = np.array([count for _, count, _ in lists], np.int64)
    place, records = _flatten(np.arange(len(lists)), [blob for _, _, blob in lists], PARTNER)
    lists.clear()
    explained = explain_partners(
        records,
        own_orders=orders[place],
        products=products,
        product_orders=orders,
        order_count=order_count,
    )
    return rows_of(product_pks, products)[place], rows_of(product_pks, records["product"]), explained


def _overrides(product_pks: Ints) -> tuple[Ints, Ints]:
    """Return the pinned and the vetoed links as owner × products + partner, in their order."""
    table = list(PartnerOverride.objects.order_by("pk").values_list("product_id", "partner_id", "action"))
    owner = rows_of(product_pks, np.array([row[0] for row in table], np.int64))
    partner = rows_of(product_pks, np.array([row[1] for row in table], np.int64))
    links = owner * max(len(product_pks), 1) + partner
    known = (owner != data.UNKNOWN) & (partner != data.UNKNOWN)
    is_pin = np.array([row[2] == OverrideAction.PIN for row in table], np.bool_)
    return links[known & is_pin], links[known & ~is_pin]


def _flatten(
    owners: Ints, blobs: Sequence[bytes | memoryview], dtype: np.dtype[np.void]
) -> tuple[Ints, Records]:
    """Return all records of the blobs one after the other, and the owner of each."""
    lengths = np.fromiter(map(len, blobs), np.int64, len(blobs)) // dtype.itemsize
    return np.repeat(owners, lengths), np.frombuffer(b"".join(blobs), dtype)


def _starts_of(owner: Ints, count: int) -> npt.NDArray[np.int64]:
    """Return where each owner's records start once sorted by owner, shape (count + 1,)."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(owner, minlength=count))])
