"""What becomes of offers when something that they name is deleted.

An offer that loses the last thing that it is restricted to, the last source of its proposals, or what its
conditions need to be met, is paused. Every offer that loses something gets a new version.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.timezone import now

from catalog.database.bulk import among
from catalog.models import Bundle, BundleItem, Product
from catalog.models.deletion import watch_deletions
from catalog.models.loss import Loss
from catalog.services.revision import raise_revision
from offers.models import AfterDecline, DeletionPause, Offer, Placement, StrategyCode
from offers.models.deletion import NAMES_LENGTH
from offers.services.losses import losses_of
from offers.services.offer import record_versions
from offers.services.restriction import RESTRICTED, idle_offers, restrict
from offers.services.uses import LOST, SCOPES, Use, as_offers, uses_of


def foresee_losses_of_offers(rows: QuerySet[Any]) -> list[Loss]:
    """Return the offers that lose something when these rows are deleted, by a constant number of queries."""
    rows = as_offers(rows)
    return losses_of(rows, uses_of(rows))


@contextmanager
def keep_restricted(rows: QuerySet[Any]) -> Iterator[None]:
    """Around the deletion of these rows: keep offers restricted, pause those left with nothing."""
    rows = as_offers(rows)
    uses = _locked_uses(rows)
    losses = losses_of(rows, uses)
    touched = _touched(rows, losses)
    if rows.model is Offer:
        _release_placements(rows)
    if not touched:
        yield
        return
    at = now()
    offers = Offer.objects.filter(pk__in=touched)
    record_versions(offers=offers, by=None, at=at)
    _keep_scopes(uses)
    yield
    _pause(_still_empty([loss for loss in losses if loss.is_paused]), rows.model, at)
    record_versions(offers=offers, by=None, at=at, losing={loss.pk for loss in losses})
    raise_revision(domain="offers")


def _locked_uses(rows: QuerySet[Any]) -> list[Use]:
    """Return where offers name the rows, and lock these offers first.

    Two deletions may each take one of the last two things of an offer: the second waits here for the first,
    and sees what it left.
    """
    uses, locked = uses_of(rows), set[int]()
    while keys := {use.offer for use in uses} - locked:
        list(Offer.objects.filter(among("pk", keys)).order_by("pk").select_for_update().values_list("pk"))
        uses, locked = uses_of(rows), locked | keys
    return uses


def _release_placements(offers: QuerySet[Offer]) -> None:
    """Let placements that show one of these offers after a decline show the next ones."""
    showing = Placement.objects.filter(downsell__in=offers.order_by().values("pk"))
    if showing.update(downsell=None, after_decline=AfterDecline.NEXT):
        raise_revision(domain="offers")


def _pause(paused: list[Loss], model: type[Model], at: datetime) -> None:
    """Pause the offers of which nothing is left, and note why."""
    if not paused:
        return
    emptied = Offer.objects.filter(pk__in=[loss.pk for loss in paused])
    emptied.update(is_active=False, updated_at=at)
    settle_pauses(emptied, at=at)
    DeletionPause.objects.bulk_create(
        DeletionPause(
            offer_id=loss.pk, lost=LOST[model], names=", ".join(loss.names)[:NAMES_LENGTH], paused_at=at
        )
        for loss in paused
    )


def settle_pauses(offers: QuerySet[Offer], *, at: datetime) -> None:
    """Note that these offers no longer wait for somebody: they were published again."""
    waiting = DeletionPause.objects.filter(offer__in=offers.order_by().values("pk"), settled_at=None)
    waiting.update(settled_at=at)


def _still_empty(losses: list[Loss]) -> list[Loss]:
    """Return the losses of offers to which nothing was added meanwhile, as a form may that replaces rows."""
    if not losses:
        return []
    empty = idle_offers(Offer.objects.filter(pk__in=[loss.pk for loss in losses]))
    return [loss for loss in losses if loss.pk in empty]


def _touched(rows: QuerySet[Any], losses: list[Loss]) -> set[int]:
    """Return the offers whose price rules may change: a bundle less also concerns offers of every bundle."""
    keys = {loss.pk for loss in losses}
    these = rows.order_by().values("pk")
    column = {Bundle: "pk", Product: "items__product", BundleItem: "items"}.get(rows.model)
    if column and Bundle.objects.filter(is_active=True, **{f"{column}__in": these}).exists():
        of_all = Offer.objects.filter(strategies__strategy=StrategyCode.BUNDLE, bundles__isnull=True)
        keys |= set(of_all.values_list("pk", flat=True))
    return keys


def _keep_scopes(uses: list[Use]) -> None:
    """Let each offer say that it is restricted, in the way in which it was."""
    for column in RESTRICTED:
        keys = {use.offer for use in uses if SCOPES.get(use.role) == column}
        if keys:
            restrict(offers=Offer.objects.filter(pk__in=keys), column=column)


watch_deletions(keep_restricted, foresee_losses_of_offers)
