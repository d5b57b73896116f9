"""Make an offer like another one, switched off, so that it can be changed before anybody sees it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.services.revision import raise_revision
from offers.models import (
    KIND_MODELS,
    CuratedProduct,
    Offer,
    OfferStrategy,
    QuantityTier,
)
from offers.services.offer import record_versions

# What stands below an offer and makes it what it is. Codes open one offer; counted uses are its own.
_ROWS = (OfferStrategy, CuratedProduct, QuantityTier)
_CODE_LENGTH = 64
_NAME_LENGTH = 200


@transaction.atomic
def duplicate_offer(*, offer: Offer, by: User | None, at: datetime) -> Offer:
    """Return a copy of the offer with its products, tiers and places; without codes, uses and history."""
    model = KIND_MODELS[offer.kind]
    old = model._default_manager.get(pk=offer.pk)  # noqa: SLF001 (Django's model API)
    new = model._default_manager.get(pk=offer.pk)  # noqa: SLF001
    new.pk = new.id = None
    new._state.adding = True  # noqa: SLF001 (documented: how a row is copied)
    new.code, new.name = _free_code(old.code), _copied_name(old.name)
    new.is_active, new.version = False, 1
    new.save()
    for link in model._meta.many_to_many:  # noqa: SLF001
        link.save_form_data(new, link.value_from_object(old))
    for rows in _ROWS:
        _copy_rows(rows, old, new)
    touched = {new.pk, *old.excludes.values_list("pk", flat=True)}
    record_versions(offers=Offer.objects.filter(pk__in=touched), by=by, at=at)
    raise_revision(domain="offers")
    return new


def _copy_rows(
    model: type[OfferStrategy] | type[CuratedProduct] | type[QuantityTier], old: Offer, new: Offer
) -> None:
    rows: Iterable[OfferStrategy | CuratedProduct | QuantityTier] = model._default_manager.filter(  # noqa: SLF001
        offer=old.pk
    ).order_by("pk")
    copies = []
    for row in rows:
        row.pk, row.offer_id = None, new.pk
        copies.append(row)
    model._default_manager.bulk_create(copies)  # type: ignore[arg-type] # noqa: SLF001


def _free_code(code: str) -> str:
    """Return "tea-copy", or "tea-copy-2" where that is taken."""
    number = 1
    while True:
        ending = "-copy" if number == 1 else f"-copy-{number}"
        candidate = code[: _CODE_LENGTH - len(ending)] + ending
        if not Offer.objects.filter(code=candidate).exists():
            return candidate
        number += 1


def _copied_name(name: str) -> str:
    copied = _("%(name)s (copy)") % {"name": name}
    return copied if len(copied) <= _NAME_LENGTH else name
