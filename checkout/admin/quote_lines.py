"""The lines of a quote, as they were priced."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.database.bulk import among
from catalog.models import Product
from catalog.services.amounts import money
from engine.promise.frozen_quote import FrozenQuote
from offers.models import Offer


@dataclass(frozen=True, slots=True)
class Taken:
    """The discount of an offer on a line; `offer` is its name, or its code if it was deleted."""

    offer: str
    amount: str


@dataclass(frozen=True, slots=True)
class QuoteLineRow:
    """A line as text; an option belongs to the line above."""

    name: str
    sku: str
    quantity: int
    unit_price: str
    list_price: str
    taken: tuple[Taken, ...]
    total: str
    is_option: bool
    remark: str


def describe_lines(frozen: FrozenQuote, currency: str) -> list[QuoteLineRow]:
    """Return the lines of a quote; two queries for the current names."""
    keys = {line.product for line in frozen.priced.lines}
    names = dict(Product.objects.filter(among("pk", keys)).values_list("pk", "name"))
    codes = {one.offer.id: one.code for one in frozen.offers}
    offers = dict(Offer.objects.filter(code__in=codes.values()).values_list("code", "name"))
    return [
        QuoteLineRow(
            name=names.get(line.product, frozen.skus[line.product]),
            sku=frozen.skus[line.product],
            quantity=line.quantity,
            unit_price=money(line.list_unit_minor, currency),
            list_price=money(line.list_minor, currency),
            taken=tuple(
                Taken(offers.get(codes[offer], codes[offer]), money(amount, currency))
                for offer, amount in sorted(line.taken.items())
            ),
            total=money(line.total_minor, currency),
            is_option=line.parent is not None,
            remark=_remark(line.interval_days, is_gift=line.gift_of is not None),
        )
        for line in frozen.priced.lines
    ]


def _remark(interval_days: int, *, is_gift: bool) -> str:
    if is_gift:
        return _("gift")
    return _("every %(days)d days") % {"days": interval_days} if interval_days else ""
