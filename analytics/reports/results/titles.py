"""The names of what results are grouped by; what was deleted keeps its code."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.reports.labels import Words
from catalog.database.bulk import among
from catalog.models import Product
from offers.kinds.config import kind_choices
from offers.models import Audience, Channel, Offer, Placement, StrategyCode
from offers.services.speech import name_of


def titles_of(group: str, keys: Collection[Any]) -> dict[Any, Words]:
    """Return the names of these values of a column, in one query at most."""
    match group:
        case "offer":
            return dict(Offer.objects.filter(among("code", keys)).values_list("code", "name"))
        case "product":
            return dict(Product.objects.filter(among("sku", keys)).values_list("sku", "name"))
        case "placement" | "audience":
            return {key: name for key, name in choices_of(group) if key in keys}
        case "version":
            return {key: _("version %(number)s") % {"number": key} if key else _("unknown") for key in keys}
        case "day":
            return {key: _day_text(key) for key in keys}
    return dict(choices_of(group))


def choices_of(column: str) -> list[tuple[Any, Words]]:
    """Return what a filter of this column offers, with names."""
    match column:
        case "kind":
            return kind_choices()
        case "channel":
            return list(Channel.choices)
        case "strategy":
            return list(StrategyCode.choices)
        case "placement":
            return list(Placement.objects.order_by("name", "pk").values_list("code", "name"))
    audiences = Audience.objects.order_by("code").only("pk", "name_en", "name_ja")
    return [(audience.pk, name_of(audience)) for audience in audiences]


def _day_text(day: date) -> str:
    return str(date_format(day, "DATE_FORMAT"))
