"""A product's partners with their evidence, and what merchandisers decided about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django import forms
from django.contrib.admin import AdminSite
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.admin.keys import KeySelect
from catalog.admin.sku_list import mark_product_field
from catalog.database.bulk import among
from catalog.models import Product
from catalog.services.amounts import money
from engine.learned.evidence import explain_partners
from engine.learned.generations import PARTNER
from offers.models import Generation, OverrideAction, PartnerOverride, ProductPartners


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One partner: a product, the decision of a merchandiser, and the evidence, if any."""

    product: Product
    override: PartnerOverride | None
    orders: int = 0
    support: float = 0.0
    confidence: float = 0.0
    lift: float = 0.0
    llr: float = 0.0
    score: float = 0.0  # in a cart; 0: not among the best there
    page_score: float = 0.0  # on the product's own page, likewise
    cart_place: int | None = None  # 1 is the best; None where the statistics leave it out
    page_place: int | None = None

    @property
    def price(self) -> str:
        """Return the price as the reader's language writes it."""
        return money(self.product.price_minor, self.product.currency)

    @property
    def action(self) -> str:
        """Return "pin", "veto" or nothing."""
        return self.override.action if self.override else ""

    @property
    def is_sellable(self) -> bool:
        """Return whether a shopper could buy it now."""
        return not self.product.is_hidden and self.product.stock != 0


def count_partners(partners: bytes) -> int:
    """Return how many partners a packed list holds."""
    return len(partners) // PARTNER.itemsize


def top_partner_pk(partners: bytes) -> int | None:
    """Return the primary key of the best partner of a packed list."""
    return int(np.frombuffer(partners, PARTNER, count=1)["product"][0]) if partners else None


def partner_rows(product: Product, generation: Generation | None) -> list[PartnerRow]:
    """Return the pinned partners, then the learned ones as the product's page ranks them, then the vetoed.

    4 queries.
    """
    learned = _learned(product, generation)
    overrides = {row.partner_id: row for row in _overrides(product)}
    keys = [record["product"] for record in learned]
    cart_places, page_places = _places(learned, "score"), _places(learned, "page_score")
    products = Product.objects.in_bulk([*keys, *overrides])
    rows = [
        PartnerRow(
            products[key],
            overrides.get(key),
            **{name: value for name, value in record.items() if name != "product"},
            cart_place=cart_places.get(key),
            page_place=page_places.get(key),
        )
        for key, record in zip(keys, learned, strict=True)
        if key in products
    ]
    rows += [PartnerRow(products[key], overrides[key]) for key in overrides if key not in keys]
    order = {OverrideAction.PIN.value: 0, "": 1, OverrideAction.VETO.value: 2}
    return sorted(rows, key=lambda row: (order[row.action], -row.page_score, -row.score))


def _overrides(product: Product) -> Iterator[PartnerOverride]:
    yield from PartnerOverride.objects.filter(product=product).select_related("decided_by")


def _learned(product: Product, generation: Generation | None) -> list[dict[str, Any]]:
    if generation is None:
        return []
    packed = ProductPartners.objects.filter(product=product).first()
    if packed is None:
        return []
    partners = np.frombuffer(packed.partners, PARTNER)
    others = ProductPartners.objects.filter(among("product_id", partners["product"].tolist()))
    known = np.array(list(others.order_by("pk").values_list("pk", "order_count")), np.int64).reshape(-1, 2)
    explained = explain_partners(
        partners,
        own_orders=np.full(len(partners), packed.order_count),
        products=known[:, 0],
        product_orders=known[:, 1],
        order_count=generation.counted_order_count,
    )
    names = explained.dtype.names or ()
    return [dict(zip(names, record, strict=True)) for record in explained.tolist()]


def _places(records: list[dict[str, Any]], name: str) -> dict[int, int]:
    """Return the place of each partner that has such a score, the best at 1."""
    best_first = sorted((record for record in records if record[name] > 0), key=lambda record: -record[name])
    return {record["product"]: place for place, record in enumerate(best_first, start=1)}


class PinForm(forms.Form):
    """The partner that a decision is about."""

    partner = forms.ModelChoiceField(Product.objects.all(), label=_("partner"))

    def __init__(self, *args: Any, site: AdminSite, product: Product | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        column = PartnerOverride._meta.get_field("partner")  # noqa: SLF001 (Django's documented model API)
        widget = KeySelect(column, site)
        widget.choices = self.fields["partner"].choices  # type: ignore[attr-defined] # a choice field's
        self.fields["partner"].widget = widget
        mark_product_field(self.fields["partner"])

    def clean_partner(self) -> Product:
        """Refuse the product itself."""
        partner: Product = self.cleaned_data["partner"]
        if partner == self.product:
            raise ValidationError(_("A product cannot be its own partner."))
        return partner
