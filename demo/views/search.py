"""The product search."""

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from catalog.services.tax_mode import shop_tax_mode
from demo.views.shown import as_dict, visible_products
from engine.sku import normalize_sku
from offers.models import ProductPartners

RESULT_LIMIT = 12
MAX_QUERY_LENGTH = 100


@require_safe
def products(request: HttpRequest) -> JsonResponse:
    """Search for products by name or SKU; products with recommendations are first."""
    query = request.GET.get("q", "").strip()[:MAX_QUERY_LENGTH]
    found = visible_products()
    for word in query.split():
        found = found.filter(Q(name__icontains=word) | Q(sku=normalize_sku(word)))
    partners = ProductPartners.objects.filter(product=OuterRef("pk"))
    found = found.annotate(is_learned=Exists(partners)).order_by("-is_learned", "name", "sku")
    mode = shop_tax_mode()
    shown = [as_dict(each, mode) for each in found[:RESULT_LIMIT]] if query else []
    return JsonResponse({"products": shown})
