"""Forget a shopper: their decisions become those of somebody unknown."""

from django.db.models import Q
from django.db.models.functions import Coalesce

from analytics.models import JournalShopper, ShopperKind
from offers.models import Customer


def forget_shopper(*, customer: str = "", visitor: str = "") -> int:
    """Remove the id of a customer, a visitor or both from the decisions in the database; return how many ids.

    Other ids that were merged with the customer's are forgotten too. The counts of results do not change.
    """
    named = Customer.objects.filter(external_id=customer).values(survivor=Coalesce("merged_into_id", "pk"))
    same = Customer.objects.filter(Q(pk__in=named) | Q(merged_into__in=named)).values("external_id")
    is_customer = Q(kind=ShopperKind.CUSTOMER) & (Q(key=customer) | Q(key__in=same))
    is_visitor = Q(kind=ShopperKind.VISITOR, key=visitor)
    known = JournalShopper.objects.exclude(key=None)
    return known.filter(is_customer | is_visitor).update(key=None)
