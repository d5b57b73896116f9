"""The kinds of offer that have rules of their own, each a table beside the offer's.

An upgrade, a cross-sell and a bundle need no more than an offer has; their classes only name the kind.
What a rule looks at are the offer's trigger products and categories (none: every product); what it
discounts or proposes are its hand-picked products and discounted categories. Who may edit offers may
edit every kind: the kinds have no permissions of their own.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import BenefitColumns, BenefitKind, Product, benefit_constraint
from engine.money import MAX_MINOR
from offers.models.offer import MAX_COUNT, Offer, OfferKind


class UpgradeOffer(Offer):
    """Instead of A take B."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("upgrade")
        verbose_name_plural = _("upgrades")


class CrossSellOffer(Offer):
    """What goes well with the page or cart."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("cross-sell")
        verbose_name_plural = _("cross-sells")


class BundleOffer(Offer):
    """Bundles at their own price."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("bundle offer")
        verbose_name_plural = _("bundle offers")


class TierMode(models.TextChoices):
    """Which units a tier prices."""

    GRADUATED = "graduated", _("each unit at its own tier")
    VOLUME = "volume", _("the tier that is reached prices all units")


class AfterLastTier(models.TextChoices):
    """What the units after the last tier cost."""

    HOLD = "hold", _("the last tier goes on")
    REPEAT = "repeat", _("the tiers start again")
    LIST = "list", _("list price")


class Counting(models.TextChoices):
    """Which units are counted together."""

    PRODUCT = "product", _("each product by itself")
    SET = "set", _("all products of the offer together")
    CATEGORY = "category", _("each category by itself")


class UnitOrder(models.TextChoices):
    """Which units are discounted first where their prices differ."""

    CHEAPEST_FIRST = "cheapest_first", _("the cheaper units")
    DEAREST_FIRST = "dearest_first", _("the dearer units")


class QuantityOffer(Offer):
    """Buy more, pay less each."""

    mode = models.CharField(_("tiers"), max_length=16, choices=TierMode, default=TierMode.GRADUATED)
    after_last = models.CharField(
        _("after the last tier"), max_length=8, choices=AfterLastTier, default=AfterLastTier.HOLD
    )
    counting = models.CharField(_("counted"), max_length=8, choices=Counting, default=Counting.PRODUCT)
    unit_order = models.CharField(
        _("discounted first"), max_length=16, choices=UnitOrder, default=UnitOrder.CHEAPEST_FIRST
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("quantity discount")
        verbose_name_plural = _("quantity discounts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(mode__in=TierMode.values)
                & Q(after_last__in=AfterLastTier.values)
                & Q(counting__in=Counting.values)
                & Q(unit_order__in=UnitOrder.values),
                name="offers_quantityoffer_rules_known",
                violation_error_message=_("Unknown rule."),
            ),
        ]


class QuantityTier(BenefitColumns):
    """What a unit costs from a quantity on."""

    offer = models.ForeignKey(
        QuantityOffer, verbose_name=_("quantity discount"), on_delete=models.CASCADE, related_name="tiers"
    )
    from_quantity = models.PositiveIntegerField(_("from unit"))

    class Meta:
        default_permissions = ()
        verbose_name = _("quantity tier")
        verbose_name_plural = _("quantity tiers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            benefit_constraint("offers_quantitytier_benefit_range"),
            models.UniqueConstraint(
                fields=["offer", "from_quantity"],
                name="offers_quantitytier_once",
                violation_error_message=_("Two tiers begin with the same unit."),
            ),
            models.CheckConstraint(
                condition=Q(from_quantity__gte=1, from_quantity__lte=MAX_COUNT),
                name="offers_quantitytier_from_quantity_range",
                violation_error_message=_("A tier begins with unit 1 or later."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_quantity}+"


class SubscriptionOffer(Offer):
    """Every N days at a lower price: the offer's own benefit, after an introductory one."""

    intro_kind = models.CharField(
        _("introductory price"), max_length=8, choices=BenefitKind, default=BenefitKind.NONE
    )
    intro_value = models.BigIntegerField(_("introductory value"), default=0)
    intro_cycles = models.PositiveIntegerField(
        _("introductory deliveries"), default=0, help_text=_("0: the recurring price from the first on.")
    )
    interval_days = models.JSONField(
        _("intervals in days"),
        default=list,
        blank=True,
        help_text=_("Such as [30, 60]. Empty: every interval the shop sells."),
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(intro_kind=BenefitKind.NONE, intro_value=0)
                | Q(intro_kind=BenefitKind.PERCENT, intro_value__gte=1, intro_value__lte=10_000)
                | Q(
                    intro_kind__in=[BenefitKind.AMOUNT, BenefitKind.FIXED],
                    intro_value__gte=0,
                    intro_value__lte=MAX_MINOR,
                ),
                name="offers_subscriptionoffer_intro_range",
                violation_error_message=_(
                    "A percentage lies between 0.01 and 100 percent, an amount is not negative."
                ),
            ),
            models.CheckConstraint(
                condition=Q(intro_cycles__lte=1000),
                name="offers_subscriptionoffer_intro_cycles_range",
                violation_error_message=_("At most 1,000 introductory deliveries."),
            ),
        ]


class AddOnOffer(Offer):
    """Options on a product: the hand-picked products, at a surcharge."""

    min_count = models.PositiveIntegerField(_("at least"), default=0, help_text=_("Options on each unit."))
    max_count = models.PositiveIntegerField(
        _("at most"), null=True, blank=True, help_text=_("Empty: as many as the shopper likes.")
    )
    included_count = models.PositiveIntegerField(
        _("included"), default=0, help_text=_("So many of the cheapest options are free.")
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("add-on")
        verbose_name_plural = _("add-ons")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(min_count__lte=99)
                & Q(included_count__lte=99)
                & (
                    Q(max_count__isnull=True)
                    | Q(max_count__gte=models.F("min_count")) & Q(max_count__gte=1, max_count__lte=99)
                ),
                name="offers_addonoffer_counts_range",
                violation_error_message=_("At most 99 options, and at most is not below at least."),
            ),
        ]


class Measure(models.TextChoices):
    """What a threshold measures."""

    SPEND = "spend", _("what is spent")
    QUANTITY = "quantity", _("the number of units")


class ThresholdBase(models.TextChoices):
    """At which prices spend is measured."""

    LANE_ENTRY = "lane_entry", _("prices before this lane's offers")
    RUNNING = "running", _("prices after the offers before it")


class ThresholdOffer(Offer):
    """From a spend or a number of units on: the offer's benefit, a gift, free shipping."""

    measure = models.CharField(_("measures"), max_length=8, choices=Measure, default=Measure.SPEND)
    at_least = models.BigIntegerField(_("from"), help_text=_("An amount, or a number of units."))
    threshold_base = models.CharField(
        _("spend at"), max_length=16, choices=ThresholdBase, default=ThresholdBase.LANE_ENTRY
    )
    gives_free_shipping = models.BooleanField(_("free shipping"), default=False)
    gift = models.ForeignKey(
        Product,
        verbose_name=_("gift"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="given_by_offers",
    )
    gift_quantity = models.PositiveIntegerField(_("units of the gift"), default=1)

    class Meta:
        default_permissions = ()
        verbose_name = _("threshold reward")
        verbose_name_plural = _("threshold rewards")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(measure__in=Measure.values) & Q(threshold_base__in=ThresholdBase.values),
                name="offers_thresholdoffer_rules_known",
                violation_error_message=_("Unknown rule."),
            ),
            models.CheckConstraint(
                condition=Q(at_least__gte=1, at_least__lte=MAX_MINOR),
                name="offers_thresholdoffer_at_least_range",
                violation_error_message=_("A threshold lies above 0."),
            ),
            models.CheckConstraint(
                condition=Q(gift_quantity__gte=1, gift_quantity__lte=999),
                name="offers_thresholdoffer_gift_quantity_range",
                violation_error_message=_("A quantity lies between 1 and 999."),
            ),
        ]


class BuyGetOffer(Offer):
    """For every X units bought, Y units at the offer's benefit."""

    buy_count = models.PositiveIntegerField(
        _("buy"), default=2, help_text=_("Units of the trigger products.")
    )
    get_count = models.PositiveIntegerField(
        _("get"),
        default=1,
        help_text=_("Units of the discounted products; without any, of the same ones."),
    )
    unit_order = models.CharField(
        _("discounted first"), max_length=16, choices=UnitOrder, default=UnitOrder.CHEAPEST_FIRST
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("buy X get Y")
        verbose_name_plural = _("buy X get Y")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(buy_count__gte=1, buy_count__lte=999)
                & Q(get_count__gte=1, get_count__lte=999)
                & Q(unit_order__in=UnitOrder.values),
                name="offers_buygetoffer_counts_range",
                violation_error_message=_("A quantity lies between 1 and 999."),
            ),
        ]


# Which model holds an offer of a kind, with the columns of its own.
KIND_MODELS: dict[str, type[Offer]] = {
    OfferKind.UPGRADE: UpgradeOffer,
    OfferKind.CROSS_SELL: CrossSellOffer,
    OfferKind.BUNDLE: BundleOffer,
    OfferKind.QUANTITY: QuantityOffer,
    OfferKind.SUBSCRIPTION: SubscriptionOffer,
    OfferKind.ADD_ON: AddOnOffer,
    OfferKind.THRESHOLD: ThresholdOffer,
    OfferKind.BUY_GET: BuyGetOffer,
}
