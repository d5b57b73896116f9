"""What a browser posts for the form of each kind of offer, as few fields as it can."""

from django.urls import reverse

from catalog.models import Product
from offers.models import Placement

Fields = dict[str, object]
Row = dict[str, object]

PAGES = {
    "upgrade": "upgradeoffer",
    "cross_sell": "crossselloffer",
    "bundle": "bundleoffer",
    "quantity": "quantityoffer",
    "subscription": "subscriptionoffer",
    "add_on": "addonoffer",
    "threshold": "thresholdoffer",
    "buy_get": "buygetoffer",
}
OWN: dict[str, Fields] = {
    "quantity": {
        "mode": "graduated",
        "after_last": "hold",
        "counting": "product",
        "unit_order": "cheapest_first",
    },
    "subscription": {"intro_kind": "none", "intro_cycles": 0, "interval_days": "30, 60"},
    "add_on": {"min_count": 0, "included_count": 0},
    "threshold": {
        "measure": "spend",
        "at_least": "5,000",
        "threshold_base": "lane_entry",
        "gift_quantity": 1,
        "benefit_kind": "percent",
        "benefit_value": "10",
    },
    "buy_get": {
        "buy_count": 2,
        "get_count": 1,
        "unit_order": "cheapest_first",
        "benefit_kind": "percent",
        "benefit_value": "100",
    },
}
ROWS = {
    "upgrade": ("strategies", "curated"),
    "cross_sell": ("strategies", "curated"),
    "quantity": ("tiers",),
    "add_on": ("curated",),
    "threshold": ("curated",),
    "buy_get": ("curated",),
}


def address(kind: str, name: str, *keys: int) -> str:
    """Return the address of a page of the kind."""
    return reverse(f"admin:offers_{PAGES[kind]}_{name}", args=keys)


def posted(kind: str, rows: dict[str, list[Row]] | None = None, **fields: object) -> Fields:
    """Return the form's fields; `rows` are those below it, by their prefix."""
    place, _created = Placement.objects.get_or_create(code="cart", defaults={"name": "Cart"})
    data: Fields = {
        "name": "Offer",
        "code": "offer",
        "is_active": "on",
        "priority": 0,
        "placements": [place.pk],
        "max_proposals": 1,
        "audience": "everyone",
        "currency": "JPY",
        "benefit_kind": "none",
        "slow_mover_boost_bp": "0",
        "lane": "line",
        "price_base": "running",
        "purchase": "one_time",
        "refund_policy": "keep",
    }
    data |= OWN.get(kind, {}) | fields
    for prefix in (*ROWS.get(kind, ()), "codes", "versions"):
        data |= _rows(prefix, (rows or {}).get(prefix, []))
    return data


def tiers(*steps: tuple[int, str, str]) -> dict[str, list[Row]]:
    """Return tiers: from which unit, kind, value."""
    return {
        "tiers": [
            {"from_quantity": start, "benefit_kind": kind, "benefit_value": value}
            for start, kind, value in steps
        ]
    }


def picked(*products: Product) -> dict[str, list[Row]]:
    """Return hand-picked products, and that they are the source of the proposals."""
    return {
        "curated": [{"product": product.pk, "position": place} for place, product in enumerate(products)],
        "strategies": [{"strategy": "curated", "position": 0}],
    }


def _rows(prefix: str, rows: list[Row]) -> Fields:
    data: Fields = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for place, row in enumerate(rows):
        data |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
    return data
