"""The price of the bundle in a form, calculated during editing."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from catalog.admin.amounts import BenefitField
from catalog.models import BenefitKind, Product
from catalog.models.fields import validate_currency
from catalog.services.amounts import money, percentage
from catalog.services.tax_mode import shop_tax_mode
from engine.pricing import Benefit
from offers.kinds.bundle.price import BundleDraft, find_part_faults, price_draft

MAX_PARTS = 200
MAX_QUANTITY = 999


class PriceDraftError(Exception):
    """The bundle in the form has no price yet; the message says what is missing."""


def read_draft(data: Mapping[str, Any]) -> BundleDraft:
    """Read the fields of the bundle's form; one query for all products, one for the tax mode."""
    currency = str(data.get("currency", "")).strip()
    kind = str(data.get("benefit_kind", ""))
    try:
        validate_currency(currency)
        field = BenefitField(required=False)
        value = field.stored(
            field.clean(data.get("benefit_value", "")), {"currency": currency, "benefit_kind": kind}
        )
    except ValidationError as error:
        raise PriceDraftError(" ".join(error.messages)) from error
    quantities = _read_quantities(data)
    products = Product.objects.in_bulk(quantities)
    parts = tuple((products[key], count) for key, count in quantities.items() if key in products)
    draft = BundleDraft(currency, _benefit(kind, value or 0), parts, shop_tax_mode())
    faults = [fault.text for fault in find_part_faults(draft)]
    if faults:
        raise PriceDraftError(" ".join(faults))
    return draft


def describe_price(draft: BundleDraft) -> dict[str, Any]:
    """Return the price in the reader's language: totals, and what falls on each part."""
    price = price_draft(draft)
    saving = price.list_minor - price.offer_minor
    shares = zip(draft.parts, price.line_minor, strict=True)
    return {
        "list": money(price.list_minor, draft.currency),
        "price": money(price.offer_minor, draft.currency),
        "saving": money(saving, draft.currency),
        "percent": percentage(f"{100 * saving / price.list_minor:.1f}") if price.list_minor else "",
        "lines": [
            {
                "name": product.name,
                "quantity": count,
                "list": money(draft.mode.price_of(product) * count, draft.currency),
                "price": money(share, draft.currency),
            }
            for (product, count), share in shares
        ],
    }


def _benefit(kind: str, value: int) -> Benefit:
    match kind:
        case BenefitKind.PERCENT:
            return Benefit("percent", value)
        case BenefitKind.AMOUNT:
            return Benefit("amount", value)
        case BenefitKind.FIXED:
            return Benefit("fixed", value)
        case _:
            return Benefit()


def _read_quantities(data: Mapping[str, Any]) -> dict[int, int]:
    """Return product keys with their quantities, in the order of the rows; unfinished rows are left out."""
    try:
        count = min(int(data.get("items-TOTAL_FORMS", 0)), MAX_PARTS)
    except ValueError:
        count = 0
    quantities: dict[int, int] = {}
    for row in range(count):
        product = str(data.get(f"items-{row}-product", ""))
        quantity = str(data.get(f"items-{row}-quantity", ""))
        if data.get(f"items-{row}-DELETE") or not (product.isascii() and product.isdecimal()):
            continue
        if quantity.isascii() and quantity.isdecimal() and 1 <= int(quantity) <= MAX_QUANTITY:
            quantities[int(product)] = quantities.get(int(product), 0) + int(quantity)
    return quantities
