"""Products: bulk upsert and price history."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from msgspec import UNSET
from msgspec.json import encode

from catalog.database.bulk import among, among_sql, listed_parameter, stored_datetime
from catalog.models import PriceChange, Product
from catalog.services.category import get_or_create_paths
from catalog.services.currency import refusals_of_currency
from catalog.services.product_input import (
    Draft,
    MoneyInput,
    Outcome,
    ProductInput,
    ProductVerdict,
    draft_items,
)
from catalog.services.revision import raise_revision
from catalog.services.values import FieldError, InvalidValueError, clean_amount, clean_currency

__all__ = [
    "MoneyInput",
    "Outcome",
    "ProductInput",
    "ProductVerdict",
    "record_price_change",
    "upsert_products",
]

Row = dict[str, Any]

# Every column an upsert can write, with its default for a new product.
DEFAULTS: Row = {
    "sku": "",
    "name": "",
    "description": "",
    "brand": "",
    "category_id": None,
    "currency": "",
    "price_minor": 0,
    "cost_minor": None,
    "tax_rate_bp": 0,
    "is_tax_included": True,
    "stock": None,
    "is_hidden": False,
    "image_url": "",
    "page_url": "",
    "attributes": {},
    "replenishment_days": None,
}
_COLUMNS = tuple(DEFAULTS)
_WRITTEN = (*_COLUMNS, "created_at", "updated_at")
_NAMES = ", ".join(_WRITTEN)
# PostgreSQL gets all rows in one statement; SQLite has no network round trips and reads parameters faster.
_WRITE = {
    "postgresql": f"SELECT {_NAMES} FROM jsonb_populate_recordset(NULL::catalog_product, %s)",  # noqa: S608
    "sqlite": f"VALUES ({', '.join(['%s'] * len(_WRITTEN))})",
}
_ON_CONFLICT = ", ".join(f"{column} = excluded.{column}" for column in _WRITTEN[1:] if column != "created_at")


@transaction.atomic
def upsert_products(*, items: Sequence[ProductInput], at: datetime) -> list[ProductVerdict]:
    """Create or update many products by SKU; return the verdicts in the order of the items.

    Invalid data is rejected item by item and never raised. The number of queries does not depend on the
    number of items. The catalogue's revision is raised only if something changed.
    """
    drafts = draft_items(items)
    stored = _lock(draft.sku for draft in drafts if not draft.errors)
    for draft in drafts:
        if draft.sku:
            _settle_prices(draft, stored.get(draft.sku))
    _refuse_currencies(drafts, stored)
    accepted = [draft for draft in drafts if not draft.errors]
    _settle_categories(accepted)
    changed = [draft for draft in accepted if not _equals(draft.columns, stored.get(draft.sku))]
    repriced = [draft.sku for draft in changed if _is_repriced(draft.columns, stored.get(draft.sku))]
    if changed:
        # In the same order as `_lock`, so that two upserts queue instead of deadlocking.
        _write(sorted((draft.columns for draft in changed), key=itemgetter("sku")), at)
        _add_prices(repriced, at)
        raise_revision(domain="catalog")
    return _verdicts(drafts, changed, stored)


@transaction.atomic
def record_price_change(*, product: Product, at: datetime) -> bool:
    """Add the product's price to its history, unless it is already the latest one."""
    last = PriceChange.objects.filter(product=product).order_by("-changed_at").first()
    if last and (last.currency, last.price_minor) == (product.currency, product.price_minor):
        return False
    _add_prices([product.sku], at)
    return True


def _lock(skus: Iterable[str]) -> dict[str, Row]:
    rows = Product.objects.select_for_update().filter(among("sku", skus)).order_by("sku")
    return {row["sku"]: row for row in rows.values(*_COLUMNS)}


def _settle_prices(draft: Draft, stored: Row | None) -> None:
    """Complete the draft's columns from the stored row; amounts need the product's currency."""
    given = draft.columns
    item = draft.item
    draft.columns = {**(stored or DEFAULTS), **given, "sku": draft.sku}
    if stored is None:
        draft.columns["currency"] = settings.AWASE_CURRENCY
        for name in ("name", "price"):
            if getattr(item, name) is UNSET:
                detail = _("Required for a new product.")
                draft.errors.append(FieldError(f"/{name}", "required", detail))
    if item.price is not UNSET:
        _read_money(draft, "price", item.price)
    currency = draft.columns["currency"]
    if item.cost is None:
        draft.columns["cost_minor"] = None
    elif item.cost is not UNSET:
        _read_money(draft, "cost", item.cost)
    elif stored and stored["cost_minor"] is not None and currency != stored["currency"]:
        detail = _("The currency changes, so the cost must be given in the new currency too.")
        draft.errors.append(FieldError("/cost", "currency_mismatch", detail))


def _refuse_currencies(drafts: Sequence[Draft], stored: Mapping[str, Row]) -> None:
    """Refuse another currency for a product on whose currency something depends."""
    changing = {
        draft.sku: draft
        for draft in drafts
        if draft.sku in stored and draft.columns["currency"] != stored[draft.sku]["currency"]
    }
    for sku, detail in refusals_of_currency(changing).items():
        changing[sku].errors.append(FieldError("/price/currency", "currency_in_use", detail))


def _read_money(draft: Draft, name: str, money: Any) -> None:
    """Read a price, which sets the currency, or a cost, which must be in the same currency."""
    if not isinstance(money, MoneyInput):
        detail = _("Must be an amount with a currency.")
        draft.errors.append(FieldError(f"/{name}", "type", detail))
        return
    currency = draft.columns["currency"]
    try:
        if money.currency is not UNSET:
            currency = clean_currency(money.currency)
    except InvalidValueError as error:
        draft.refuse(f"/{name}/currency", error)
        return
    if name == "cost" and currency != draft.columns["currency"]:
        detail = _("Must be in the same currency as the price.")
        draft.errors.append(FieldError("/cost/currency", "currency_mismatch", detail))
        return
    draft.columns["currency"] = currency
    try:
        draft.columns[f"{name}_minor"] = clean_amount(money.amount, currency=currency)
    except InvalidValueError as error:
        draft.refuse(f"/{name}/amount", error)


def _settle_categories(drafts: Iterable[Draft]) -> None:
    drafts = [draft for draft in drafts if draft.category is not UNSET]
    keys = get_or_create_paths(paths={str(draft.category) for draft in drafts if draft.category})
    for draft in drafts:
        draft.columns["category_id"] = keys[str(draft.category)] if draft.category else None


def _equals(row: Row, stored: Row | None) -> bool:
    # In Python, True equals 1; in JSON it does not.
    if stored is None or row != stored:
        return False
    return encode(row["attributes"], order="sorted") == encode(stored["attributes"], order="sorted")


def _is_repriced(row: Row, stored: Row | None) -> bool:
    return stored is None or any(row[column] != stored[column] for column in ("currency", "price_minor"))


def _write(rows: list[Row], at: datetime) -> None:
    moment = str(stored_datetime(at))
    complete = [{**row, "created_at": moment, "updated_at": moment} for row in rows]
    statement = f"""
        INSERT INTO catalog_product ({_NAMES}) {_WRITE[connection.vendor]}
        ON CONFLICT (sku) DO UPDATE SET {_ON_CONFLICT}
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(statement, [encode(complete).decode()])
        else:
            cursor.executemany(statement, [_values(row) for row in complete])


def _values(row: Row) -> list[Any]:
    row["attributes"] = encode(row["attributes"]).decode()
    return [row[column] for column in _WRITTEN]


def _add_prices(skus: Iterable[str], at: datetime) -> None:
    """Add the current prices to the price history, at most one per product and time."""
    statement = f"""
        INSERT INTO catalog_pricechange (product_id, currency, price_minor, changed_at)
        SELECT id, currency, price_minor, %s FROM catalog_product WHERE {among_sql("sku")}
        ON CONFLICT (product_id, changed_at) DO UPDATE
        SET currency = excluded.currency, price_minor = excluded.price_minor
    """  # noqa: S608 (the condition holds one parameter)
    with connection.cursor() as cursor:
        cursor.execute(statement, [stored_datetime(at), listed_parameter(skus)])


def _verdicts(drafts: list[Draft], changed: list[Draft], stored: dict[str, Row]) -> list[ProductVerdict]:
    is_changed = {draft.sku for draft in changed}
    verdicts = []
    for draft in drafts:
        if draft.errors:
            verdicts.append(ProductVerdict(draft.shown_sku, Outcome.REJECTED, tuple(draft.errors)))
        elif draft.sku not in is_changed:
            verdicts.append(ProductVerdict(draft.sku, Outcome.UNCHANGED))
        else:
            outcome = Outcome.UPDATED if draft.sku in stored else Outcome.CREATED
            verdicts.append(ProductVerdict(draft.sku, outcome))
    return verdicts
