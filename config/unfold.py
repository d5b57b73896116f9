"""The appearance of the admin: its name and colours."""

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

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
    "SCRIPTS": [
        lambda _request: static("awase/palette.js"),
        lambda _request: static("awase/sku_list.js"),
    ],
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        # By its path: the kinds of offer are known once all apps are loaded.
        "navigation": "config.navigation.navigation",
    },
}
