"""The groups of fields that every kind of offer has; each kind puts its own price rule between them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

# A title and Django's options of a fieldset.
Fieldset = tuple[Any, Any]

# What follows the rows of a kind: its rule and the rows that belong to it stay together on top.
AFTER_ROWS = "after-rows"

NAME: Fieldset = (None, {"fields": (("name", "code"), ("is_active", "priority"))})
WORDING: Fieldset = (
    _("Text for shoppers"),
    {"fields": (("headline_en", "headline_ja"), ("body_en", "body_ja")), "classes": [AFTER_ROWS]},
)


def fieldsets_of(
    *rules: tuple[Any, tuple[Any, ...]],
    fills_several: bool = False,
    audience: tuple[str, ...] = ("needs_acceptance",),
    combination: tuple[str, ...] = ("purchase",),
) -> tuple[Fieldset, ...]:
    """Return the whole form of a kind: `rules` are its own groups, a title and fields each.

    With `fills_several`, the form has the number of slots that the offer may fill. `audience` and
    `combination` are the fields that the kind adds to those groups.
    """
    return (
        NAME,
        *((title, {"fields": fields}) for title, fields in rules),
        WORDING,
        _where_and_when(fills_several=fills_several),
        _audience(*audience),
        _limits(),
        _combination(*combination),
    )


def _where_and_when(*, fills_several: bool) -> Fieldset:
    places = ("placements", "max_proposals") if fills_several else ("placements",)
    fields = (*places, ("starts_at", "ends_at"))
    return (_("Where and when"), {"fields": fields, "classes": [AFTER_ROWS]})


def _audience(*extra: str) -> Fieldset:
    return (
        _("Audience and conditions"),
        {
            "fields": ("conditions", ("audience", "min_subtotal_minor"), "needs_code", *extra),
            "classes": ["tab"],
        },
    )


def _limits() -> Fieldset:
    return (
        _("Limits"),
        {
            "fields": (
                ("usage_limit", "customer_usage_limit"),
                ("budget_minor", "max_discount_minor"),
                "margin_floor_bp",
            ),
            "classes": ["tab"],
        },
    )


def _combination(*extra: str) -> Fieldset:
    return (
        _("With other offers"),
        {
            "fields": (("lane", "price_base"), *extra, "excludes", "refund_policy"),
            "classes": ["tab"],
            "description": _(
                "Lanes apply one after another, and each starts from the prices of the previous one. "
                "How offers of the same lane combine is set under Lanes."
            ),
        },
    )
