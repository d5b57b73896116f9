"""A small storefront: one product, a cart, and the offers for both."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localdate, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.models import Product
from catalog.services.amounts import listed
from catalog.services.tax_mode import shop_tax_mode
from demo.plans.audiences import AGE_CONFIRMED
from demo.services.headlines import headlines_of
from demo.services.holds import offered_holds
from demo.services.limited import audiences_of, limited_offers
from demo.services.orders import unpaid_orders
from demo.services.shoppers import DemoShopper, read_shoppers
from demo.services.tour import tour_stops
from demo.views.language import requested_language
from demo.views.remembered import remembered_orders
from demo.views.shown import as_dict, visible_products
from demo.views.texts import age_text, hold_choices, script_texts, shopper_names, stop_hints
from engine.money import to_major
from engine.sku import normalize_sku
from gateway.services.customer_token import MAX_LIFETIME_SECONDS, issue_customer_token
from launch.services.environment import PUBLISHABLE_KEY, SIGNING_SECRET, environment_path, read_environment
from offers.models import Offer


@require_safe
@never_cache
def storefront(request: HttpRequest) -> HttpResponse:
    """Show the page in the requested language; the browser gets offers and prices from the REST API."""
    language = requested_language(request)
    stops = tour_stops()
    first = stops[0][1] if stops else None
    product = _product(request.GET.get("product", "")) or first
    at, mode = now(), shop_tax_mode()
    shoppers = read_shoppers(ladder_start=first, product=product, today=localdate(at))
    access = read_environment(environment_path(settings.AWASE_DATA))
    sign = partial(_customer_token, access.get(SIGNING_SECRET, ""), int(at.timestamp()))
    audiences = audiences_of([each.facts.pk for each in shoppers])
    with translation.override(language):
        page = {
            "language": language,
            "key": access.get(PUBLISHABLE_KEY, ""),
            "csrf": get_token(request),
            "product": as_dict(product, mode) if product else None,
            "shoppers": [
                _shopper(each, audiences[each.facts.pk]) | _signed(sign(each), language) for each in shoppers
            ],
            "headlines": headlines_of(Offer.objects.live_at(at), language),
            "texts": script_texts(),
        }
        hints = stop_hints()
        context = {
            "language": language,
            "languages": settings.LANGUAGES,
            "page": page,
            "holds": hold_choices(offered_holds()),
            "unpaid": unpaid_orders(quote_ids=remembered_orders(request)),
            "limited": limited_offers(at=at, language=language),
            "zone": settings.TIME_ZONE,
            "stops": [as_dict(each, mode) | {"hint": hints[kind]} for kind, each in stops],
        }
        return render(request, "demo/storefront.html", context)


def _product(sku: str) -> Product | None:
    return visible_products().filter(sku=normalize_sku(sku)[:64]).first() if sku else None


def _customer_token(secret: str, at: int, shopper: DemoShopper) -> str:
    """Return what proves to the API for whom the page acts; a real shop signs for who is signed in."""
    customer = shopper.facts.customer.external_id
    return issue_customer_token(secret=secret, customer=customer, expires_at=at + MAX_LIFETIME_SECONDS)


def _signed(token: str, language: str) -> dict[str, str]:
    """Return the token of a customer, and their preference page, which the same token opens."""
    return {"token": token, "preferences": f"{reverse('preferences_page', args=[token])}?lang={language}"}


def _shopper(shopper: DemoShopper, audiences: list[str]) -> dict[str, Any]:
    """Return a customer as JSON, in the active language."""
    facts = shopper.facts
    return {
        "id": facts.customer.external_id,
        "name": shopper_names()[shopper.role],
        "segment": facts.get_segment_display(),
        "audiences": listed(audiences),
        "age": age_text(is_confirmed=facts.customer.attributes.get(AGE_CONFIRMED) is True),
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
