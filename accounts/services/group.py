"""The two default groups: Merchandiser and Analyst."""

from collections.abc import Iterator

from django.contrib.auth.models import Group, Permission
from django.db import transaction

EDIT = ("add", "change", "delete", "view")
VIEW = ("view",)

# What each group may do, model by model. Only superusers manage users, groups and API keys.
LOOK: dict[str, tuple[str, ...]] = {
    "catalog.category": VIEW,
    "catalog.product": VIEW,
    "catalog.pricechange": VIEW,
    "catalog.productrelation": VIEW,
    "catalog.upgradeladder": VIEW,
    "catalog.upgradetier": VIEW,
    "catalog.bundle": VIEW,
    "catalog.bundleitem": VIEW,
    "offers.offer": VIEW,
    "offers.offerstrategy": VIEW,
    "offers.curatedproduct": VIEW,
    "offers.placement": VIEW,
    "offers.partneroverride": VIEW,
    "offers.productexclusion": VIEW,
    "offers.productpartners": VIEW,
    "offers.productfacts": VIEW,
    "offers.popularproducts": VIEW,
    "offers.generation": VIEW,
    "offers.customer": VIEW,
    "offers.customerattribute": VIEW,
    "offers.attributechoice": VIEW,
    "offers.audience": VIEW,
    "offers.codebatch": VIEW,
    "offers.experiment": VIEW,
    "offers.holdoutgroups": VIEW,
    "offers.event": VIEW,
    "checkout.order": VIEW,
    "checkout.orderline": VIEW,
    "checkout.allocation": VIEW,
    "checkout.allocatedline": VIEW,
    "checkout.refund": VIEW,
    "checkout.refundedline": VIEW,
    "checkout.quote": VIEW,
    "checkout.redemption": VIEW,
    "checkout.redeemedoffer": VIEW,
    "checkout.redeemedgift": VIEW,
    "analytics.recomputerun": VIEW,
}
CURATE: dict[str, tuple[str, ...]] = {
    **LOOK,
    "catalog.category": EDIT,
    "catalog.product": EDIT,
    "catalog.productrelation": EDIT,
    "catalog.upgradeladder": EDIT,
    "catalog.upgradetier": EDIT,
    "catalog.bundle": EDIT,
    "catalog.bundleitem": EDIT,
    "offers.offer": EDIT,
    "offers.offerstrategy": EDIT,
    "offers.curatedproduct": EDIT,
    "offers.placement": EDIT,
    "offers.partneroverride": EDIT,
    "offers.audience": (*EDIT, "export"),
    "offers.codebatch": (*EDIT, "export"),
    "offers.experiment": EDIT,
    "offers.holdoutgroups": ("change", "view"),
    "offers.productexclusion": EDIT,
    "offers.customerattribute": EDIT,
    "offers.attributechoice": EDIT,
    # Changing a customer means lifting what they declined, and changing attributes.
    "offers.customer": ("change", "view"),
    # Adding a run means requesting one.
    "analytics.recomputerun": ("add", "view"),
}
GROUPS = {"Merchandiser": CURATE, "Analyst": LOOK}


@transaction.atomic
def create_groups() -> dict[str, int]:
    """Create the groups or add their missing permissions; return the number of permissions by group.

    Permissions that were added to a group by hand are kept.
    """
    rows = Permission.objects.values_list("content_type__app_label", "codename", "pk")
    keys = {f"{app}.{codename}": key for app, codename, key in rows}
    counts = {}
    for name, models in GROUPS.items():
        group, _created = Group.objects.get_or_create(name=name)
        permissions = [keys[wanted] for wanted in _names(models) if wanted in keys]
        group.permissions.add(*permissions)
        counts[name] = len(permissions)
    return counts


def _names(models: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the permissions for these models, such as `offers.view_offer`."""
    for model, verbs in models.items():
        app, _dot, model_name = model.partition(".")
        yield from (f"{app}.{verb}_{model_name}" for verb in verbs)
