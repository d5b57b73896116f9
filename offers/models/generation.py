"""The results of the statistics, published one whole generation at a time."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Product


class Generation(models.Model):
    """One complete result of a recompute. The newest is the one that serves."""

    published_at = models.DateTimeField(_("published"))
    data_until = models.DateTimeField(_("orders until"), null=True)
    order_count = models.PositiveBigIntegerField(_("orders"), default=0)
    counted_order_count = models.PositiveBigIntegerField(_("orders used for counting pairs"), default=0)
    line_count = models.PositiveBigIntegerField(_("order lines"), default=0)
    product_count = models.PositiveIntegerField(_("products with partners"), default=0)
    pair_count = models.PositiveBigIntegerField(_("pairs"), default=0)
    scoring = models.JSONField(
        _("scoring"), default=dict, help_text=_("The fitted weights of `engine.learned.scoring.Scoring`.")
    )

    class Meta:
        verbose_name = _("generation")
        verbose_name_plural = _("generations")

    def __str__(self) -> str:
        return f"{self.published_at:%Y-%m-%d %H:%M:%S}"


class ProductPartners(models.Model):
    """A product's best partners, as the newest generation knows them: `generations.PARTNER` records.

    What a new generation does not change is not written, so a row belongs to no generation.
    """

    product = models.OneToOneField(
        Product,
        verbose_name=_("product"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="partner_list",
    )
    order_count = models.PositiveBigIntegerField(
        _("orders"), help_text=_("Orders with this product, among those used for counting pairs.")
    )
    partners = models.BinaryField(_("partners"))

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")

    def __str__(self) -> str:
        return str(self.product_id)


class PopularProducts(models.Model):
    """The best sellers of a category, or of the whole shop where `category` is empty.

    `products` holds `engine.learned.generations.POPULAR` records, best first.
    """

    generation = models.ForeignKey(
        Generation, verbose_name=_("generation"), on_delete=models.CASCADE, related_name="popular"
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        on_delete=models.CASCADE,
        null=True,
        related_name="popular_lists",
    )
    products = models.BinaryField(_("products"))

    class Meta:
        verbose_name = _("bestseller list")
        verbose_name_plural = _("bestseller lists")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["generation", "category"], name="offers_popularproducts_once"),
            models.UniqueConstraint(
                fields=["generation"],
                condition=Q(category__isnull=True),
                name="offers_popularproducts_overall_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.category_id or "*")


class OverrideAction(models.TextChoices):
    """What a merchandiser decided about a learned partner."""

    PIN = "pin", _("pin: always first")
    VETO = "veto", _("exclude: never shown")


class PartnerOverride(models.Model):
    """A merchandiser's word over the statistics. It outlives every generation."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="partner_overrides"
    )
    partner = models.ForeignKey(
        Product, verbose_name=_("partner"), on_delete=models.CASCADE, related_name="overridden_for"
    )
    action = models.CharField(_("decision"), max_length=8, choices=OverrideAction)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), auto_now=True)

    class Meta:
        verbose_name = _("pinned or excluded partner")
        verbose_name_plural = _("pinned and excluded partners")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["product", "partner"],
                name="offers_partneroverride_once",
                violation_error_message=_("This partner is already pinned or excluded."),
            ),
            models.CheckConstraint(
                condition=~Q(product=F("partner")),
                name="offers_partneroverride_not_itself",
                violation_error_message=_("A product cannot be its own partner."),
            ),
            models.CheckConstraint(
                condition=Q(action__in=OverrideAction.values),
                name="offers_partneroverride_action_known",
                violation_error_message=_("Pin or exclude."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.product} → {self.partner}"
