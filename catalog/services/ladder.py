"""Ladders that lead nowhere, and products on more than one of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from catalog.models import Product, UpgradeLadder, UpgradeTier
from catalog.services.amounts import money
from catalog.services.tax_mode import shop_tax_mode


@dataclass(frozen=True, slots=True)
class LadderFault:
    """A fault of a tier: its place from the bottom, 0 being the lowest, a stable code and a sentence."""

    place: int
    code: str
    text: str


def find_tier_faults(products: Sequence[Product]) -> Iterator[LadderFault]:
    """Yield which tiers are no step up from the one below; `products` are the tiers', lowest first."""
    mode = shop_tax_mode()
    for place, (below, above) in enumerate(pairwise(products), start=1):
        names = {"product": above.name, "below": below.name}
        if above.currency != below.currency:
            words = _("“%(product)s” is priced in %(other)s, and “%(below)s” below it in %(currency)s.")
            currencies = {"other": above.currency, "currency": below.currency}
            yield LadderFault(place, "other_currency", words % (names | currencies))
        elif mode.price_of(above) <= mode.price_of(below):
            words = _(
                "“%(product)s” (%(price)s) must cost more than “%(below)s” (%(lower)s) on the tier below. "
                "Change the order, the product or its price."
            )
            prices = {
                "price": money(mode.price_of(above), above.currency),
                "lower": money(mode.price_of(below), below.currency),
            }
            yield LadderFault(place, "not_higher", words % (names | prices))


def faulty_ladders(ladders: Iterable[UpgradeLadder]) -> list[tuple[UpgradeLadder, str]]:
    """Return the ladders with a tier that is not a step up, each with the first fault; one query for all."""
    chosen = list(ladders)
    tiers = UpgradeTier.objects.filter(ladder__in=[one.pk for one in chosen]).select_related("product")
    products: dict[int, list[Product]] = {}
    for tier in tiers.order_by("position", "pk"):
        products.setdefault(tier.ladder_id, []).append(tier.product)
    found = [(one, next(find_tier_faults(products.get(one.pk, [])), None)) for one in chosen]
    return [(ladder, fault.text) for ladder, fault in found if fault is not None]


def shared_products(ladders: Iterable[UpgradeLadder]) -> list[tuple[str, str]]:
    """Return the products of these active ladders that another active ladder has too.

    Each is the name of the product and of the other ladder.
    """
    keys = [ladder.pk for ladder in ladders if ladder.is_active]
    own = UpgradeTier.objects.filter(ladder__in=keys).values("product")
    others = UpgradeTier.objects.filter(product__in=own, ladder__is_active=True).exclude(ladder__in=keys)
    return list(others.order_by("product__name", "ladder__name").values_list("product__name", "ladder__name"))
