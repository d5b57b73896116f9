"""Protect orders with a ledger: sending one again may repeat what was paid, but cannot change it."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from catalog.services.amounts import money
from catalog.services.values import FieldError
from checkout.models import AllocatedLine, Allocation, Order
from checkout.services.order_input import OrderDraft
from engine.money import to_major


class OrderChargedError(Exception):
    """What was sent contradicts what was paid or refunded; each error names a field.

    `code` is `order_charged` if the order was charged through a quote, `order_refunded` if its refunds are
    the reason.
    """

    def __init__(self, errors: Sequence[FieldError], *, code: str) -> None:
        if code == "order_charged":
            super().__init__(_("The order was charged through a quote and cannot be changed."))
        else:
            super().__init__(_("The order has been refunded and cannot be changed."))
        self.code = code
        self.errors = list(errors)


class _Charged(Struct):
    """Units of a product, how many of them were not free, and their total price in minor units."""

    units: int = 0
    paid_units: int = 0
    total_minor: int = 0


def is_as_charged(order: Order, draft: OrderDraft, products: dict[str, int]) -> bool:
    """Return whether the order has a ledger; raise OrderChargedError if the draft differs from it.

    The caller has locked the order. The draft must have the same currency and, for each product, the same
    units and total price as paid. Lines may be split differently, unit prices may be rounded shares of a
    total, and gifts may be missing. The shipping, if it is sent, must be as paid.
    """
    allocation = Allocation.objects.filter(order=order).first()
    if allocation is None:
        return False
    code = "order_charged" if allocation.quote_id else "order_refunded"
    found = _differences(_charged(allocation), draft, products, allocation.currency)
    errors = [FieldError(pointer, code, detail) for pointer, detail in found]
    if draft.currency != allocation.currency:
        detail = _("The order was charged in %s.") % allocation.currency
        errors.insert(0, FieldError("/currency", code, detail))
    if draft.shipping_minor not in (None, allocation.shipping_minor):
        shipping = money(allocation.shipping_minor, allocation.currency)
        detail = _("%(amount)s of shipping was charged.") % {"amount": shipping}
        errors.append(FieldError("/shipping", code, detail))
    if errors:
        raise OrderChargedError(errors, code=code)
    return True


def _charged(allocation: Allocation) -> dict[int, _Charged]:
    """Return what was charged by product, without products that were deleted since."""
    charged: dict[int, _Charged] = {}
    for line in AllocatedLine.objects.filter(allocation=allocation, product__isnull=False):
        one = charged.setdefault(line.product_id or 0, _Charged())
        total = line.list_minor - line.discount_minor
        one.units += line.quantity
        one.paid_units += line.quantity if total else 0
        one.total_minor += total
    return charged


def _differences(
    charged: dict[int, _Charged], draft: OrderDraft, products: dict[str, int], currency: str
) -> list[tuple[str, str]]:
    """Return the pointer and the detail of each product whose units or price differ from what was charged."""
    sent: dict[int, _Charged] = {}
    places: dict[int, int] = {}
    for place, line in enumerate(draft.lines):
        product = products[line.sku]
        places.setdefault(product, place)
        one = sent.setdefault(product, _Charged())
        one.units += line.quantity
        one.total_minor += line.quantity * line.unit_price_minor
    errors = []
    for product in sorted(sent.keys() | charged.keys(), key=lambda product: places.get(product, len(places))):
        said, known = sent.get(product, _Charged()), charged.get(product, _Charged())
        # A rounded unit price is off by half a minor unit at most.
        is_same_money = 2 * abs(said.total_minor - known.total_minor) <= said.units
        if not known.paid_units <= said.units <= known.units or not is_same_money:
            pointer = f"/lines/{places[product]}" if product in places else "/lines"
            detail = ngettext(
                "%(units)d unit of this product was charged, %(total)s in total.",
                "%(units)d units of this product were charged, %(total)s in total.",
                known.units,
            )
            detail %= {"units": known.units, "total": f"{to_major(known.total_minor, currency)} {currency}"}
            errors.append((pointer, detail))
    return errors
