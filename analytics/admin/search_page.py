"""What the command palette finds: pages of the menu, offers, products and customers."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Product
from offers.admin.addresses import page_of_kind
from offers.models import Customer, Offer

# How many of each sort are shown; who looks for more goes to the list.
SHOWN = 6
# More than anybody types: each word is one more condition.
MAX_CHARACTERS, MAX_WORDS = 100, 6


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the palette."""

    title: str
    description: str
    link: str
    icon: str


def search_view(request: HttpRequest) -> HttpResponse:
    """Return what the user may see of everything that matches the words."""
    typed = request.GET.get("s", "").replace("\0", "")[:MAX_CHARACTERS].strip()
    term = unicodedata.normalize("NFKC", typed)[:MAX_CHARACTERS].strip()
    words = term.split()[:MAX_WORDS]
    found = [*_pages(request, words), *_offers(request, words), *_products(request, term, words)]
    # The IDs of customers are kept as they were sent.
    found += _customers(request, typed)
    context = {"found": found if words else [], "term": term}
    return render(request, "admin/analytics/search_results.html", context)


def _pages(request: HttpRequest, words: list[str]) -> Iterator[Found]:
    """Yield the links of the menu whose title has all words."""
    site: Any = admin.site
    links = [
        (group.get("title") or "", link)
        for group in site.get_sidebar_list(request)
        for link in group["items"]
        if link["has_permission"] and all(word.casefold() in str(link["title"]).casefold() for word in words)
    ]
    for group, link in links[:SHOWN]:
        yield Found(str(link["title"]), str(group or _("page")), str(link["link"]), link["icon"])


def _offers(request: HttpRequest, words: list[str]) -> Iterator[Found]:
    if not request.user.has_perm("offers.view_offer"):
        return
    columns = ("name", "code", "headline_en", "headline_ja", "codes__code")
    offers = Offer.objects.filter(_has_all(words, columns)).order_by("-is_active", "-priority", "name", "pk")
    for offer in offers.distinct()[:SHOWN]:
        description = f"{offer.get_kind_display()} · {offer.code}"
        yield Found(offer.name, description, page_of_kind(offer.kind, "change", offer.pk), "local_offer")


def _products(request: HttpRequest, term: str, words: list[str]) -> Iterator[Found]:
    """Yield the product with this SKU first."""
    if not request.user.has_perm("catalog.view_product"):
        return
    exact, similar = Q(sku=term), _has_all(words, ("sku", "name", "brand"))
    for product in _first(Product.objects.all(), exact, similar):
        page = reverse("admin:catalog_product_change", args=[product.pk])
        yield Found(product.name, f"{_('product')} · {product.sku}", page, "inventory_2")


def _customers(request: HttpRequest, term: str) -> Iterator[Found]:
    """Yield the customers whose ID begins like this: a search inside of IDs would read all of them."""
    if not request.user.has_perm("offers.view_customer"):
        return
    named = Q(external_id=term) | Q(merged__external_id=term)
    for customer in _first(Customer.objects.present(), named, Q(external_id__startswith=term)):
        page = reverse("admin:offers_customer_change", args=[customer.pk])
        yield Found(customer.external_id, _("customer"), page, "person")


def _first(rows: QuerySet[Any], *conditions: Q) -> Iterable[Any]:
    """Return a few rows, those that meet the earlier condition first; each query ends at the last one."""
    found = {row.pk: row for condition in conditions for row in rows.filter(condition).order_by("pk")[:SHOWN]}
    return islice(found.values(), SHOWN)


def _has_all(words: list[str], columns: tuple[str, ...]) -> Q:
    """Return that each word is in one of the columns."""
    condition = Q()
    for word in words:
        in_one = Q()
        for column in columns:
            in_one |= Q(**{f"{column}__icontains": word})
        condition &= in_one
    return condition
