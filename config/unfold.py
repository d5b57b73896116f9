"""The appearance of the admin: its name, colours and navigation."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


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


def _kind(title: Any, icon: str, model: str) -> dict[str, Any]:
    """Return the link to a kind of offer, shown to users who may view offers."""
    return _page(title, icon, "offers", model, "offers.view_offer")


NAVIGATION = [
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
            _kind(_("Upgrades"), "upgrade", "upgradeoffer"),
            _kind(_("Cross-sells"), "add_shopping_cart", "crossselloffer"),
            _kind(_("Bundle offers"), "deployed_code", "bundleoffer"),
            _kind(_("Quantity discounts"), "stacks", "quantityoffer"),
            _kind(_("Subscriptions"), "autorenew", "subscriptionoffer"),
            _kind(_("Add-ons"), "extension", "addonoffer"),
            _kind(_("Threshold rewards"), "redeem", "thresholdoffer"),
            _kind(_("Buy X get Y"), "exposure_plus_1", "buygetoffer"),
        ],
    },
    {
        "title": _("Building blocks"),
        "separator": True,
        "items": [
            _page(_("Bundles"), "package_2", "catalog", "bundle"),
            _page(_("Upgrade ladders"), "stairs", "catalog", "upgradeladder"),
            _page(_("Placements"), "view_quilt", "offers", "placement"),
            _kind(_("Lanes"), "format_list_numbered", "lane"),
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

# Pine green, after 松竹梅 (pine, bamboo, plum).
PRIMARY = {
    "50": "oklch(97.8% .018 165)",
    "100": "oklch(94.5% .042 165)",
    "200": "oklch(89.2% .075 165)",
    "300": "oklch(81.5% .105 165)",
    "400": "oklch(71.5% .125 164)",
    "500": "oklch(61% .122 163)",
    "600": "oklch(50.5% .102 163)",
    "700": "oklch(43.5% .086 164)",
    "800": "oklch(37% .071 165)",
    "900": "oklch(31.5% .058 166)",
    "950": "oklch(21.5% .042 167)",
}

UNFOLD_SETTINGS = {
    "SITE_TITLE": "Awase",
    "SITE_HEADER": "Awase",
    "SITE_SUBHEADER": _("upsell and cross-sell offers"),
    "SITE_SYMBOL": "join_inner",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("awase/favicon.svg")},
    ],
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "SHOW_LANGUAGES": True,
    "COLORS": {"primary": PRIMARY},
    "DASHBOARD_CALLBACK": "analytics.admin.dashboard.add_dashboard",
    "STYLES": [lambda _request: static("awase/admin.css")],
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": NAVIGATION,
    },
}
