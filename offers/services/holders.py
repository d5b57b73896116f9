"""What, other than offers, refers to rows that are to be deleted."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, Q, QuerySet

from catalog.models import Category, Product
from catalog.models.loss import Fate, Loss
from engine.conditions.tree.gone import never_holds
from offers.models import (
    ArmOffer,
    AttributeChoice,
    Audience,
    Experiment,
    Offer,
    Placement,
    ProductExclusion,
    TriggerScope,
)
from offers.services.experiments.arms import experiments_of
from offers.services.speech import name_of
from offers.services.trees import audience_trees, audiences_naming, names_of_rows, without_gone
from offers.services.uses import as_offers

# The columns by which exclusions name the rows of a model.
EXCLUSIONS: Mapping[type[Model], str] = {
    Product: "products",
    Category: "categories",
    Placement: "placements",
}
# The columns by which placements refer to an offer, with what becomes of them.
PLACEMENTS: Mapping[str, Fate] = {"downsell": Fate.NEXT, "reserved_slots__offer": Fate.UNRESERVED}


def foresee_losses_of_others(rows: QuerySet[Any]) -> list[Loss]:
    """Return whatever else than offers loses something, by a constant number of queries."""
    if rows.model in EXCLUSIONS:
        return [*_exclusions(rows, EXCLUSIONS[rows.model]), *_audiences(rows)]
    if rows.model is AttributeChoice:
        return [*_exclusions_by_value(rows), *_audiences(rows)]
    if issubclass(rows.model, Offer):
        return [*_placements(as_offers(rows)), *_experiments(as_offers(rows))]
    return _audiences(rows)


def _exclusions(rows: QuerySet[Any], column: str) -> list[Loss]:
    """Return the exclusions that name the rows."""
    lost = {row.pk: str(row) for row in rows}
    holders = ProductExclusion.objects.filter(**{f"{column}__in": list(lost)}).distinct()
    return [
        Loss(
            ProductExclusion,
            one.pk,
            name_of(one),
            tuple(lost[thing.pk] for thing in getattr(one, column).all() if thing.pk in lost),
            _fate_of(one, column, lost),
        )
        for one in holders.order_by("name", "pk").prefetch_related("products", "categories", "placements")
    ]


def _fate_of(exclusion: ProductExclusion, column: str, lost: Mapping[int, str]) -> Fate:
    """Return what becomes of an exclusion without the rows that one of its columns names."""

    def has_left(name: str) -> bool:
        return any(thing.pk not in lost or name != column for thing in getattr(exclusion, name).all())

    if column == "placements":
        goes_on = exclusion.is_everywhere or has_left("placements")
    else:
        goes_on = exclusion.scope == TriggerScope.EVERYTHING or bool(exclusion.brands or exclusion.keywords)
        goes_on = goes_on or has_left("products") or has_left("categories")
    if not exclusion.is_active:
        return Fate.INACTIVE
    return Fate.CONTINUES if goes_on else Fate.IDLE


def _exclusions_by_value(choices: QuerySet[Any]) -> list[Loss]:
    """Return the restricted goods for customers with one of these values."""
    lost = {(choice.attribute_id, choice.code): str(choice) for choice in choices}
    held = Q(pk__in=())
    for attribute, code in lost:
        held |= Q(attribute=attribute, attribute_equals=code)
    return [
        Loss(
            ProductExclusion,
            one.pk,
            name_of(one),
            (lost[one.attribute_id, one.attribute_equals],),
            Fate.WITHHELD if one.is_active else Fate.INACTIVE,
        )
        for one in ProductExclusion.objects.filter(held).order_by("name", "pk")
        if one.attribute_id is not None
    ]


def _placements(offers: QuerySet[Offer]) -> list[Loss]:
    """Return the placements that show one of the offers after a decline, or keep a slot for it."""
    lost = {offer.pk: offer.name for offer in offers}
    losses = []
    for column, fate in PLACEMENTS.items():
        holders = Placement.objects.filter(**{f"{column}__in": list(lost)}).order_by("name", "pk")
        pairs = holders.values_list("pk", "name", column)
        losses += [Loss(Placement, pk, name, (lost[offer],), fate) for pk, name, offer in pairs]
    return losses


def _experiments(offers: QuerySet[Offer]) -> list[Loss]:
    """Return the experiments, without concluded ones, whose arms have one of the offers."""
    lost = {offer.pk: offer.name for offer in offers}
    links = ArmOffer.objects.filter(offer__in=list(lost)).order_by("pk")
    names: dict[int, dict[int, str]] = {}
    for experiment, offer in links.values_list("arm__experiment_id", "offer_id"):
        names.setdefault(experiment, {})[offer] = lost[offer]
    return [
        Loss(Experiment, one.pk, name_of(one), tuple(names[one.pk].values()), Fate.COMPARED)
        for one in experiments_of(lost)
    ]


def _audiences(rows: QuerySet[Any]) -> list[Loss]:
    """Return the audiences whose conditions name the rows, directly or through other audiences."""
    keys = names_of_rows(rows)
    holders = audiences_naming(keys) if keys else {}
    if rows.model is Audience:
        holders = {pk: names for pk, names in holders.items() if pk not in keys.values()}
    if not holders:
        return []
    lost = {row.pk: str(row) for row in rows}
    empty = _empty_without(rows)
    found = Audience.objects.filter(pk__in=holders).order_by("name_en", "pk")
    return [
        Loss(
            Audience,
            one.pk,
            name_of(one),
            tuple(lost[keys[name]] for name in sorted(holders[one.pk])),
            Fate.NOBODY if one.pk in empty else Fate.CONTINUES,
        )
        for one in found
    ]


def _empty_without(rows: QuerySet[Any]) -> set[int]:
    """Return the audiences to which nobody can belong once the rows are gone."""
    left = without_gone(audience_trees(), losing=frozenset(names_of_rows(rows)))
    return {key for key, tree in left.items() if never_holds(tree)}
