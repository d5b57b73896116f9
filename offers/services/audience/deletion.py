"""What becomes of audiences when something that they refer to is deleted: they are counted again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now

from catalog.models.deletion import watch_deletions
from catalog.services.revision import raise_revision
from offers.models import Audience
from offers.services.audience.count import request_counts
from offers.services.holders import foresee_losses_of_others
from offers.services.trees import audiences_naming, names_of_rows


@contextmanager
def count_holders_again(rows: QuerySet[Any]) -> Iterator[None]:
    """Around the deletion of these rows: request a count of the audiences that refer to them."""
    names = names_of_rows(rows)
    holders = list(audiences_naming(names)) if names else []
    yield
    if holders:
        request_counts(audiences=Audience.objects.filter(pk__in=holders), at=now())
    if holders or rows.model is Audience:
        raise_revision(domain="offers")


watch_deletions(count_holders_again, foresee_losses_of_others)
