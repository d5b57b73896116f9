"""Read an offer from the database, once for all uses: its own columns, its kind's columns and its links."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Max, QuerySet
from msgspec.structs import replace

from engine import pricing
from offers.kinds.base import Kind
from offers.kinds.registry import all_kinds
from offers.models import (
    BatchState,
    CodeBatch,
    CuratedProduct,
    Offer,
    OfferStrategy,
    OfferVersion,
    PromotionCode,
)
from offers.services.collection.experiments import collect_arms
from offers.services.collection.rows import grouped
from offers.services.source import SCOPES, Named, OfferSource, UnreadOffer, own_columns
from offers.services.trees import needs_page, read_tree, without_gone

# Columns that mean in the source what they are called in the table.
_COLUMNS = (
    "code",
    "is_active",
    "version",
    "priority",
    "max_proposals",
    "headline_en",
    "headline_ja",
    "body_en",
    "body_ja",
    "max_step_bp",
    "slow_mover_boost_bp",
    "audience",
    "min_subtotal_minor",
    "usage_limit",
    "customer_usage_limit",
    "budget_minor",
    "refund_policy",
    "lane",
    "purchase",
    "price_base",
    "max_discount_minor",
    "margin_floor_bp",
    "currency",
    "starts_at",
    "ends_at",
    "needs_acceptance",
    "max_times",
)


def collect_offer_sources(offers: QuerySet[Offer]) -> list[OfferSource[Any]]:
    """Return the offers in plain values, by primary key and by a constant number of queries.

    An offer of a kind that is not installed, or without its row in the table of its kind, is left out.
    """
    common = _collect_common(offers)
    own: dict[int, Any] = {}
    for kind in all_kinds():
        sources = [source for source in common if source.kind == kind.code]
        if sources:
            unread = _unread(kind, sources, offers.filter(kind=kind.code))
            own.update(zip((offer.common.id for offer in unread), kind.read(unread), strict=True))
    return [replace(source, own=own[source.id]) for source in common if source.id in own]


def _collect_common(offers: QuerySet[Offer]) -> list[OfferSource[None]]:
    """Return what every offer has."""
    own = ("pk", "kind", "created_at", "benefit_kind", "benefit_value", "conditions")
    rows = list(offers.order_by("pk").values(*own, *_COLUMNS, *SCOPES))
    scopes = {row["pk"]: {name: row.pop(name) for name in SCOPES} for row in rows}
    links = OfferLinks(offers)
    values = {row["pk"]: row.pop("conditions") for row in rows}
    stored = {pk: tree for pk, value in values.items() if (tree := read_tree(value))}
    trees, arms = without_gone(stored), collect_arms()
    for row in rows:
        # A deleted placement must not let an offer apply by itself.
        row["needs_acceptance"] |= needs_page(stored.get(row["pk"]))
    return [
        OfferSource(
            id=pk,
            benefit=pricing.Benefit(row.pop("benefit_kind"), row.pop("benefit_value")),
            changed_at=links.changed_at.get(pk, row.pop("created_at")),
            own=None,
            tree=trees.get(pk),
            arm=arms.get(pk),
            **row,
            **links.of(pk, scopes[pk]),
        )
        for row in rows
        for pk in (row.pop("pk"),)
    ]


def _unread(
    kind: Kind[Any, Any, Any], sources: Sequence[OfferSource[None]], offers: QuerySet[Offer]
) -> list[UnreadOffer]:
    """Return the offers of a kind with the columns of its own and the rows below them."""
    these = offers.order_by().values("pk")
    columns: dict[int, dict[str, Any]] = {source.id: {} for source in sources}
    if names := own_columns(kind.model):
        table = kind.model._default_manager.filter(pk__in=these)  # noqa: SLF001 (Django's model API)
        columns = {row.pop("pk"): row for row in table.values("pk", *names)}
    rows = {model: _rows_below(model, these) for model in kind.rows}
    return [
        UnreadOffer(source, columns[source.id], {model: rows[model].get(source.id, []) for model in rows})
        for source in sources
        if source.id in columns
    ]


def _rows_below(model: type[models.Model], these: QuerySet[Offer, Any]) -> dict[int, list[dict[str, Any]]]:
    """Return the rows of each offer, in the order in which they were added."""
    rows: dict[int, list[dict[str, Any]]] = {}
    for row in model._default_manager.filter(offer__in=these).order_by("pk").values():  # noqa: SLF001
        rows.setdefault(row["offer_id"], []).append(row)
    return rows


class OfferLinks:
    """What each offer is linked to, read once for all of them."""

    def __init__(self, offers: QuerySet[Offer]) -> None:
        these = offers.order_by().values("pk")
        of_these = {"offer__in": these}
        self._excludes = _linked(these, Offer.excludes.through, "from_offer_id", "to_offer_id")
        self._trigger_products = _linked(these, Offer.trigger_products.through, "offer_id", "product_id")
        self._trigger_categories = _linked(these, Offer.trigger_categories.through, "offer_id", "category_id")
        self._target_categories = _linked(these, Offer.target_categories.through, "offer_id", "category_id")
        self._named_bundles = _linked(these, Offer.bundles.through, "offer_id", "bundle_id")
        self._placements = _linked(these, Offer.placements.through, "offer_id", "placement_id")
        in_order = ("offer_id", "position", "pk")
        picked = CuratedProduct.objects.filter(**of_these).order_by(*in_order)
        self._picked = grouped(picked.values_list("offer_id", "product_id"))
        self._strategies: dict[int, list[str]] = {}
        strategies = OfferStrategy.objects.filter(**of_these).order_by(*in_order)
        for offer, code in strategies.values_list("offer_id", "strategy"):
            self._strategies.setdefault(offer, []).append(code)
        self._codes = _codes(of_these)
        batches = CodeBatch.objects.filter(**of_these, state=BatchState.READY).order_by("offer_id", "pk")
        self._code_batches = grouped(batches.values_list("offer_id", "pk"))
        versions = OfferVersion.objects.filter(**of_these, keeps_price=False).values_list("offer_id")
        self.changed_at: dict[int, datetime] = dict(versions.annotate(Max("changed_at")))

    def of(self, pk: int, scopes: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an offer is linked to, by the fields of its source; `scopes` are its columns."""
        picked = self._picked.get(pk, ())
        named = Named(
            triggers=pricing.Selector(
                frozenset(self._trigger_products.get(pk, ())), frozenset(self._trigger_categories.get(pk, ()))
            ),
            targets=pricing.Selector(frozenset(picked), frozenset(self._target_categories.get(pk, ()))),
            bundles=tuple(self._named_bundles.get(pk, ())),
            codes=self._codes.get(pk),
            code_batches=frozenset(self._code_batches.get(pk, ())),
            **scopes,
        )
        return {
            "placements": tuple(self._placements.get(pk, ())),
            "excludes": frozenset(self._excludes.get(pk, ())),
            "picked": tuple(picked),
            "strategies": tuple(self._strategies.get(pk, ())),
            **named.restrictions(),
        }


def _linked(
    these: QuerySet[Offer, Any], through: type[models.Model], owner: str, other: str
) -> dict[int, list[int]]:
    """Return what each offer is linked to, in the order of the primary keys."""
    links = through._default_manager.filter(**{f"{owner}__in": these})  # noqa: SLF001 (documented)
    return grouped(links.order_by(owner, other).values_list(owner, other))


def _codes(of_these: Mapping[str, Any]) -> dict[int, frozenset[str]]:
    """Return the codes of each offer that has any: those that are switched on, which may be none."""
    codes: dict[int, frozenset[str]] = {}
    table = PromotionCode.objects.filter(**of_these)
    for offer, code, is_active in table.values_list("offer_id", "code", "is_active"):
        codes[offer] = codes.get(offer, frozenset()) | ({code} if is_active else set())
    return codes
