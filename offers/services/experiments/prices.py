"""Whether arms can give the same product different prices at the same time."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from engine import pricing
from offers.kinds.registry import kind_of
from offers.models import Offer
from offers.services.collection.sources import collect_offer_sources
from offers.services.experiments.arms import ArmPlan
from offers.services.source import OfferSource

# What decides which prices an offer gives, and to whom.
_FIELDS: Final = (
    "kind",
    "benefit",
    "currency",
    "lane",
    "purchase",
    "price_base",
    "triggers",
    "discounted",
    "picked",
    "strategies",
    "named_bundles",
    "max_discount_minor",
    "margin_floor_bp",
    "max_times",
    "needs_acceptance",
    "audience",
    "min_subtotal_minor",
    "codes",
    "tree",
    "usage_limit",
    "customer_usage_limit",
    "budget_minor",
    "starts_at",
    "ends_at",
)


def have_different_prices(arms: Sequence[ArmPlan]) -> bool:
    """Tell whether the price of a product may depend on the arm; rather yes than no.

    It does unless every arm has the same price rules: those of its offers, without offers at list price.
    """
    every = frozenset[int]().union(*[arm.offers for arm in arms])
    sources = collect_offer_sources(Offer.objects.filter(pk__in=every))
    rules = {source.id: _rules_of(source) for source in sources if not _is_at_list_price(source)}
    return len({_of_arm(arm.offers, rules) for arm in arms}) > 1


def _is_at_list_price(source: OfferSource[Any]) -> bool:
    """Tell whether the offer changes no price; values of its own kind always may."""
    return source.own is None and source.benefit == pricing.LIST_PRICE


def _rules_of(source: OfferSource[Any]) -> bytes:
    rules: dict[str, Any] = {name: getattr(source, name) for name in _FIELDS}
    rules["own"] = kind_of(source.kind).price_rules(source.own)
    return msgspec.json.encode(rules, order="deterministic")


def _of_arm(offers: Iterable[int], rules: dict[int, bytes]) -> tuple[bytes, ...]:
    return tuple(sorted(rules[offer] for offer in offers if offer in rules))
