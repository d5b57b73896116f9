"""Pin, veto and release the partners of a product."""

from django.db import transaction

from catalog.models import Product
from catalog.services.revision import raise_revision
from offers.models import OverrideAction, PartnerOverride


@transaction.atomic
def override_partner(
    *, product: Product, partner: Product, action: OverrideAction, decided_by_id: int | None
) -> PartnerOverride:
    """Pin or veto `partner` for `product`; a later word replaces an earlier one and keeps its note."""
    override, _created = PartnerOverride.objects.update_or_create(
        product=product, partner=partner, defaults={"action": action, "decided_by_id": decided_by_id}
    )
    raise_revision(domain="offers")
    return override


@transaction.atomic
def release_partner(*, product: Product, partner: Product) -> bool:
    """Let the statistics decide again; return whether there was anything to release."""
    count, _rows = PartnerOverride.objects.filter(product=product, partner=partner).delete()
    if count:
        raise_revision(domain="offers")
    return bool(count)
