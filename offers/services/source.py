"""An offer as it is read once and used for pricing, conditions and examples."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model
from msgspec import Struct

from engine import pricing
from engine.pricing import PriceBase, Purchase
from engine.snapshot.data import RefundPolicy
from offers.models import Offer

Values = TypeVar("Values")


class OfferSource(Struct, Generic[Values], frozen=True, kw_only=True):
    """An offer in plain values, ids being primary keys; amounts in minor units, shares in basis points.

    `triggers` are its trigger products and categories (neither: everything), `picked` its hand-picked
    products in their order, `target_categories` the discounted ones. `codes` are the promotion codes that are
    switched on, None for an offer that needs none. `named_bundles` are those it names. `changed_at` is when
    its price rules last changed. `own` contains the additional values of its kind.
    """

    id: int
    kind: str
    code: str = ""
    is_active: bool = True
    version: int = 1
    changed_at: datetime | None = None
    placements: tuple[int, ...] = ()
    priority: int = 0
    max_proposals: int = 1
    headline_en: str = ""
    headline_ja: str = ""
    body_en: str = ""
    body_ja: str = ""
    max_step_bp: int | None = None
    slow_mover_boost_bp: int = 0
    audience: str = "everyone"
    min_subtotal_minor: int | None = None
    codes: frozenset[str] | None = None
    usage_limit: int | None = None
    customer_usage_limit: int | None = None
    budget_minor: int | None = None
    refund_policy: RefundPolicy = "keep"
    currency: str | None = None
    lane: str = "line"
    purchase: Purchase = "one_time"
    price_base: PriceBase = "running"
    excludes: frozenset[int] = frozenset()
    max_discount_minor: int | None = None
    margin_floor_bp: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    needs_acceptance: bool = False
    max_times: int | None = None
    benefit: pricing.Benefit = pricing.LIST_PRICE
    strategies: tuple[str, ...] = ()
    triggers: pricing.Selector = pricing.EVERYTHING
    picked: tuple[int, ...] = ()
    target_categories: frozenset[int] = frozenset()
    named_bundles: tuple[int, ...] = ()
    own: Values

    @property
    def has_triggers(self) -> bool:
        """Tell whether the offer has trigger products or categories."""
        return bool(self.triggers.products or self.triggers.categories)

    @property
    def picks(self) -> frozenset[int]:
        """Return the hand-picked products, in no order."""
        return frozenset(self.picked)

    @property
    def discounted(self) -> pricing.Selector | None:
        """Return what the offer discounts, None if it names nothing for this."""
        if not self.picked and not self.target_categories:
            return None
        return pricing.Selector(self.picks, self.target_categories)


class UnreadOffer(Struct, frozen=True):
    """An offer, saved or in a form, whose kind has not read its own values yet.

    `columns` are those of the kind's own table by name, `rows` the rows below the offer by their table, each
    with its columns by name.
    """

    common: OfferSource[None]
    columns: Mapping[str, Any]
    rows: Mapping[type[Model], Sequence[Mapping[str, Any]]]


def own_columns(model: type[Offer]) -> tuple[str, ...]:
    """Return the columns that the model of a kind adds to those of every offer; none for a proxy."""
    fields = model._meta.local_concrete_fields  # noqa: SLF001 (Django's model API)
    return () if model is Offer else tuple(field.attname for field in fields if not field.primary_key)
