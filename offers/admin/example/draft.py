"""The offer that stands in a form, saved or not, in the plain values that prices are made of."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from engine import pricing
from offers.models import CuratedProduct, Offer, OfferKind, OfferStrategy, QuantityTier, StrategyCode
from offers.services.goods import load_pricing_products
from offers.services.source import OfferSource, active_bundles, steps_up, substitutes

# Fields that say nothing about the price: an example needs none of them filled in.
NOT_PRICED = frozenset(
    {
        "name",
        "code",
        "headline_en",
        "headline_ja",
        "body_en",
        "body_ja",
        "placements",
        "starts_at",
        "ends_at",
        "usage_limit",
        "customer_usage_limit",
        "budget_minor",
        "max_proposals",
        "max_step_bp",
        "slow_mover_boost_bp",
    }
)
_COLUMNS = (
    "lane",
    "priority",
    "price_base",
    "max_discount_minor",
    "margin_floor_bp",
    "currency",
    "needs_acceptance",
    "max_times",
)
_KIND_COLUMNS: dict[str, tuple[str, ...]] = {
    OfferKind.QUANTITY: ("mode", "after_last", "counting", "unit_order"),
    OfferKind.SUBSCRIPTION: ("intro_cycles",),
    OfferKind.ADD_ON: ("min_count", "max_count", "included_count"),
    OfferKind.THRESHOLD: ("measure", "at_least", "threshold_base", "gives_free_shipping"),
    OfferKind.BUY_GET: ("buy_count", "get_count", "unit_order"),
}

_PRICED_ROWS = (OfferStrategy, CuratedProduct, QuantityTier)

Rows = Mapping[str, list[dict[str, Any]]]


class DraftError(Exception):
    """The form has no price yet; the messages say what it lacks."""

    def __init__(self, messages: Iterable[str]) -> None:
        super().__init__()
        self.messages = list(messages)


def draft_formsets(page: Any, request: HttpRequest, offer: Offer) -> list[Any]:
    """Return the posted rows that make the price: sources, products, tiers."""
    return [
        formset_class(
            data=request.POST,
            instance=offer,
            prefix=formset_class.get_default_prefix(),
            queryset=inline.get_queryset(request),
        )
        for formset_class, inline in page.get_formsets_with_inlines(request, offer if offer.pk else None)
        if inline.model in _PRICED_ROWS
    ]


def read_draft(form: Any, formsets: Iterable[Any]) -> OfferSource:
    """Return the offer as a validated form and its rows hold it."""
    lacks = [
        f"{form.fields[name].label}: {' '.join(map(str, errors))}"
        for name, errors in form.errors.items()
        if name in form.fields and name not in NOT_PRICED
    ]
    rows = {formset.prefix: _read_rows(formset, lacks) for formset in formsets}
    if lacks:
        raise DraftError(lacks)
    return _source(form.instance, form.cleaned_data, rows)


def _read_rows(formset: "BaseInlineFormSet[Any, Any, Any]", lacks: list[str]) -> list[dict[str, Any]]:
    """Return the rows that stay; add what is wrong with them to `lacks`."""
    if not formset.is_valid():
        lacks += map(str, formset.non_form_errors())
        lacks += [
            f"{form.fields[name].label}: {' '.join(errors)}" if name in form.fields else " ".join(errors)
            for form in formset.forms
            for name, errors in form.errors.items()
        ]
        return []
    return [form.cleaned_data for form in formset.forms if form.cleaned_data and not _is_deleted(form)]


def _is_deleted(form: Any) -> bool:
    return bool(form.cleaned_data.get("DELETE"))


def _source(offer: Any, chosen: Mapping[str, Any], rows: Rows) -> OfferSource:
    strategies = tuple(row["strategy"] for row in rows.get("strategies", ()))
    return OfferSource(
        id=offer.pk or 0,
        kind=offer.kind,
        purchase=offer.purchase,
        benefit=pricing.Benefit(offer.benefit_kind, offer.benefit_value),
        strategies=strategies,
        triggers=pricing.Selector(_keys(chosen, "trigger_products"), _keys(chosen, "trigger_categories")),
        picked=tuple(row["product"].pk for row in rows.get("curated", ())),
        target_categories=_keys(chosen, "target_categories"),
        excludes=_keys(chosen, "excludes"),
        tiers=_tiers(rows.get("tiers", ())),
        **{name: vars(offer)[name] for name in (*_COLUMNS, *_KIND_COLUMNS.get(offer.kind, ()))},
        **_links(offer, chosen, strategies),
    )


def _links(offer: Any, chosen: Mapping[str, Any], strategies: Collection[str]) -> dict[str, Any]:
    """Return what the kind's own links and numbers mean."""
    match offer.kind:
        case OfferKind.UPGRADE:
            return {"upgrades_to": _upgrades(strategies)}
        case OfferKind.BUNDLE:
            return {"bundles": _bundles(offer, _keys(chosen, "bundles"))}
        case OfferKind.SUBSCRIPTION:
            intro = pricing.Benefit(offer.intro_kind, offer.intro_value)
            return {"intro": intro, "interval_days": tuple(offer.interval_days)}
        case OfferKind.THRESHOLD if offer.gift_id is not None:
            gifts = load_pricing_products(pks=[offer.gift_id])
            return {"gift": pricing.Gift(gifts[offer.gift_id], offer.gift_quantity)}
    return {}


def _upgrades(strategies: Collection[str]) -> frozenset[int]:
    products = steps_up() if StrategyCode.LADDER in strategies else frozenset()
    return products | substitutes() if StrategyCode.RELATED in strategies else products


def _bundles(offer: Offer, named: frozenset[int]) -> tuple[pricing.Bundle, ...]:
    known = active_bundles().get(offer.currency, {})
    return tuple(bundle for pk, bundle in known.items() if not named or pk in named)


def _tiers(rows: Iterable[Mapping[str, Any]]) -> tuple[pricing.Tier, ...]:
    """Return the tiers by rising quantity."""
    ordered = sorted(rows, key=lambda row: int(row["from_quantity"]))
    starts = [row["from_quantity"] for row in ordered]
    if len(set(starts)) < len(starts):
        raise DraftError([_("Two tiers begin with the same unit.")])
    return tuple(
        pricing.Tier(row["from_quantity"], pricing.Benefit(row["benefit_kind"], row["benefit_value"]))
        for row in ordered
    )


def _keys(chosen: Mapping[str, Any], name: str) -> frozenset[int]:
    return frozenset(row.pk for row in chosen.get(name) or ())
