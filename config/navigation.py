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


def navigation(_request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of links; a group is shown to users who may follow one of its links."""
    return [
        {"items": [{"title": _("Today"), "icon": "today", "link": reverse_lazy("admin:index")}]},
        {
            "title": _("Offers"),
            "separator": True,
            "items": [
                _page(_("All offers"), "local_offer", "offers", "offer"),
                {
                    "title": _("Results"),
                    "icon": "bar_chart",
                    "link": reverse_lazy("results"),
                    "permission": _may("checkout.view_order"),
                },
                {
                    "title": _("Try it out"),
                    "icon": "visibility",
                    "link": reverse_lazy("tryout"),
                    "permission": _may("offers.view_offer"),
                },
                *map(_kind, all_kinds()),
            ],
        },
        {
            "title": _("Building blocks"),
            "separator": True,
            "items": [
                _page(_("Bundles"), "package_2", "catalog", "bundle"),
                _page(_("Upgrade ladders"), "stairs", "catalog", "upgradeladder"),
                _page(_("Placements"), "view_quilt", "offers", "placement"),
                _page(_("Lanes"), "format_list_numbered", "offers", "lane", "offers.view_offer"),
            ],
        },
        {
            "title": _("Catalogue"),
            "separator": True,
            "items": [
                _page(_("Products"), "inventory_2", "catalog", "product"),
                _page(_("Categories"), "account_tree", "catalog", "category"),
                _page(_("Relations"), "link", "catalog", "productrelation"),
                _page(_("Price history"), "history", "catalog", "pricechange"),
            ],
        },
        {
            "title": _("Learning"),
            "separator": True,
            "items": [
                {
                    "title": _("Statistics"),
                    "icon": "monitoring",
                    "link": reverse_lazy("statistics"),
                    "permission": _may("analytics.view_recomputerun"),
                },
                _page(_("Recommendations"), "join_inner", "offers", "productpartners"),
                _page(_("Pins and vetoes"), "push_pin", "offers", "partneroverride"),
                _page(_("Product statistics"), "query_stats", "offers", "productfacts"),
                _page(_("Best sellers"), "trending_up", "offers", "popularproducts"),
                _page(_("Recompute runs"), "model_training", "analytics", "recomputerun"),
                _page(_("Generations"), "layers", "offers", "generation"),
            ],
        },
        {
            "title": _("Customers and orders"),
            "separator": True,
            "items": [
                _page(_("Orders"), "receipt_long", "checkout", "order"),
                _page(_("Quotes"), "request_quote", "checkout", "quote"),
                _page(_("Redemptions"), "lock_clock", "checkout", "redemption"),
                _page(_("Charged orders"), "paid", "checkout", "allocation"),
                _page(_("Refunds"), "currency_exchange", "checkout", "refund"),
                _page(_("Customers"), "group", "offers", "customer"),
                _page(_("Events"), "ads_click", "offers", "event"),
            ],
        },
        {
            "title": _("Operation"),
            "separator": True,
            "items": [
                _page(_("API keys"), "key", "gateway", "apikey"),
                _page(_("Users"), "person", "accounts", "user"),
                _page(_("Groups"), "groups", "auth", "group"),
            ],
        },
    ]
