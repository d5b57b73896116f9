"""An offer as it is read once and used for pricing, conditions and examples."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model
from msgspec import Struct

from engine import pricing
from engine.conditions import ArmRequired
from engine.conditions.tree.gone import never_holds
from engine.conditions.tree.tree import Tree
from engine.pricing import PriceBase, Purchase
from engine.snapshot.data import RefundPolicy
from offers.models import BundleScope, Offer, TargetScope, TriggerScope

Values = TypeVar("Values")
# The columns that say what it means that an offer names nothing.
SCOPES = ("trigger_scope", "target_scope", "bundle_scope", "needs_code")


class OfferSource(Struct, Generic[Values], frozen=True, kw_only=True):
    """An offer in plain values, ids being primary keys; amounts in minor units, shares in basis points.

    `triggers` are its trigger products and categories, or everything. `picked` are its hand-picked products
    in their order. `discounted` is what it discounts, None for what it counts. `codes` are the promotion
    codes that are switched on, None for an offer that needs none; `code_batches` the batches of generated
    codes that are ready. `named_bundles` are those it names, None
    for all. `tree` is its conditions without what was deleted; if one of them is asked only on a page, the
    offer needs acceptance. `arm` is the condition of the experiment that it is part of. `changed_at` is when
    its price rules last changed. `own` contains the values of its kind.
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
    code_batches: frozenset[int] = frozenset()
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
    tree: Tree | None = None
    arm: ArmRequired | None = None
    max_times: int | None = None
    benefit: pricing.Benefit = pricing.LIST_PRICE
    strategies: tuple[str, ...] = ()
    triggers: pricing.Selector = pricing.EVERYTHING
    picked: tuple[int, ...] = ()
    discounted: pricing.Selector | None = None
    named_bundles: tuple[int, ...] | None = None
    own: Values

    @property
    def has_triggers(self) -> bool:
        """Tell whether the offer is restricted to trigger products and categories, even if none is left."""
        return not self.triggers.everything

    @property
    def has_nothing_left(self) -> bool:
        """Tell whether the offer is restricted to things of which none is left."""
        return pricing.NOTHING in (self.triggers, self.discounted) or self.named_bundles == ()

    @property
    def is_unmet(self) -> bool:
        """Tell whether its conditions can never be met, because of what was deleted."""
        return self.tree is not None and never_holds(self.tree)

    @property
    def picks(self) -> frozenset[int]:
        """Return the hand-picked products, in no order."""
        return frozenset(self.picked)


class Named(Struct, frozen=True):
    """What an offer names, and what its columns say about naming nothing.

    `targets` are its hand-picked products and discounted categories. `codes` are the promotion codes that are
    switched on, None if it has none at all. `code_batches` are its batches of generated codes.
    """

    triggers: pricing.Selector
    targets: pricing.Selector
    bundles: tuple[int, ...]
    codes: frozenset[str] | None
    trigger_scope: str
    target_scope: str
    bundle_scope: str
    needs_code: bool
    code_batches: frozenset[int] = frozenset()

    def restrictions(self) -> dict[str, Any]:
        """Return the restrictions of the offer, by the fields of its source: all that it names restricts it.

        If it names nothing, it is unrestricted only if it says so.
        """
        is_for_all = self.trigger_scope == TriggerScope.EVERYTHING and self.triggers == pricing.NOTHING
        is_on_counted = self.target_scope == TargetScope.COUNTED and self.targets == pricing.NOTHING
        needs_code = self.needs_code or bool(self.code_batches)
        has_every_bundle = self.bundle_scope == BundleScope.EVERY and not self.bundles
        return {
            "triggers": pricing.EVERYTHING if is_for_all else self.triggers,
            "discounted": None if is_on_counted else self.targets,
            "named_bundles": None if has_every_bundle else self.bundles,
            "codes": frozenset() if self.codes is None and needs_code else self.codes,
            "code_batches": self.code_batches,
        }


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
