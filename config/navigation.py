"""The admin's sidebar."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from offers.kinds.base import Kind
from offers.kinds.registry import all_kinds


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    """Return a permission check that runs when the navigation is rendered."""

    def check(request: HttpRequest) -> bool:
        return request.user.has_perm(permission)

    return check


def _page(title: Any, icon: str, app: str, model: str, permission: str = "") -> dict[str, Any]:
    """Return the link to a model's list, shown to users who may view it."""
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{model}_changelist"),
        "permission": _may(permission or f"{app}.view_{model}"),
    }


def _kind(kind: Kind[Any, Any, Any]) -> dict[str, Any]:
    """Return the link to a kind of offer, shown to users who may view offers."""
    opts = kind.model._meta  # noqa: SLF001 (Django's model API)
    title = capfirst(opts.verbose_name_plural)
    return _page(title, kind.icon, opts.app_label, str(opts.model_name), "offers.view_offer")


def _link(title: Any, icon: str, address: str, permission: str) -> dict[str, Any]:
    """Return the link to a page of its own, shown to users with the permission."""
    return {"title": title, "icon": icon, "link": reverse_lazy(address), "permission": _may(permission)}


def _group(title: Any, *links: dict[str, Any]) -> dict[str, Any]:
    """Return a group of links."""
    return {"title": title, "separator": True, "items": list(links)}


def navigation(_request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of links; a group is shown to users who may follow one of its links."""
    today = {"items": [{"title": _("Today"), "icon": "today", "link": reverse_lazy("admin:index")}]}
    return [today, *_of_offers(), *_of_the_shop()]


def _of_offers() -> list[dict[str, Any]]:
    """Return what is proposed, what it is made of, and what was learned."""
    return [
        _group(
            _("Offers"),
            _page(_("All offers"), "local_offer", "offers", "offer"),
            _link(_("Results"), "bar_chart", "results", "checkout.view_order"),
            _link(_("Clicks and refusals"), "thumbs_up_down", "refusals", "offers.view_event"),
            _link(_("What works"), "lightbulb", "patterns", "checkout.view_order"),
            _page(_("Experiments"), "science", "offers", "experiment"),
            _page(_("Holdout"), "balance", "offers", "holdoutgroups"),
            _page(_("Promotion codes"), "confirmation_number", "offers", "codebatch"),
            _link(_("Try out a placement"), "visibility", "tryout", "offers.view_offer"),
            *map(_kind, all_kinds()),
        ),
        _group(
            _("Building blocks"),
            _page(_("Bundles"), "package_2", "catalog", "bundle"),
            _page(_("Upgrade ladders"), "stairs", "catalog", "upgradeladder"),
            _page(_("Placements"), "view_quilt", "offers", "placement"),
            _page(_("Exclusions"), "block", "offers", "productexclusion"),
            _page(_("Context values"), "data_object", "offers", "contextvalue"),
            _page(_("Lanes"), "format_list_numbered", "offers", "lane", "offers.view_offer"),
            _page(_("Restraint"), "pause_circle", "offers", "restraintpolicy", "offers.view_offer"),
            _page(_("Caps per person"), "speed", "offers", "restraintcap", "offers.view_offer"),
            _page(_("Quiet periods"), "bedtime", "offers", "quietperiod", "offers.view_offer"),
        ),
        _group(
            _("Catalogue"),
            _page(_("Products"), "inventory_2", "catalog", "product"),
            _page(_("Categories"), "account_tree", "catalog", "category"),
            _page(_("Relations"), "link", "catalog", "productrelation"),
            _page(_("Price history"), "history", "catalog", "pricechange"),
        ),
        _group(
            _("Learning"),
            _link(_("Statistics"), "monitoring", "statistics", "analytics.view_recomputerun"),
            _page(_("Recommendations"), "join_inner", "offers", "productpartners"),
            _page(_("Pins and exclusions"), "push_pin", "offers", "partneroverride"),
            _page(_("Product statistics"), "query_stats", "offers", "productfacts"),
            _page(_("Best sellers"), "trending_up", "offers", "popularproducts"),
            _page(_("Recompute runs"), "model_training", "analytics", "recomputerun"),
            _page(_("Generations"), "layers", "offers", "generation"),
        ),
    ]


def _of_the_shop() -> list[dict[str, Any]]:
    """Return who bought what, and who works here."""
    return [
        _group(
            _("Customers and orders"),
            _page(_("Orders"), "receipt_long", "checkout", "order"),
            _page(_("Quotes"), "request_quote", "checkout", "quote"),
            _page(_("Redemptions"), "lock_clock", "checkout", "redemption"),
            _page(_("Charged orders"), "paid", "checkout", "allocation"),
            _page(_("Refunds"), "currency_exchange", "checkout", "refund"),
            _page(_("Customers"), "group", "offers", "customer"),
            _page(_("Customer attributes"), "badge", "offers", "customerattribute"),
            _page(_("Audiences"), "groups_2", "offers", "audience"),
            _page(_("Events"), "ads_click", "offers", "event"),
        ),
        _group(
            _("Administration"),
            _page(_("API keys"), "key", "gateway", "apikey"),
            _page(_("Users"), "person", "accounts", "user"),
            _page(_("Groups"), "groups", "auth", "group"),
        ),
    ]
