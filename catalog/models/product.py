"""Products and their price history."""

from typing import ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.category import Category
from catalog.models.deletion import Watched, WatchedQuerySet
from catalog.models.fields import CurrencyField, SkuField
from engine.money import MAX_MINOR


def default_currency() -> str:
    """Return the currency of products without one of their own."""
    return settings.AWASE_CURRENCY


class ProductQuerySet(WatchedQuerySet["Product"]):
    """Sets of products."""

    def visible(self) -> Self:
        """Return the products that a shopper may see."""
        return self.filter(is_hidden=False)

    def sellable(self) -> Self:
        """Return the visible products that are in stock or whose stock is not tracked."""
        return self.visible().filter(Q(stock__isnull=True) | Q(stock__gt=0))


class Product(Watched):
    """A product with one price in one currency."""

    sku = SkuField(_("SKU"), unique=True)
    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), blank=True, default="")
    brand = models.CharField(_("brand"), max_length=120, blank=True, default="", db_index=True)
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
    )
    currency = CurrencyField(_("currency"), default=default_currency)
    price_minor = models.BigIntegerField(_("price"), help_text=_("Price of one unit."))
    cost_minor = models.BigIntegerField(
        _("cost"), null=True, blank=True, help_text=_("Your cost of one unit. Leave empty if unknown.")
    )
    tax_rate_bp = models.PositiveIntegerField(
        _("tax rate"), default=0, help_text=_("In basis points: 800 is 8%.")
    )
    is_tax_included = models.BooleanField(_("price includes tax"), default=True)
    stock = models.IntegerField(
        _("stock"),
        null=True,
        blank=True,
        help_text=_(
            "Units in stock. Leave empty if stock is not tracked; the product can then always be sold."
        ),
    )
    is_hidden = models.BooleanField(
        _("hidden"), default=False, help_text=_("Hidden products are never shown or recommended.")
    )
    image_url = models.URLField(_("image URL"), max_length=500, blank=True, default="")
    page_url = models.URLField(_("page URL"), max_length=500, blank=True, default="")
    attributes = models.JSONField(
        _("attributes"),
        default=dict,
        blank=True,
        encoder=DjangoJSONEncoder,
        help_text=_('Structured data, for example {"size": "500 ml", "roast": "dark"}.'),
    )
    replenishment_days = models.PositiveIntegerField(
        _("replenishment days"),
        null=True,
        blank=True,
        help_text=_("The number of days after which customers usually buy it again."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(price_minor__gte=0, price_minor__lte=MAX_MINOR),
                name="catalog_product_price_range",
                violation_error_message=_("The price is negative or too large."),
            ),
            models.CheckConstraint(
                condition=Q(cost_minor__isnull=True) | Q(cost_minor__gte=0, cost_minor__lte=MAX_MINOR),
                name="catalog_product_cost_range",
                violation_error_message=_("The cost is negative or too large."),
            ),
            models.CheckConstraint(
                condition=Q(tax_rate_bp__gte=0, tax_rate_bp__lte=10_000),
                name="catalog_product_tax_rate_range",
                violation_error_message=_("The tax rate must be between 0 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(stock__isnull=True) | Q(stock__gte=0),
                name="catalog_product_stock_not_negative",
                violation_error_message=_("Stock cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(replenishment_days__isnull=True)
                | Q(replenishment_days__gte=1, replenishment_days__lte=3650),
                name="catalog_product_replenishment_range",
                violation_error_message=_("The number of days must be between 1 and 3650."),
            ),
            models.CheckConstraint(
                condition=~Q(sku="") & ~Q(name=""),
                name="catalog_product_named",
                violation_error_message=_("A product needs a SKU and a name."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sku})"


class PriceChange(models.Model):
    """A price and when it became valid. Append-only, one row per change."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="price_changes"
    )
    currency = CurrencyField(_("currency"))
    price_minor = models.BigIntegerField(_("price"))
    changed_at = models.DateTimeField(_("valid from"))

    class Meta:
        verbose_name = _("price change")
        verbose_name_plural = _("price history")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(price_minor__gte=0, price_minor__lte=MAX_MINOR),
                name="catalog_pricechange_price_range",
                violation_error_message=_("The price is negative or too large."),
            ),
            models.UniqueConstraint(
                F("product"),
                F("changed_at"),
                name="catalog_pricechange_once_at_a_time",
                violation_error_message=_("This product already has a price change at that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.price_minor} {self.currency}"
