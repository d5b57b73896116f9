"""The offer in a form, saved or not, as the plain values that pricing needs."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from msgspec.structs import replace

from engine import pricing
from offers.kinds.registry import kind_of
from offers.models import CuratedProduct, Offer, OfferStrategy
from offers.services.precedence import Precedence
from offers.services.samples import IncompleteOfferError
from offers.services.source import SCOPES, Named, OfferSource, UnreadOffer, own_columns
from offers.services.trees import current_tree

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
        "audience",
        "conditions",
        "needs_code",
        "min_subtotal_minor",
        "usage_limit",
        "customer_usage_limit",
        "budget_minor",
        "max_proposals",
        "max_step_bp",
        "slow_mover_boost_bp",
        "refund_policy",
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
_CLAIMED = ("is_active", "priority", "currency", "lane", "purchase", "starts_at", "ends_at")
# The rows below an offer, by their table.
Rows = Mapping[type[Model], list[dict[str, Any]]]


def priced_rows(kind: str) -> tuple[type[Model], ...]:
    """Return the tables of the rows that make the price of a kind: sources, products, tiers."""
    return (OfferStrategy, CuratedProduct, *kind_of(kind).rows)


def draft_formsets(
    page: Any, request: HttpRequest, offer: Offer, models: tuple[type[Model], ...]
) -> list[Any]:
    """Return the posted rows of these tables."""
    return [
        formset_class(
            data=request.POST,
            instance=offer,
            prefix=formset_class.get_default_prefix(),
            queryset=inline.get_queryset(request),
        )
        for formset_class, inline in page.get_formsets_with_inlines(request, offer if offer.pk else None)
        if inline.model in models
    ]


def read_draft(form: Any, formsets: Iterable[Any]) -> OfferSource[Any]:
    """Return the offer as a validated form and its rows hold it."""
    lacks = [
        f"{form.fields[name].label}: {' '.join(map(str, errors))}"
        for name, errors in form.errors.items()
        if name in form.fields and name not in NOT_PRICED
    ]
    rows = {formset.model: _read_rows(formset, lacks) for formset in formsets}
    if lacks:
        raise IncompleteOfferError(lacks)
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


def _source(offer: Any, chosen: Mapping[str, Any], rows: Rows) -> OfferSource[Any]:
    kind = kind_of(offer.kind)
    picked = tuple(row["product"].pk for row in rows.get(CuratedProduct, ()))
    named = Named(
        triggers=pricing.Selector(_keys(chosen, "trigger_products"), _keys(chosen, "trigger_categories")),
        targets=pricing.Selector(frozenset(picked), _keys(chosen, "target_categories")),
        bundles=tuple(sorted(_keys(chosen, "bundles"))),
        codes=None,
        **{name: getattr(offer, name) for name in SCOPES},
    )
    common: OfferSource[None] = OfferSource(
        id=offer.pk or 0,
        kind=offer.kind,
        is_active=offer.is_active,
        purchase=offer.purchase,
        benefit=pricing.Benefit(offer.benefit_kind, offer.benefit_value),
        strategies=tuple(row["strategy"] for row in rows.get(OfferStrategy, ())),
        picked=picked,
        excludes=_keys(chosen, "excludes"),
        tree=current_tree(chosen.get("conditions")),
        own=None,
        **named.restrictions(),
        **{name: getattr(offer, name) for name in _COLUMNS},
    )
    columns = {name: getattr(offer, name) for name in own_columns(kind.model)}
    (own,) = kind.read([UnreadOffer(common, columns, rows)])
    return replace(common, own=own)


def read_claim(form: Any) -> Precedence:
    """Return what decides whether the offer in a form comes before others, as far as the form is right."""
    offer, chosen = form.instance, form.cleaned_data
    return Precedence(
        id=offer.pk or 0,
        placements=_keys(chosen, "placements"),
        excludes=_keys(chosen, "excludes"),
        **{name: getattr(offer, name) for name in _CLAIMED},
    )


def _keys(chosen: Mapping[str, Any], name: str) -> frozenset[int]:
    return frozenset(row.pk for row in chosen.get(name) or ())
