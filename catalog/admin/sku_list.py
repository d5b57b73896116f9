"""Pasted lists of SKUs: which products they name."""

import re
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.database.bulk import among
from catalog.models import Product
from catalog.services.amounts import listed
from engine.sku import is_sku, normalize_sku

# More rows than a form can have.
MAX_SKUS = 1000
# How many unknown SKUs a message names.
SHOWN_UNKNOWN = 20
# No SKU has white space; it may have a comma, a bar or a quote.
BETWEEN = re.compile(r"[\s、]+")
WITHIN = re.compile(r'[,;，；|"“”]+')


def mark_product_field(field: Any) -> None:
    """Let a list of SKUs be pasted into the field's autocomplete."""
    widget = getattr(field.widget, "widget", field.widget)
    widget.attrs.update(sku_attributes())


def sku_attributes() -> dict[str, Any]:
    """Return the HTML attributes of a select into which a list of SKUs can be pasted."""
    return {
        "data-skus-url": reverse("admin:catalog_product_skus"),
        "data-skus-failed": gettext_lazy(
            "The list could not be looked up. Check your connection, and that you are still signed in."
        ),
        "data-skus-close": gettext_lazy("Close"),
    }


def find_listed(text: str) -> tuple[list[Product], list[str]]:
    """Return the products in the order of their SKUs, and the SKUs that no product has; one query."""
    pieces = [piece for piece in BETWEEN.split(text) if piece]
    parts = {piece: [part for part in WITHIN.split(piece) if part] for piece in pieces}
    skus = {normalize_sku(one) for piece, split in parts.items() for one in (piece, *split)}
    known = {product.sku: product for product in Product.objects.filter(among("sku", filter(is_sku, skus)))}
    found: dict[str, Product] = {}
    unknown: dict[str, None] = {}
    for piece, split in parts.items():
        for sku in [piece] if normalize_sku(piece) in known else split:
            product = known.get(normalize_sku(sku))
            if product is None:
                unknown[sku] = None
            else:
                found[product.sku] = product
    return list(found.values()), list(unknown)


def sku_list_view(request: HttpRequest) -> HttpResponse:
    """Answer with the products of a pasted list, and what to tell about it."""
    if not request.user.has_perm("catalog.view_product"):
        raise PermissionDenied
    found, unknown = find_listed(request.POST.get("text", ""))
    answer: dict[str, Any] = {
        "found": [{"id": str(product.pk), "text": str(product)} for product in found[:MAX_SKUS]],
        "message": " ".join(filter(None, (_found_text(len(found)), _unknown_text(unknown)))),
        "left": _("Products that did not fit here: {count}."),
        "undo": _("Undo"),
        "close": _("Close"),
    }
    return JsonResponse(answer)


def _found_text(count: int) -> str:
    if count > MAX_SKUS:
        return _("Only the first %(count)d products were taken.") % {"count": MAX_SKUS}
    return ngettext("%(count)d product was found.", "%(count)d products were found.", count) % {
        "count": count
    }


def _unknown_text(unknown: list[str]) -> str:
    if not unknown:
        return ""
    named = [*unknown[:SHOWN_UNKNOWN], *(["…"] if len(unknown) > SHOWN_UNKNOWN else [])]
    words = ngettext(
        "%(count)d SKU is unknown: %(skus)s", "%(count)d SKUs are unknown: %(skus)s", len(unknown)
    )
    return words % {"count": len(unknown), "skus": listed(named)}
