"""A small storefront: one product, a cart, and what Awase proposes for both."""

from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.models import Product
from catalog.money import to_major
from catalog.sku import normalize_sku
from demo.environment import PUBLISHABLE_KEY, environment_path, read_environment
from demo.services.tour import tour_products
from offers.models import CustomerHistory, ProductPartners

RESULT_LIMIT = 12
SUGGESTION_LIMIT = 8
CUSTOMER_LIMIT = 3
MAX_QUERY_LENGTH = 100


@require_safe
def storefront(request: HttpRequest) -> HttpResponse:
    """Show the page in the language asked for; the offers come from the REST API, by the browser."""
    language = request.GET.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = translation.get_language() or settings.LANGUAGE_CODE
    suggestions = list(tour_products()[:SUGGESTION_LIMIT])
    product = _product(request.GET.get("product", "")) or (suggestions[0] if suggestions else None)
    with translation.override(language):
        page = {
            "language": language,
            "key": read_environment(environment_path(settings.AWASE_DATA)).get(PUBLISHABLE_KEY, ""),
            "product": _as_dict(product) if product else None,
            "texts": _texts(),
        }
        context = {
            "language": language,
            "languages": settings.LANGUAGES,
            "page": page,
            "suggestions": [_as_dict(each) for each in suggestions],
            "customers": _customers(),
        }
        return render(request, "demo/storefront.html", context)


@require_safe
def products(request: HttpRequest) -> JsonResponse:
    """Answer a search for products by name or SKU, those first that orders taught us something about."""
    query = request.GET.get("q", "").strip()[:MAX_QUERY_LENGTH]
    found = _visible()
    for word in query.split():
        found = found.filter(Q(name__icontains=word) | Q(sku=normalize_sku(word)))
    partners = ProductPartners.objects.filter(product=OuterRef("pk"))
    found = found.annotate(is_learned=Exists(partners)).order_by("-is_learned", "name", "sku")
    results = [_as_dict(product) for product in found[:RESULT_LIMIT]] if query else []
    return JsonResponse({"products": results})


def _visible() -> QuerySet[Product]:
    return Product.objects.sellable().select_related("category")


def _product(sku: str) -> Product | None:
    return _visible().filter(sku=normalize_sku(sku)[:64]).first() if sku else None


def _customers() -> list[str]:
    """Return a few customers whose purchases are known."""
    known = CustomerHistory.objects.order_by("pk").values_list("customer__external_id", flat=True)
    return list(known[:CUSTOMER_LIMIT])


def _as_dict(product: Product) -> dict[str, Any]:
    return {
        "sku": product.sku,
        "name": product.name,
        "category": product.category.path if product.category else "",
        "price": {"amount": to_major(product.price_minor, product.currency), "currency": product.currency},
    }


def _texts() -> dict[str, str]:
    """Return what the page's script says."""
    return {
        "add": _("Add to cart"),
        "accept": _("Add"),
        "upgrade": _("Choose this instead"),
        "decline": _("No, thank you"),
        "remove": _("Remove"),
        "more": _("One more"),
        "less": _("One less"),
        "no_offers": _("Nothing to propose here."),
        "no_key": _("There is no key yet: start the demo with “make demo”."),
        "failed": _("The offers could not be loaded."),
        "no_results": _("No product found."),
        "empty_cart": _("Your cart is empty. Add a product and see what changes."),
        "next": _("{more} more, and {quantity} cost {total}"),
        "spend": _("{amount} to go"),
        "units": _("{units} more to go"),
        "subscription": _("{now} now, {later} from delivery {cycle} on"),
        "saving": _("You save {amount}"),
        "instead": _("Instead of {name}"),
        "total": _("Total"),
        "added": _("{name} is in your cart."),
        "hidden": _("You will not see this offer again on this visit."),
    }
