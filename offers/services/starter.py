"""What a new shop starts with: the usual placements, offers that change no price, and usual restraint."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.services.revision import raise_revision
from offers.models import AudienceScope, Offer, Placement, StrategyCode
from offers.services.offer import record_versions
from offers.services.plans import OfferPlan, PlacementPlan, create_placements, create_planned_offer
from offers.services.restraint.rules import create_usual_restraint

USUAL_PLACEMENTS: Final = (
    PlacementPlan("product_page", _("Product page"), 6),
    PlacementPlan("cart", _("Cart"), 6, is_about_cart=True),
    PlacementPlan("checkout", _("Checkout"), 2, is_about_cart=True),
    PlacementPlan("after_purchase", _("After purchase"), 4, is_after_purchase=True),
    PlacementPlan("home", _("Home page"), 8),
    PlacementPlan("category", _("Category page"), 4),
    PlacementPlan("search", _("Search results"), 4),
    PlacementPlan("popup", _("Popup"), 1),
    PlacementPlan("email", _("Email"), 4),
)
_EVERYWHERE: Final = tuple(plan.code for plan in USUAL_PLACEMENTS)
# A step that costs more is for merchandisers to decide.
_MAX_STEP_BP: Final = 5000

STARTER_OFFERS: Final = (
    OfferPlan(
        code="next-tier",
        name=_("Starter: next tier of the ladder"),
        kind="upgrade",
        placements=("product_page", "cart", "popup"),
        strategies=(StrategyCode.LADDER,),
        priority=50,
        headline_en="Upgrade to the next tier",
        headline_ja="ワンランク上はいかがですか",
        columns={"max_step_bp": _MAX_STEP_BP},
    ),
    OfferPlan(
        code="due-again",
        name=_("Starter: due for repurchase"),
        kind="cross_sell",
        placements=("cart", "checkout", "home", "email"),
        strategies=(StrategyCode.REPLENISHMENT,),
        priority=40,
        max_proposals=2,
        headline_en="Are you running low?",
        headline_ja="そろそろなくなる頃ではありませんか",
        audience=AudienceScope.KNOWN,
    ),
    OfferPlan(
        code="goes-with-it",
        name=_("Starter: goes with the product or the cart"),
        kind="cross_sell",
        placements=("product_page", "cart", "checkout", "after_purchase", "popup", "email"),
        strategies=(StrategyCode.RELATED, StrategyCode.RECOMMENDED),
        priority=30,
        max_proposals=4,
        headline_en="Goes well together",
        headline_ja="一緒にいかがですか",
    ),
    OfferPlan(
        code="buy-again",
        name=_("Starter: bought before by this customer"),
        kind="cross_sell",
        placements=("cart", "home", "category", "search", "email"),
        strategies=(StrategyCode.ALSO_BOUGHT_BY_CUSTOMER,),
        priority=20,
        max_proposals=2,
        headline_en="Buy it again",
        headline_ja="もう一度購入する",
        audience=AudienceScope.KNOWN,
    ),
    OfferPlan(
        code="best-sellers",
        name=_("Starter: best sellers, if nothing else fits"),
        kind="cross_sell",
        placements=_EVERYWHERE,
        strategies=(StrategyCode.CATEGORY_POPULAR, StrategyCode.POPULAR),
        priority=-10,
        max_proposals=4,
        headline_en="Popular with other customers",
        headline_ja="よく選ばれている商品",
    ),
)


@dataclass(frozen=True, slots=True)
class Created:
    """What a setup created, in the order of the plans."""

    placements: tuple[Placement, ...]
    offers: tuple[Offer, ...]


@transaction.atomic
def set_up_shop(*, currency: str, by: User | None, at: datetime) -> Created:
    """Create the usual placements and starter offers that do not exist yet, and the usual policies.

    Policies of restraint are created only if there are none. Nothing else changes.
    They are recognised by their codes. Names are in the active language, headlines in both.
    """
    # Two setups at once queue at this row: the second finds what the first created.
    raise_revision(domain="offers")
    placements = create_placements(plans=USUAL_PLACEMENTS)
    known = set(Offer.objects.values_list("code", flat=True))
    offers = [
        create_planned_offer(plan=plan, currency=currency, columns={})
        for plan in STARTER_OFFERS
        if plan.code not in known
    ]
    create_usual_restraint(at=at)
    record_versions(offers=Offer.objects.filter(pk__in=[offer.pk for offer in offers]), by=by, at=at)
    return Created(tuple(placements), tuple(offers))
