"""Labels for the methods, parameters, counts and stages of a recompute."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

Words = str | Promise

QUESTIONS: Mapping[str, Words] = {
    "cart_completion": _("Cart"),
    "product_page": _("Product page"),
    "next_basket": _("Next order of a known customer"),
    "first_order": _("First order of a customer with attributes"),
}
# What a hit is, as a sentence with two percentages.
RESULTS: Mapping[str, Words] = {
    "cart_completion": _(
        "In %(hits)s of 100 carts, the missing product was among the top 10 "
        "recommendations. Best sellers alone: %(baseline)s."
    ),
    "product_page": _(
        "On %(hits)s of 100 product pages, a product bought in the same order was among the top "
        "10 recommendations. Best sellers alone: %(baseline)s."
    ),
    "next_basket": _(
        "%(hits)s of 100 next orders contained one of the top 10 recommendations. "
        "Best sellers alone: %(baseline)s."
    ),
    "first_order": _(
        "%(hits)s of 100 first orders contained one of the top 10 recommendations. "
        "Best sellers alone: %(baseline)s."
    ),
}
METHODS: Mapping[str, Words] = {
    "default": _("The defaults, because there are too few orders to compare methods."),
    "co_purchase": _("Products bought together, weighted by how common both products are."),
    "ease": _("EASE: a linear model that predicts products from all others."),
    "both": _("A weighted average of co-purchases and EASE."),
    "own_frequency": _(
        "What the customer buys most often, with recent purchases weighted higher, then recent best sellers."
    ),
    "attributes": _("Best sellers, and what customers with the same attributes buy more often than others."),
    "popular": _("Recent best sellers. Attributes do not help."),
    "blend": _("What goes with the cart and, for known customers, what they buy repeatedly."),
}
CONSTANTS: Mapping[str, Words] = {
    # Parameters of the scores between products.
    "size_exponent": _("exponent that reduces the weight of large orders"),
    "own_exponent": _("exponent that reduces the effect of a product's own popularity"),
    "partner_exponent": _("exponent that reduces the score of best sellers as partners"),
    "power": _("exponent applied to the scores of a cart's products before they are added"),
    "half_life_days": _("half-life of an order's weight in days (0: none)"),
    "ridge": _("ridge penalty of EASE"),
    "ease_share": _("share of EASE in the average"),
    "breadth": _("number of partners kept, as a multiple of the default"),
    "pair_min_orders": _("minimum number of orders for a pair"),
    "attribute_weight": _("weight of what customers with the same attributes buy"),
    # Weights of a customer's purchase habits.
    "owned": _("weight of having bought the product before"),
    "recent": _("weight of recent purchases (half-life 30 days)"),
    "regular": _("weight of regular purchases (half-life 120 days)"),
    "count": _("weight of the number of purchases"),
    "days_since": _("weight of the days since the last purchase"),
    "share": _("weight of the share of the customer's orders"),
    "popular": _("weight of recent best sellers"),
    "total": _("weight of all-time best sellers"),
    "recent_share": _("weight of the share of the customer's recent orders"),
    "regular_share": _("weight of the share of the customer's orders (half-life 120 days)"),
    "last_share": _("weight of the share of the customer's last orders (half-life 10 orders)"),
    "loyalty": _("weight of the product's repurchase rate"),
    "week": _("weight of last week's best sellers"),
    "tens": _("weight of the number of purchases, for staples"),
    "tens_recent": _("weight of recent purchases, for staples"),
    "tens_regular": _("weight of regular purchases, for staples (half-life 120 days)"),
    # Weights that combine the cart and the habits of a known customer.
    "sum_weight": _("weight of what goes with the cart"),
    "sum_size_weight": _("additional weight of what goes with the cart, by cart size"),
    "square_weight": _("weight of strong co-purchases with the cart"),
    "own_sum_weight": _("weight of what goes with the cart and was bought before"),
    "own_size_weight": _("weight of what was bought before, by cart size"),
    "new_weight": _("weight of best sellers among products not bought before"),
}
STAGES: Mapping[str, Words] = {
    "read": _("reading"),
    "index": _("sorting"),
    "fit": _("selecting parameters"),
    "count": _("counting pairs"),
    "popularity": _("best sellers"),
    "histories": _("purchase histories"),
    "facts": _("facts"),
    "publish": _("publishing"),
    "snapshot": _("building the snapshot"),
}
# What was learned and written; all other counts are of excluded or unusual data.
LEARNED: Mapping[str, Words] = {
    "orders": _("orders"),
    "lines": _("order lines"),
    "pairs": _("pairs of products"),
    "products": _("products with recommendations"),
    "customers": _("customers with a history"),
    "due_products": _("products due for repurchase"),
    "slow_movers": _("slow movers"),
    "rows_written": _("rows written"),
    "rows_untouched": _("rows unchanged"),
}
ODD: Mapping[str, Words] = {
    "oversized_orders": _("orders too large for pair counting; counted as sales only"),
    "huge_orders": _("orders with very many lines"),
    "future_orders": _("orders dated in the future; excluded"),
    "orders_without_lines": _("orders without lines"),
    "negative_quantity_lines": _("lines with a negative quantity; excluded"),
    "refund_lines": _("refunded lines; excluded"),
    "zero_price_lines": _("lines with a price of zero; the price is ignored"),
    "absurd_price_lines": _("lines with an implausible price; the price is ignored"),
    "absurd_quantity_lines": _("lines with an implausible quantity; the quantity is capped"),
    "capped_orders": _("orders with an exceptionally high value; the value is capped"),
    "repeated_lines": _("repeated lines for the same product in an order; counted once"),
    "dropped_pairs": _("pairs skipped because their order was too large"),
}


def label_of(words: Mapping[str, Words], code: str) -> str:
    """Return the label of a code; an unknown code is returned as text."""
    return str(words.get(code, code.replace("_", " ")))


def in_order(words: Collection[str], codes: Iterable[str]) -> list[str]:
    """Return the codes in the order of their labels, then the unknown ones.

    PostgreSQL does not keep the order of a JSON object.
    """
    known = list(words)
    return sorted(codes, key=lambda code: (known.index(code) if code in words else len(known), code))


def number(value: Any) -> str:
    """Return a number with the active language's grouping and at most three decimals."""
    if not isinstance(value, int | float):
        return str(value)
    is_whole = float(value).is_integer()
    text = number_format(value, 0 if is_whole else 3, force_grouping=True)
    return str(text) if is_whole else str(text).rstrip("0")


def learned_counts(counts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the labels and numbers of what a run learned and wrote."""
    return [(label_of(LEARNED, name), number(counts[name])) for name in LEARNED if name in counts]


def odd_counts(counts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the labels and numbers of excluded or unusual data, without zeros."""
    odd = [name for name, count in counts.items() if name not in LEARNED and count]
    return [(label_of(ODD, name), number(counts[name])) for name in in_order(ODD, odd)]


def seconds_by_stage(timings: Mapping[str, float]) -> list[tuple[str, str]]:
    """Return the duration of each stage, in their order."""
    return [(label_of(STAGES, stage), f"{timings[stage]:.2f}") for stage in in_order(STAGES, timings)]


def as_list(rows: list[tuple[str, str]]) -> SafeString | str:
    """Return the rows as lines of text; a dash without rows."""
    return format_html_join(mark_safe("<br>"), "{}: {}", rows) or "–"
