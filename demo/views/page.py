"""A small storefront: one product, a cart, and the offers for both."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Product
from catalog.services.tax_mode import shop_tax_mode
from demo.services.environment import PUBLISHABLE_KEY, environment_path, read_environment
from demo.services.shoppers import DemoShopper, read_shoppers
from demo.services.tour import tour_stops
from demo.views.shown import as_dict, visible_products
from demo.views.texts import script_texts, shopper_names, stop_hints
from engine.money import to_major
from engine.sku import normalize_sku
from offers.models import Offer


@require_safe
@never_cache
def storefront(request: HttpRequest) -> HttpResponse:
    """Show the page in the requested language; the browser gets offers and prices from the REST API."""
    language = request.GET.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = translation.get_language() or settings.LANGUAGE_CODE
    stops = tour_stops()
    first = stops[0][1] if stops else None
    product = _product(request.GET.get("product", "")) or first
    at, mode = now(), shop_tax_mode()
    shoppers = read_shoppers(ladder_start=first, product=product, today=localdate(at))
    with translation.override(language):
        page = {
            "language": language,
            "key": read_environment(environment_path(settings.AWASE_DATA)).get(PUBLISHABLE_KEY, ""),
            "csrf": get_token(request),
            "product": as_dict(product, mode) if product else None,
            "shoppers": [_shopper(each) for each in shoppers],
            "headlines": _headlines(language, at),
            "texts": script_texts(),
        }
        hints = stop_hints()
        context = {
            "language": language,
            "languages": settings.LANGUAGES,
            "page": page,
            "stops": [as_dict(each, mode) | {"hint": hints[kind]} for kind, each in stops],
        }
        return render(request, "demo/storefront.html", context)


def _product(sku: str) -> Product | None:
    return visible_products().filter(sku=normalize_sku(sku)[:64]).first() if sku else None


def _headlines(language: str, at: datetime) -> dict[str, str]:
    """Return the headlines of live offers by code, because quotes only contain codes."""
    live = Offer.objects.live_at(at).values_list("code", "headline_en", "headline_ja")
    return {code: (ja if language == "ja" else en) or en or ja or code for code, en, ja in live}


def _shopper(shopper: DemoShopper) -> dict[str, Any]:
    """Return a customer as JSON, in the active language."""
    facts = shopper.facts
    return {
        "id": facts.customer.external_id,
        "name": shopper_names()[shopper.role],
        "segment": facts.get_segment_display(),
        "order_count": facts.order_count,
        "last_order": date_format(facts.last_order_date, "MONTH_DAY_FORMAT"),
        "due": [
            {
                "sku": due.sku,
                "name": due.name,
                "date": date_format(due.due_date, "MONTH_DAY_FORMAT"),
                "interval_days": due.interval_days,
            }
            for due in shopper.due
        ],
        "band": None
        if shopper.band is None
        else [
            {"amount": to_major(minor, facts.currency), "currency": facts.currency} for minor in shopper.band
        ],
    }
