"""What becomes of audiences when one that they refer to is deleted: they are counted again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now

from catalog.models.deletion import Loss, watch_deletions
from catalog.services.revision import raise_revision
from offers.models import Audience
from offers.services.audience.conditions import contained_in, stored_trees
from offers.services.audience.count import request_counts


@contextmanager
def count_holders_again(rows: QuerySet[Any]) -> Iterator[None]:
    """Around the deletion of these audiences: request a count of those that refer to them."""
    if rows.model is not Audience:
        yield
        return
    gone, trees = set(rows.order_by().values_list("pk", flat=True)), stored_trees()
    holders = [key for key in trees if not gone.isdisjoint(contained_in(key, trees))]
    yield
    request_counts(audiences=Audience.objects.filter(pk__in=holders), at=now())
    raise_revision(domain="offers")


def foresee_nothing(_rows: QuerySet[Any]) -> list[Loss]:
    """Return nothing: an offer keeps its conditions, and the page of an audience names what uses it."""
    return []


watch_deletions(count_holders_again, foresee_nothing)
