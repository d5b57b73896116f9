"""What an exclusion does, in a sentence."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from msgspec import Struct

from catalog.services.amounts import listed, money, percent
from offers.models import Effect, ProductExclusion
from offers.services.selection import Selection, selection_of

# How many names a sentence has room for.
MAX_NAMES = 5


class ExclusionNames(Struct, frozen=True, kw_only=True):
    """What an exclusion names, as people read it; `placements` is None for all placements."""

    effect: str
    selection: Selection
    products: Sequence[str] = ()
    categories: Sequence[str] = ()
    placements: Sequence[str] | None = None
    attribute: str = ""
    attribute_equals: str = ""


def names_in(exclusion: ProductExclusion) -> ExclusionNames:
    """Return what a saved exclusion names; its links should be prefetched."""
    return ExclusionNames(
        effect=exclusion.effect,
        selection=selection_of(exclusion),
        products=[product.name for product in exclusion.products.all()],
        categories=[category.path for category in exclusion.categories.all()],
        placements=None
        if exclusion.is_everywhere
        else [placement.name for placement in exclusion.placements.all()],
        attribute=str(exclusion.attribute or ""),
        attribute_equals=exclusion.attribute_equals,
    )


def describe(names: ExclusionNames) -> str:
    """Return what the exclusion does, for people who do not see the form."""
    if names.selection.names_nothing:
        return _("Nothing is left of what it named, so it has no effect.")
    if names.placements is not None and not names.placements:
        return _("None of its placements is left, so it has no effect.")
    words = _("%(effect)s: %(products)s.") % {
        "effect": _effect(names),
        "products": pgettext("between alternatives", " or ").join(_what(names)),
    }
    conditions = list(_conditions(names.selection))
    if conditions:
        only = _("Only if all of this is true: %(conditions)s.") % {"conditions": listed(conditions)}
        return _("%(sentence)s %(next)s") % {"sentence": words, "next": only}
    return words


def _effect(names: ExclusionNames) -> str:
    """Return what happens to the products, and where."""
    if names.effect == Effect.RESTRICTED:
        return _("Proposed only to customers with “%(attribute)s”: %(value)s") % {
            "attribute": names.attribute,
            "value": names.attribute_equals,
        }
    where = None if names.placements is None else listed(_shortened(names.placements))
    if names.effect == Effect.ALL:
        if where is None:
            return _("Not proposed in any placement, not even if hand-picked")
        return _("Not proposed in %(placements)s, not even if hand-picked") % {"placements": where}
    if where is None:
        return _("Not proposed by the statistics in any placement")
    return _("Not proposed by the statistics in %(placements)s") % {"placements": where}


def _what(names: ExclusionNames) -> Iterator[str]:
    """Yield the alternatives of what it hits."""
    selection = names.selection
    if selection.is_everything:
        yield _("all products")
        return
    if names.products:
        yield listed(_shortened([_("“%(text)s”") % {"text": name} for name in names.products]))
    if names.categories:
        yield _("products in %(categories)s") % {"categories": listed(_shortened(names.categories))}
    if selection.brands:
        yield _("products of the brand %(brands)s") % {"brands": listed(_shortened(selection.brands))}
    if selection.keywords:
        words = listed(_shortened([_("“%(text)s”") % {"text": word} for word in selection.keywords]))
        yield _("products with %(words)s in their name") % {"words": words}


def _conditions(selection: Selection) -> Iterator[str]:
    """Yield what narrows it down."""
    for name, value in selection.attributes.items():
        yield f"{name}: {_plain(value)}"
    low, high = selection.price_from_minor, selection.price_to_minor
    prices = {"low": money(low, selection.currency), "high": money(high, selection.currency)}
    if low is not None and high is not None:
        yield _("price %(low)s to %(high)s") % prices
    elif low is not None:
        yield _("price from %(low)s") % prices
    elif high is not None:
        yield _("price up to %(high)s") % prices
    if selection.margin_below_bp is not None:
        yield _("margin below %(margin)s") % {"margin": percent(selection.margin_below_bp)}


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return listed(map(_plain, value))
    if isinstance(value, Mapping):
        return listed(f"{name}: {_plain(one)}" for name, one in value.items())
    return str(value)


def _shortened(names: Sequence[str]) -> list[str]:
    """Return the first names, and how many more there are."""
    more = len(names) - MAX_NAMES
    return [*names[:MAX_NAMES], *([f"+{more}"] if more > 0 else [])]
