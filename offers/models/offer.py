"""Offers: what may be proposed, to which customers, where, when and at what price."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import BenefitColumns, Bundle, Category, Product, benefit_constraint, default_currency
from catalog.models.deletion import Watched, WatchedQuerySet
from catalog.models.fields import CurrencyField
from engine.money import MAX_MINOR
from offers.kinds.config import kind_choices, offer_rules
from offers.models.conditions import clean_conditions
from offers.models.placement import Placement

# The largest number of uses, units or cycles that a rule may name.
MAX_COUNT = 1_000_000
MAX_STEP_BP = 1_000_000
# A larger boost would put a slow mover before products twice as relevant.
MAX_SLOW_MOVER_BOOST_BP = 5_000


class AudienceScope(models.TextChoices):
    """The customers that an offer is for."""

    EVERYONE = "everyone", _("everyone")
    KNOWN = "known", _("known customers")
    ANONYMOUS = "anonymous", _("anonymous visitors")


class TriggerScope(models.TextChoices):
    """What an offer applies to that may name products and categories."""

    EVERYTHING = "everything", _("everything")
    CHOSEN = "chosen", _("the chosen products and categories")


class BundleScope(models.TextChoices):
    """Which bundles an offer proposes."""

    EVERY = "every", _("every active bundle")
    CHOSEN = "chosen", _("the chosen bundles")


class TargetScope(models.TextChoices):
    """What an offer discounts that counts some products and may discount others."""

    COUNTED = "counted", _("the products that count")
    CHOSEN = "chosen", _("the chosen products and categories")


class LaneCode(models.TextChoices):
    """The stage of pricing in which an offer applies."""

    LINE = "line", _("single lines")
    BUNDLE = "bundle", _("bundles")
    CART = "cart", _("whole cart")


class Purchase(models.TextChoices):
    """Which lines of a cart an offer sees; it never mixes them."""

    ONE_TIME = "one_time", _("one-time purchases")
    SUBSCRIPTION = "subscription", _("subscriptions")


class PriceBase(models.TextChoices):
    """What an offer's percentages are taken of."""

    RUNNING = "running", _("the price after earlier offers")
    LIST = "list", _("the list price")


class UnitOrder(models.TextChoices):
    """Which units are discounted first where their prices differ."""

    CHEAPEST_FIRST = "cheapest_first", _("the cheaper units")
    MOST_EXPENSIVE_FIRST = "most_expensive_first", _("the more expensive units")


class RefundPolicy(models.TextChoices):
    """What a return does to the discount of the units that stay."""

    KEEP = "keep", _("the shopper keeps it")
    CLAW_BACK = "claw_back", _("deducted if the condition is no longer met")


class OfferQuerySet(WatchedQuerySet["Offer"]):
    """Sets of offers."""

    def live_at(self, at: datetime) -> Self:
        """Return the active offers whose half-open period starts_at ≤ at < ends_at holds."""
        return self.filter(
            Q(starts_at__isnull=True) | Q(starts_at__lte=at),
            Q(ends_at__isnull=True) | Q(ends_at__gt=at),
            is_active=True,
        )


class Offer(Watched, BenefitColumns):
    """A rule that proposes products or a bundle in some placements.

    With trigger products or categories, one of them must be the page's product or in the cart. What an offer
    names restricts it; the scopes and `needs_code` say what it means that it names nothing: an offer that is
    restricted and has nothing left applies to nothing.
    """

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200, help_text=_("Internal name. Shoppers do not see it."))
    kind = models.CharField(_("kind"), max_length=16, choices=kind_choices)
    is_active = models.BooleanField(_("active"), default=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    placements = models.ManyToManyField(Placement, verbose_name=_("placements"), related_name="offers")
    priority = models.IntegerField(_("priority"), default=0, help_text=_("Higher comes first."))
    max_proposals = models.PositiveIntegerField(
        _("maximum slots"), default=1, help_text=_("The maximum number of slots it may fill in a placement.")
    )
    headline_en = models.CharField(_("headline (English)"), max_length=200, blank=True, default="")
    headline_ja = models.CharField(_("headline (Japanese)"), max_length=200, blank=True, default="")
    body_en = models.TextField(_("text (English)"), blank=True, default="")
    body_ja = models.TextField(_("text (Japanese)"), blank=True, default="")
    audience = models.CharField(
        _("audience"), max_length=16, choices=AudienceScope, default=AudienceScope.EVERYONE
    )
    currency = CurrencyField(_("currency"), default=default_currency)
    min_subtotal_minor = models.BigIntegerField(
        _("minimum cart value"), null=True, blank=True, help_text=_("Only for carts of at least this value.")
    )
    needs_code = models.BooleanField(
        _("only with a promotion code"),
        default=False,
        help_text=_("Only for shoppers who enter one of its codes. Without a code, nobody can use it."),
    )
    trigger_scope = models.CharField(
        _("triggered by"), max_length=16, choices=TriggerScope, default=TriggerScope.EVERYTHING
    )
    trigger_products = models.ManyToManyField(
        Product, verbose_name=_("trigger products"), blank=True, related_name="triggered_offers"
    )
    trigger_categories = models.ManyToManyField(
        Category,
        verbose_name=_("trigger categories"),
        blank=True,
        related_name="triggered_offers",
        help_text=_("Including all their subcategories."),
    )
    bundle_scope = models.CharField(
        _("which bundles"), max_length=16, choices=BundleScope, default=BundleScope.EVERY
    )
    bundles = models.ManyToManyField(
        Bundle,
        verbose_name=_("bundles"),
        blank=True,
        related_name="offers",
    )
    target_scope = models.CharField(
        _("discounts"), max_length=16, choices=TargetScope, default=TargetScope.COUNTED
    )
    target_categories = models.ManyToManyField(
        Category,
        verbose_name=_("discounted categories"),
        blank=True,
        related_name="targeted_by_offers",
        help_text=_("Including all their subcategories, in addition to the hand-picked products."),
    )
    lane = models.CharField(_("lane"), max_length=8, choices=LaneCode, default=LaneCode.LINE)
    purchase = models.CharField(_("applies to"), max_length=16, choices=Purchase, default=Purchase.ONE_TIME)
    price_base = models.CharField(
        _("percentage of"), max_length=8, choices=PriceBase, default=PriceBase.RUNNING
    )
    excludes = models.ManyToManyField(
        "self",
        verbose_name=_("never together with"),
        blank=True,
        symmetrical=True,
        help_text=_("Works both ways; the offer with the higher priority wins."),
    )
    needs_acceptance = models.BooleanField(
        _("only for shoppers who accept it"),
        default=False,
        help_text=_(
            "If not, every cart that meets the conditions gets the price, even if the offer was not shown. "
            "Upgrades, and products chosen by the statistics, always have to be accepted."
        ),
    )
    max_times = models.PositiveIntegerField(
        _("uses per cart"), null=True, blank=True, help_text=_("Empty: as often as the cart allows.")
    )
    max_discount_minor = models.BigIntegerField(
        _("maximum discount"), null=True, blank=True, help_text=_("Per cart. Empty: no limit.")
    )
    margin_floor_bp = models.PositiveIntegerField(
        _("margin floor"),
        null=True,
        blank=True,
        help_text=_("The share of the net price that must remain above cost, if the cost is known."),
    )
    usage_limit = models.PositiveIntegerField(
        _("total uses"), null=True, blank=True, help_text=_("Number of orders. Empty: no limit.")
    )
    customer_usage_limit = models.PositiveIntegerField(
        _("uses per customer"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    budget_minor = models.BigIntegerField(
        _("budget"), null=True, blank=True, help_text=_("The total of all its discounts. Empty: no limit.")
    )
    max_step_bp = models.PositiveIntegerField(
        _("maximum price difference"),
        null=True,
        blank=True,
        help_text=_("How much more expensive an upgrade may be than what it replaces. Empty: no limit."),
    )
    slow_mover_boost_bp = models.PositiveIntegerField(
        _("boost for slow movers"),
        default=0,
        help_text=_("How far the relevance of a suitable slow mover may be raised. 0: no boost."),
    )
    conditions = models.JSONField(
        _("conditions"),
        null=True,
        blank=True,
        help_text=_("Who the offer is for, when and where it applies. Empty: always and for everybody."),
    )
    refund_policy = models.CharField(
        _("on a return"), max_length=16, choices=RefundPolicy, default=RefundPolicy.KEEP
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            benefit_constraint("offers_offer_benefit_range"),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="offers_offer_ends_after_start",
                violation_error_message=_("An offer must end after it starts."),
            ),
            models.CheckConstraint(
                # Which kinds there are is for the installed apps to say.
                condition=~Q(kind=""),
                name="offers_offer_kind_named",
                violation_error_message=_("An offer needs a kind."),
            ),
            models.CheckConstraint(
                condition=Q(audience__in=AudienceScope.values),
                name="offers_offer_audience_known",
                violation_error_message=_("Unknown audience."),
            ),
            models.CheckConstraint(
                condition=Q(trigger_scope__in=TriggerScope.values)
                & Q(bundle_scope__in=BundleScope.values)
                & Q(target_scope__in=TargetScope.values),
                name="offers_offer_scopes_known",
                violation_error_message=_("Invalid value for what the offer applies to."),
            ),
            models.CheckConstraint(
                condition=Q(max_proposals__gte=1, max_proposals__lte=24),
                name="offers_offer_max_proposals_range",
                violation_error_message=_("An offer can fill 1 to 24 slots."),
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=-1000, priority__lte=1000),
                name="offers_offer_priority_range",
                violation_error_message=_("A priority must be between -1000 and 1000."),
            ),
            models.CheckConstraint(
                condition=Q(min_subtotal_minor__isnull=True)
                | Q(min_subtotal_minor__gte=0, min_subtotal_minor__lte=MAX_MINOR),
                name="offers_offer_min_subtotal_range",
                violation_error_message=_("A cart value must not be negative or too large."),
            ),
            models.CheckConstraint(
                condition=Q(lane__in=LaneCode.values)
                & Q(purchase__in=Purchase.values)
                & Q(price_base__in=PriceBase.values)
                & Q(refund_policy__in=RefundPolicy.values),
                name="offers_offer_terms_known",
                violation_error_message=_("Unknown lane, kind of purchase, price base or refund policy."),
            ),
            models.CheckConstraint(
                condition=Q(max_step_bp__isnull=True) | Q(max_step_bp__gte=1, max_step_bp__lte=MAX_STEP_BP),
                name="offers_offer_max_step_range",
                violation_error_message=_(
                    "A maximum price difference must be between 0.01 and 10,000 percent."
                ),
            ),
            models.CheckConstraint(
                condition=Q(slow_mover_boost_bp__lte=MAX_SLOW_MOVER_BOOST_BP),
                name="offers_offer_slow_mover_boost_range",
                violation_error_message=_("A boost for slow movers must not exceed 50 percent."),
            ),
            models.CheckConstraint(
                condition=Q(margin_floor_bp__isnull=True) | Q(margin_floor_bp__lt=10_000),
                name="offers_offer_margin_floor_range",
                violation_error_message=_("A margin floor must be between 0 and 99.99 percent."),
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{column}__isnull": True})
                    | Q(**{f"{column}__gte": 1, f"{column}__lte": MAX_MINOR}),
                    name=f"offers_offer_{column.removesuffix('_minor')}_range",
                    violation_error_message=_(
                        "Leave this empty for no limit. With 0, the offer would never apply."
                    ),
                )
                for column in ("max_discount_minor", "budget_minor")
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{column}__isnull": True})
                    | Q(**{f"{column}__gte": 1, f"{column}__lte": MAX_COUNT}),
                    name=f"offers_offer_{column}_range",
                    violation_error_message=_(
                        "Leave this empty for no limit. With 0, the offer would never apply."
                    ),
                )
                for column in ("max_times", "usage_limit", "customer_usage_limit")
            ),
            *offer_rules(),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse conditions that are not a tree, with the place of what is wrong."""
        super().clean()
        if self.conditions is not None:
            self.conditions = clean_conditions(self.conditions)
