"""The words for what a recompute chose, counted and left out."""

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
}
# What a hit is, in a sentence with two shares of a hundred.
RESULTS: Mapping[str, Words] = {
    "cart_completion": _(
        "Your shop: %(hits)s of 100 carts completed within 10 proposals; plain best sellers: %(baseline)s."
    ),
    "product_page": _(
        "Your shop: on %(hits)s of 100 product pages what was bought with it stood among 10 proposals; "
        "plain best sellers: %(baseline)s."
    ),
    "next_basket": _(
        "Your shop: %(hits)s of 100 next orders held one of 10 proposals; plain best sellers: %(baseline)s."
    ),
}
METHODS: Mapping[str, Words] = {
    "default": _("The safe defaults: there were too few orders to choose by."),
    "co_purchase": _("What is bought together, each pair weighed by how common both products are."),
    "ease": _("EASE: which products foretell one another, all of them weighed at once."),
    "both": _("What is bought together and what EASE foretells, a weighed mean of the two."),
    "own_frequency": _("What the customer bought most, the older the less, then what sells of late."),
    "blend": _("What goes with the cart, and for a known customer what they buy again and again."),
}
CONSTANTS: Mapping[str, Words] = {
    # Of a recipe for links between products.
    "size_exponent": _("a large order counts less, by its size to the power of"),
    "own_exponent": _("a product's own popularity is damped by the power of"),
    "partner_exponent": _("a best seller is held back as a partner by the power of"),
    "power": _("links are raised to this power before those of a cart are added up"),
    "half_life_days": _("days after which an order counts half (0: never)"),
    "ridge": _("how much EASE distrusts rare products"),
    "ease_share": _("share of EASE in the mean"),
    "breadth": _("how many times the usual number of partners is kept"),
    "pair_min_orders": _("orders that must hold both before a pair counts"),
    # Of a customer's habit: what each figure weighs.
    "owned": _("weight of having bought it at all"),
    "recent": _("weight of purchases of late, which count half after 30 days"),
    "regular": _("weight of purchases, which count half after 120 days"),
    "count": _("weight of how often it was bought"),
    "days_since": _("weight of the days since the last time"),
    "share": _("weight of its share of the customer's orders"),
    "popular": _("weight of what sells of late"),
    "total": _("weight of what has always sold"),
    "recent_share": _("weight of its share of the customer's orders of late"),
    "regular_share": _("weight of its share of the customer's orders, which count half after 120 days"),
    "last_share": _("weight of its share of the customer's last orders, which count half after ten more"),
    "loyalty": _("weight of how often who buys it buys it again"),
    "week": _("weight of what sold in the last week"),
    "tens": _("weight of how often it was bought, for staples"),
    "tens_recent": _("weight of purchases of late, for staples"),
    "tens_regular": _("weight of purchases, which count half after 120 days, for staples"),
    # Of what ranks a known customer's cart: company beside habit.
    "sum_weight": _("weight of what goes with the cart"),
    "sum_size_weight": _("the same, more the larger the cart"),
    "square_weight": _("weight of strong links in the cart"),
    "own_sum_weight": _("weight of what goes with the cart and was bought before"),
    "own_size_weight": _("weight of what was bought before, more the larger the cart"),
    "new_weight": _("weight of best sellers among what was never bought"),
}
STAGES: Mapping[str, Words] = {
    "read": _("reading"),
    "index": _("sorting"),
    "fit": _("choosing constants"),
    "count": _("counting pairs"),
    "popularity": _("best sellers"),
    "histories": _("purchase histories"),
    "facts": _("facts"),
    "publish": _("publishing"),
    "snapshot": _("building the snapshot"),
}
# What was learned and written; every other count is of something that was set aside.
LEARNED: Mapping[str, Words] = {
    "orders": _("orders"),
    "lines": _("order lines"),
    "pairs": _("pairs of products"),
    "products": _("products with partners"),
    "customers": _("customers with a history"),
    "due_products": _("products that customers need again"),
    "slow_movers": _("slow movers"),
    "rows_written": _("rows written"),
    "rows_untouched": _("rows left as they were"),
}
ODD: Mapping[str, Words] = {
    "oversized_orders": _("orders too large to count pairs in; they count as sales"),
    "huge_orders": _("orders with very many lines"),
    "future_orders": _("orders placed in the future, left out"),
    "orders_without_lines": _("orders without lines"),
    "negative_quantity_lines": _("lines with a negative quantity, left out"),
    "refund_lines": _("refunded lines, left out"),
    "zero_price_lines": _("lines that cost nothing; their price is not learned from"),
    "absurd_price_lines": _("lines with an absurd price; the price is not learned from"),
    "absurd_quantity_lines": _("lines with an absurd quantity; only so many units are counted"),
    "capped_orders": _("orders worth far more than all others; only so much of it is counted"),
    "repeated_lines": _("lines that name a product again; counted once"),
    "dropped_pairs": _("pairs dropped at the bound of large orders"),
}


def spoken(words: Mapping[str, Words], code: str) -> str:
    """Return the words for a code; one that is not known yet stands for itself."""
    return str(words.get(code, code.replace("_", " ")))


def in_order(words: Collection[str], codes: Iterable[str]) -> list[str]:
    """Return the codes in the order of their words, then the unknown ones.

    PostgreSQL keeps the entries of a document in an order of its own.
    """
    known = list(words)
    return sorted(codes, key=lambda code: (known.index(code) if code in words else len(known), code))


def number(value: Any) -> str:
    """Return a number as the reader's language groups it; at most three decimals, none for a whole one."""
    if not isinstance(value, int | float):
        return str(value)
    is_whole = float(value).is_integer()
    text = number_format(value, 0 if is_whole else 3, force_grouping=True)
    return str(text) if is_whole else str(text).rstrip("0")


def learned_counts(counts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a run learned and wrote, in words, with its number."""
    return [(spoken(LEARNED, name), number(counts[name])) for name in LEARNED if name in counts]


def odd_counts(counts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a run set aside, in words, with its number; nothing of what it met nowhere."""
    odd = [name for name, count in counts.items() if name not in LEARNED and count]
    return [(spoken(ODD, name), number(counts[name])) for name in in_order(ODD, odd)]


def seconds_by_stage(timings: Mapping[str, float]) -> list[tuple[str, str]]:
    """Return how long each stage took, in the order in which they come."""
    return [(spoken(STAGES, stage), f"{timings[stage]:.2f}") for stage in in_order(STAGES, timings)]


def as_list(rows: list[tuple[str, str]]) -> SafeString | str:
    """Return the rows as lines of text, a dash where there are none."""
    return format_html_join(mark_safe("<br>"), "{}: {}", rows) or "–"
