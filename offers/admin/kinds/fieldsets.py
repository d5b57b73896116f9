"""The groups of fields that every kind of offer has; each kind puts its own price rule between them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# A title and Django's options of a fieldset.
Fieldset = tuple[Any, Any]

NAME: Fieldset = (None, {"fields": (("name", "code"), ("is_active", "priority"))})
WORDING: Fieldset = (
    _("What the shopper reads"),
    {"fields": (("headline_en", "headline_ja"), ("body_en", "body_ja"))},
)


def where_and_when(*, with_count: bool = False) -> Fieldset:
    """Return the places and the period; with how many slots it fills, where a kind can fill several."""
    places = ("placements", "max_proposals") if with_count else ("placements",)
    return (_("Where and when"), {"fields": (*places, ("starts_at", "ends_at"))})


def audience(*extra: Any) -> Fieldset:
    """Return for whom the offer is."""
    return (_("For whom"), {"fields": (("audience", "min_subtotal_minor"), *extra), "classes": ["tab"]})


def limits(*extra: Any) -> Fieldset:
    """Return what keeps the offer from costing too much."""
    return (
        _("Limits"),
        {
            "fields": (
                *extra,
                ("usage_limit", "customer_usage_limit"),
                ("budget_minor", "max_discount_minor"),
                "margin_floor_bp",
            ),
            "classes": ["tab"],
        },
    )


def combination(*extra: Any) -> Fieldset:
    """Return how the offer stands to others, and to returns."""
    return (
        _("With other offers"),
        {
            "fields": (("lane", "price_base"), *extra, "excludes", "refund_policy"),
            "classes": ["tab"],
            "description": _(
                "Lanes follow each other, and each starts from the prices that the one before it left. "
                "What the offers within a lane do to each other is set under Lanes."
            ),
        },
    )
