"""The price of a bundle, and faults of that price."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.models import Bundle, Product
from catalog.services.amounts import money
from catalog.services.tax_mode import TaxMode
from engine.pricing import Benefit, BundleLine, BundlePrice, price_bundle
from offers.kinds.base import Fault

MIN_UNITS = 2


@dataclass(frozen=True, slots=True)
class BundleDraft:
    """A bundle, saved or not: products with their quantities, and the benefit.

    Parts cost what shoppers see: `mode` says whether that includes tax.
    """

    currency: str
    benefit: Benefit
    parts: Sequence[tuple[Product, int]]
    mode: TaxMode

    @property
    def list_minor(self) -> int:
        """Return what the parts cost separately."""
        return sum(self.mode.price_of(product) * quantity for product, quantity in self.parts)


def price_of(bundle: Bundle, mode: TaxMode) -> BundlePrice:
    """Price a saved bundle whose items and products have been read."""
    parts = [(item.product, item.quantity) for item in bundle.items.all()]
    return price_draft(BundleDraft(bundle.currency, benefit_of(bundle), parts, mode))


def price_draft(draft: BundleDraft) -> BundlePrice:
    """Price a bundle: the totals, and what falls on each part."""
    lines = [BundleLine(draft.mode.price_of(product), quantity) for product, quantity in draft.parts]
    return price_bundle(lines, draft.benefit)


def benefit_of(bundle: Bundle) -> Benefit:
    """Return the benefit of a bundle, as the pricing core knows it."""
    return Benefit(bundle.benefit_kind, bundle.benefit_value)  # type: ignore[arg-type] # the table knows no other


def find_part_faults(draft: BundleDraft) -> Iterator[Fault]:
    """Yield why the parts have no common price: they are too few, or their currencies differ."""
    if sum(quantity for _product, quantity in draft.parts) < MIN_UNITS:
        words = _("A bundle needs at least two units. Add a product or increase a quantity.")
        yield Fault("too_few_units", words)
    for product, _quantity in draft.parts:
        if product.currency != draft.currency:
            words = _("“%(product)s” is priced in %(other)s, but this bundle in %(currency)s.") % {
                "product": product.name,
                "other": product.currency,
                "currency": draft.currency,
            }
            yield Fault("other_currency", words)


def find_price_faults(draft: BundleDraft) -> Iterator[Fault]:
    """Yield that a fixed price is above what the parts cost separately."""
    if draft.benefit.kind == "fixed" and draft.benefit.value > draft.list_minor:
        words = _("The bundle at %(fixed)s would cost more than the products bought separately (%(list)s).")
        yield Fault(
            "more_than_parts",
            words
            % {
                "list": money(draft.list_minor, draft.currency),
                "fixed": money(draft.benefit.value, draft.currency),
            },
        )
