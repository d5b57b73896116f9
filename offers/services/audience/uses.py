"""What uses an audience: offers, and other audiences."""

from typing import Any, NamedTuple

from django.db.models import QuerySet

from engine.conditions.audiences import audiences_in
from engine.conditions.tree.tree import TreeError, decode
from offers.models import Audience, Offer
from offers.services.audience.conditions import contained_in, stored_trees
from offers.services.speech import name_columns


class AudienceUse(NamedTuple):
    """An offer, of a kind, or an audience, of none, with a condition on an audience."""

    pk: int
    name: str
    offer_kind: str = ""


def uses_of_audiences() -> dict[int, list[AudienceUse]]:
    """Return what names each audience in its conditions, by name; by two queries."""
    uses: dict[int, list[AudienceUse]] = {}
    offers = Offer.objects.exclude(conditions=None).order_by("name", "pk")
    for pk, name, kind, value in offers.values_list("pk", "name", "kind", "conditions"):
        for audience in _named(value):
            uses.setdefault(audience, []).append(AudienceUse(pk, name, kind))
    holders = Audience.objects.order_by("name_en", "pk")
    for pk, value, *names in holders.values_list("pk", "conditions", *name_columns(Audience)):
        for audience in _named(value):
            uses.setdefault(audience, []).append(AudienceUse(pk, next(filter(None, names))))
    return uses


def audiences_with(audience: Audience) -> QuerySet[Audience]:
    """Return an audience and those that refer to it, directly or through others."""
    trees = stored_trees()
    holders = [key for key in trees if audience.pk in contained_in(key, trees)]
    return Audience.objects.filter(pk__in=[audience.pk, *holders])


def _named(value: Any) -> frozenset[int]:
    """Return the audiences that stored conditions name; none where they cannot be read."""
    try:
        return audiences_in(decode(value))
    except TreeError:
        return frozenset()
