"""The sentence that tells a shopper why an offer is proposed."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from django.utils import translation
from django.utils.translation import gettext, gettext_noop, ngettext

from offers.kinds.registry import find_kind

Evidence = Mapping[str, int | float | str]

# The source of a proposal → the sentence without figures. A kind without sources has its own sentence.
_PLAIN: Final[Mapping[str, str]] = {
    "curated": gettext_noop("Picked for you by our staff"),
    "ladder": gettext_noop("The next step up"),
    "related": gettext_noop("Goes well with it"),
    "bought_together": gettext_noop("Often bought together"),
    "also_bought_by_customer": gettext_noop("You bought this before"),
    "due_for_repurchase": gettext_noop("You may need this again soon"),
    "category_popular": gettext_noop("Popular in this category"),
    "popular": gettext_noop("Popular in our shop"),
    "similar": gettext_noop("Similar to your choice"),
    "viewed_not_bought": gettext_noop("You looked at this"),
}

# What a sentence counts, where that is not orders.
_FIGURES: Final[Mapping[str, str]] = {
    "due_for_repurchase": "interval_days",
    "viewed_not_bought": "views",
}


def reason_text(code: str, evidence: Evidence, language: str) -> str:
    """Return the sentence in a language; with the figure behind it where that is known."""
    figure = _FIGURES.get(code, "orders")
    number = evidence.get(figure)
    return _sentence(code, figure, number if isinstance(number, int) else 0, language)


@lru_cache(maxsize=4096)
def _sentence(code: str, figure: str, number: int, language: str) -> str:
    template = _counted(code, language, min(number, 2)) if number > 0 else ""
    return template % {figure: f"{number:,}"} if template else _plain(code, language)


@cache
def _plain(code: str, language: str) -> str:
    kind = find_kind(code)
    message = _PLAIN.get(code) or (kind and kind.shopper_reason)
    with translation.override(language):
        return gettext(message) if message else ""


@cache
def _counted(code: str, language: str, number: int) -> str:
    """Return the template for one or for several: looked up once a language, not once a request."""
    with translation.override(language):
        templates = {
            "bought_together": ngettext(
                "Bought together in %(orders)s order", "Bought together in %(orders)s orders", number
            ),
            "also_bought_by_customer": ngettext(
                "You bought this in %(orders)s order", "You bought this in %(orders)s orders", number
            ),
            "due_for_repurchase": ngettext(
                "Usually needed again after %(interval_days)s day",
                "Usually needed again after %(interval_days)s days",
                number,
            ),
            "category_popular": ngettext(
                "Bought in %(orders)s recent order, a best seller of its category",
                "Bought in %(orders)s recent orders, a best seller of its category",
                number,
            ),
            "popular": ngettext(
                "Bought in %(orders)s recent order", "Bought in %(orders)s recent orders", number
            ),
            "viewed_not_bought": ngettext(
                "You looked at this once", "You looked at this %(views)s times", number
            ),
        }
        return templates.get(code, "")
