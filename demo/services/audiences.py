"""Set up whom the demo shop knows: attributes, audiences, restricted goods and restraint."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from catalog.models import Category
from demo.data.dataset import CURRENCY
from demo.data.invented import is_age_confirmed
from demo.plans.audiences import (
    ADULT_CATEGORIES,
    AGE_CONFIRMED,
    AUDIENCES,
    CROSS_SELL_VIEWS,
    SHOWN_PER_DAY,
    AudiencePlan,
)
from engine.conditions.tree.tree import VERSION
from offers.models import (
    AttributeType,
    Audience,
    Channel,
    CountedOutcome,
    Customer,
    CustomerAttribute,
    Effect,
    ProductExclusion,
    RestraintCap,
    RestraintPolicy,
)
from offers.services.audience.count import request_counts
from offers.services.customer_input import CustomerInput
from offers.services.customer_update import update_customers
from offers.services.restraint.rules import create_usual_restraint

Nodes = Sequence[Mapping[str, Any]]
_YES: Final = "yes"


@transaction.atomic
def set_up_customers(*, at: datetime) -> None:
    """Create the attribute and its values, the restricted goods, audiences, policies and caps; all once.

    The number of queries does not depend on the number of customers.
    """
    attribute = CustomerAttribute.objects.create(
        code=AGE_CONFIRMED,
        name_en="Age confirmed (invented for the demo)",
        name_ja="年齢確認済み（デモ用の架空の値）",
        type=AttributeType.YES_NO,
    )
    confirm_ages(at=at)
    restrict_goods(attribute=attribute)
    for plan in AUDIENCES:
        _create_audience(plan)
    request_counts(audiences=Audience.objects.all(), at=at)
    limit_views(at=at)


def confirm_ages(*, at: datetime) -> None:
    """Set whose age has been confirmed: yes or no for every customer."""
    known = Customer.objects.values_list("external_id", flat=True)
    items = [CustomerInput(id=one, attributes={AGE_CONFIRMED: is_age_confirmed(one)}) for one in known]
    update_customers(items=items, at=at)


def limit_views(*, at: datetime) -> None:
    """Create the usual policies and caps, a lower cap for the web shop, and an exception for cross-sells.

    A cross-sell shows several products at once, and each counts as a view of the offer.
    """
    create_usual_restraint(at=at)
    usual = RestraintPolicy.objects.get(outcome=CountedOutcome.SHOWN)
    RestraintPolicy.objects.create(
        outcome=usual.outcome,
        count=CROSS_SELL_VIEWS,
        window_days=usual.window_days,
        pause_days=usual.pause_days,
        without_click=usual.without_click,
        kind="cross_sell",
        counts_from=at,
    )
    RestraintCap.objects.create(count=SHOWN_PER_DAY, window_days=1, channel=Channel.WEB)


def restrict_goods(*, attribute: CustomerAttribute) -> None:
    """Restrict the goods for adults to customers whose age has been confirmed."""
    exclusion = ProductExclusion.objects.create(
        name="Alcohol and tobacco: adults only",
        effect=Effect.RESTRICTED,
        attribute=attribute,
        attribute_equals=_YES,
        currency=CURRENCY,
    )
    exclusion.categories.set(_categories(ADULT_CATEGORIES))


def tree_of(nodes: Nodes) -> dict[str, Any] | None:
    """Return the conditions that all hold, None for none."""
    return {"version": VERSION, "match": "all", "nodes": [dict(node) for node in nodes]} if nodes else None


def _create_audience(plan: AudiencePlan) -> None:
    """Create an audience, unless its category is missing from the data."""
    nodes = list(plan.nodes)
    if plan.category is not None:
        keys = _categories((plan.category,))
        if not keys:
            return
        nodes.append({"type": "bought_category", "op": "within", "categories": keys, "days": plan.days})
    Audience.objects.create(
        code=plan.code,
        name_en=plan.name_en,
        name_ja=plan.name_ja,
        description=plan.description,
        conditions=tree_of(nodes),
    )


def _categories(names: Sequence[str]) -> list[int]:
    """Return the categories of the data with these names, of all departments."""
    found = Category.objects.filter(name__in=names, parent__parent__isnull=True)
    return list(found.order_by("pk").values_list("pk", flat=True))
