"""Collect what can be sold: categories, products, relations, ladders and bundles."""

from itertools import groupby
from operator import itemgetter

import numpy as np

from catalog.database.columns import read_columns
from catalog.models import Bundle, BundleItem, Category, ProductRelation, UpgradeTier
from engine.snapshot.data import (
    UNKNOWN,
    UNTRACKED,
    BundleData,
    ProductColumns,
    ProductRelationData,
    UpgradeTierData,
)
from engine.snapshot.pricing import UNKNOWN_COST
from offers.services.collection.rows import Ints, Rows, rows_of

_PRODUCT_TEXTS = ("sku", "name", "image_url", "page_url", "currency")
_PRODUCT_INTEGERS = (
    "id",
    "price_minor",
    f"coalesce(stock, {UNTRACKED})",
    "CASE WHEN is_hidden THEN 1 ELSE 0 END",
    "coalesce(category_id, 0)",
    f"coalesce(cost_minor, {UNKNOWN_COST})",
    "tax_rate_bp",
    "CASE WHEN is_tax_included THEN 1 ELSE 0 END",
)


def collect_categories() -> tuple[Ints, Ints]:
    """Return the categories' primary keys, ascending, and the row of each one's parent."""
    table = np.array(
        [(pk, parent or 0) for pk, parent in Category.objects.order_by("pk").values_list("pk", "parent_id")],
        np.int64,
    ).reshape(-1, 2)
    return table[:, 0], rows_of(table[:, 0], table[:, 1])


def collect_products(category_pks: Ints) -> ProductColumns:
    """Return the products, by primary key."""
    (pk, price, stock, is_hidden, category, cost, tax_rate, is_tax_included), texts = read_columns(
        "catalog_product", integers=_PRODUCT_INTEGERS, texts=_PRODUCT_TEXTS
    )
    sku, name, image_url, page_url, currency = texts
    return ProductColumns(
        pk=pk,
        sku=sku,
        name=name,
        image_url=image_url,
        page_url=page_url,
        price_minor=price,
        currency=currency,
        stock=stock,
        is_hidden=is_hidden.astype(np.bool_),
        category=rows_of(category_pks, category),
        cost_minor=cost,
        tax_rate_bp=tax_rate,
        is_tax_included=is_tax_included.astype(np.bool_),
    )


def collect_relations(product_pks: Ints) -> list[ProductRelationData]:
    """Return the relations whose products are both known, by product and then in their order."""
    table = list(
        ProductRelation.objects.order_by("product_id", "position", "pk").values_list(
            "product_id", "related_id", "kind"
        )
    )
    products = rows_of(product_pks, np.array([row[0] for row in table], np.int64)).tolist()
    others = rows_of(product_pks, np.array([row[1] for row in table], np.int64)).tolist()
    return [
        ProductRelationData(product, other, kind)
        for product, other, (_, _, kind) in zip(products, others, table, strict=True)
        if UNKNOWN not in (product, other)
    ]


def collect_ladders(product_pks: Ints) -> list[list[UpgradeTierData]]:
    """Return the active ladders, each from the plainest to the finest tier."""
    table = list(
        UpgradeTier.objects.filter(ladder__is_active=True)
        .order_by("ladder_id", "position", "pk")
        .values_list("product_id", "label", "gain_en", "gain_ja", "ladder_id")
    )
    products = rows_of(product_pks, np.array([row[0] for row in table], np.int64)).tolist()
    known = [
        (ladder, UpgradeTierData(product, label, gain_en, gain_ja))
        for product, (_, label, gain_en, gain_ja, ladder) in zip(products, table, strict=True)
        if product != UNKNOWN
    ]
    return [[tier for _, tier in tiers] for _, tiers in groupby(known, key=itemgetter(0))]


def collect_bundles(product_pks: Ints) -> tuple[Rows, list[BundleData]]:
    """Return the active bundles that hold something, and the row of each.

    A bundle of which a product is not known is left out: half a bundle is another bundle, and one unit none.
    """
    table = BundleItem.objects.filter(bundle__is_active=True).order_by("bundle_id", "position", "pk")
    items = list(table.values_list("bundle_id", "product_id", "quantity"))
    products = rows_of(product_pks, np.array([row[1] for row in items], np.int64)).tolist()
    parts: dict[int, list[tuple[int, int]]] = {}
    for product, (bundle, _, quantity) in zip(products, items, strict=True):
        parts.setdefault(bundle, []).append((product, quantity))
    whole = {
        pk: held
        for pk, held in parts.items()
        if all(product != UNKNOWN for product, _ in held) and sum(units for _, units in held) > 1
    }
    heads = Bundle.objects.filter(is_active=True).order_by("pk")
    found = [
        (pk, BundleData(code, name, currency, tuple(whole[pk]), kind, value))
        for pk, code, name, currency, kind, value in heads.values_list(
            "pk", "code", "name", "currency", "benefit_kind", "benefit_value"
        )
        if pk in whole
    ]
    return Rows.of(pk for pk, _ in found), [bundle for _, bundle in found]
