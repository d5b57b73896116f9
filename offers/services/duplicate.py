"""Duplicate an offer as a switched-off copy."""

from datetime import datetime
from itertools import chain, count
from typing import Any

from django.db import transaction
from django.db.models import Model

from accounts.models import User
from catalog.services.revision import raise_revision
from offers.kinds.registry import kind_of
from offers.models import CuratedProduct, Offer, OfferStrategy
from offers.services.copies import copied_name, free_code
from offers.services.offer import record_versions

# The rows of every kind that are copied with an offer: not its promotion codes, and not its counted uses.
_ROWS: tuple[type[Model], ...] = (OfferStrategy, CuratedProduct)
_CODE_LENGTH = 64
_NAME_LENGTH = 200


@transaction.atomic
def duplicate_offer(*, offer: Offer, by: User | None, at: datetime) -> Offer:
    """Return a copy of the offer with its products, tiers and places; without codes, uses and history.

    A copy of an offer for those who enter a code is for those who enter one: for nobody until it has one.
    """
    kind = kind_of(offer.kind)
    model = kind.model
    old = model._default_manager.get(pk=offer.pk)  # noqa: SLF001 (Django's model API)
    new: Offer = model._default_manager.get(pk=offer.pk)  # noqa: SLF001
    new.pk = new.id = None
    new._state.adding = True  # noqa: SLF001 (documented: how a row is copied)
    new.code, new.name = _free_code(old.code), copied_name(old.name, length=_NAME_LENGTH)
    new.is_active, new.version = False, 1
    new.needs_code = old.needs_code or old.codes.exists() or old.code_batches.exists()
    new.save()
    for link in model._meta.many_to_many:  # noqa: SLF001
        link.save_form_data(new, link.value_from_object(old))
    for rows in (*_ROWS, *kind.rows):
        _copy_rows(rows, old, new)
    touched = {new.pk, *old.excludes.values_list("pk", flat=True)}
    record_versions(offers=Offer.objects.filter(pk__in=touched), by=by, at=at)
    raise_revision(domain="offers")
    return new


def _copy_rows(model: type[Model], old: Offer, new: Offer) -> None:
    rows: list[Any] = list(model._default_manager.filter(offer=old.pk).order_by("pk"))  # noqa: SLF001
    for row in rows:
        row.pk, row.offer_id = None, new.pk
    model._default_manager.bulk_create(rows)  # noqa: SLF001


def _free_code(code: str) -> str:
    """Return "tea-copy", or "tea-copy-2" where that is taken."""
    return free_code(
        code,
        length=_CODE_LENGTH,
        endings=chain(["-copy"], (f"-copy-{number}" for number in count(2))),
        is_taken=lambda one: Offer.objects.filter(code=one).exists(),
    )
