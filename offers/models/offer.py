"""Offers: what may be proposed, to whom, where, when and at what price."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.fields import CurrencyField
from catalog.models import BenefitColumns, Bundle, Category, Product, benefit_constraint, default_currency
from catalog.money import MAX_MINOR
from offers.models.placement import Placement


class OfferKind(models.TextChoices):
    """What the shopper is asked to do."""

    UPGRADE = "upgrade", _("upgrade")
    CROSS_SELL = "cross_sell", _("cross-sell")
    BUNDLE = "bundle", _("bundle")


class Audience(models.TextChoices):
    """Whom an offer is for."""

    EVERYONE = "everyone", _("everyone")
    KNOWN = "known", _("known customers")
    ANONYMOUS = "anonymous", _("anonymous visitors")


class StrategyCode(models.TextChoices):
    """Where an offer's candidates come from."""

    CURATED = "curated", _("hand-picked products")
    LADDER = "ladder", _("next tiers of the ladder")
    RELATED = "related", _("related products")
    BUNDLE = "bundle", _("bundles")
    BOUGHT_TOGETHER = "bought_together", _("often bought together")
    ALSO_BOUGHT_BY_CUSTOMER = "also_bought_by_customer", _("bought by this customer before")
    CATEGORY_POPULAR = "category_popular", _("popular in the category")
    POPULAR = "popular", _("popular overall")


class OfferQuerySet(models.QuerySet["Offer"]):
    """Sets of offers."""

    def live_at(self, at: datetime) -> Self:
        """Return the active offers whose half-open period starts_at ≤ at < ends_at holds."""
        return self.filter(
            Q(starts_at__isnull=True) | Q(starts_at__lte=at),
            Q(ends_at__isnull=True) | Q(ends_at__gt=at),
            is_active=True,
        )


class Offer(BenefitColumns):
    """A rule that proposes products or a bundle in some placements.

    It looks at the context only where a trigger is set: with trigger products or categories, one of
    them must be the page's product or lie in the cart.
    """

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(
        _("name"), max_length=200, help_text=_("For your colleagues; shoppers do not see it.")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=OfferKind)
    is_active = models.BooleanField(_("active"), default=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    placements = models.ManyToManyField(Placement, verbose_name=_("placements"), related_name="offers")
    priority = models.IntegerField(_("priority"), default=0, help_text=_("Higher comes first."))
    max_proposals = models.PositiveIntegerField(
        _("proposals"), default=1, help_text=_("How many slots of a placement it may fill.")
    )
    headline_en = models.CharField(_("headline (English)"), max_length=200, blank=True, default="")
    headline_ja = models.CharField(_("headline (Japanese)"), max_length=200, blank=True, default="")
    body_en = models.TextField(_("text (English)"), blank=True, default="")
    body_ja = models.TextField(_("text (Japanese)"), blank=True, default="")
    audience = models.CharField(_("audience"), max_length=16, choices=Audience, default=Audience.EVERYONE)
    currency = CurrencyField(_("currency"), default=default_currency)
    min_subtotal_minor = models.BigIntegerField(
        _("from cart value"), null=True, blank=True, help_text=_("Only for carts of at least this value.")
    )
    trigger_products = models.ManyToManyField(
        Product, verbose_name=_("trigger products"), blank=True, related_name="triggered_offers"
    )
    trigger_categories = models.ManyToManyField(
        Category,
        verbose_name=_("trigger categories"),
        blank=True,
        related_name="triggered_offers",
        help_text=_("With all categories below them."),
    )
    bundles = models.ManyToManyField(
        Bundle,
        verbose_name=_("bundles"),
        blank=True,
        related_name="offers",
        help_text=_("Empty: every active bundle that holds a product of the page or cart."),
    )
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
                violation_error_message=_("An offer ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OfferKind.values),
                name="offers_offer_kind_known",
                violation_error_message=_("Unknown kind of offer."),
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values),
                name="offers_offer_audience_known",
                violation_error_message=_("Unknown audience."),
            ),
            models.CheckConstraint(
                condition=Q(max_proposals__gte=1, max_proposals__lte=24),
                name="offers_offer_max_proposals_range",
                violation_error_message=_("An offer fills 1 to 24 slots."),
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=-1000, priority__lte=1000),
                name="offers_offer_priority_range",
                violation_error_message=_("A priority lies between -1000 and 1000."),
            ),
            models.CheckConstraint(
                condition=Q(min_subtotal_minor__isnull=True)
                | Q(min_subtotal_minor__gte=0, min_subtotal_minor__lte=MAX_MINOR),
                name="offers_offer_min_subtotal_range",
                violation_error_message=_("A cart value cannot be negative or absurdly large."),
            ),
            models.CheckConstraint(
                # A bundle has its own price rule.
                condition=~Q(kind=OfferKind.BUNDLE) | Q(benefit_kind="none"),
                name="offers_offer_bundle_price_is_the_bundles",
                violation_error_message=_("A bundle offer has the bundle's own price."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OfferStrategy(models.Model):
    """One of an offer's sources of candidates; they are asked in the order of their position."""

    offer = models.ForeignKey(
        Offer, verbose_name=_("offer"), on_delete=models.CASCADE, related_name="strategies"
    )
    strategy = models.CharField(_("strategy"), max_length=32, choices=StrategyCode)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["offer", "strategy"],
                name="offers_offerstrategy_once",
                violation_error_message=_("An offer asks each strategy once."),
            ),
            models.CheckConstraint(
                condition=Q(strategy__in=StrategyCode.values),
                name="offers_offerstrategy_known",
                violation_error_message=_("Unknown strategy."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_strategy_display()


class CuratedProduct(models.Model):
    """A product that a merchandiser picked for an offer by hand."""

    offer = models.ForeignKey(
        Offer, verbose_name=_("offer"), on_delete=models.CASCADE, related_name="curated"
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="curated_in"
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("hand-picked product")
        verbose_name_plural = _("hand-picked products")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["offer", "product"],
                name="offers_curatedproduct_once",
                violation_error_message=_("An offer names each product once."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.product)
