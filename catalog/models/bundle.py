"""Bundles: several units sold together at one price."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.benefit import BenefitColumns, benefit_constraint
from catalog.models.deletion import Watched, WatchedQuerySet
from catalog.models.fields import CurrencyField
from catalog.models.product import Product, default_currency


class BundleQuerySet(WatchedQuerySet["Bundle"]):
    """Sets of bundles."""


class Bundle(Watched, BenefitColumns):
    """Products that are sold together.

    `unit_count` is the sum of the items' quantities, maintained by `catalog.services.bundle`, so that the
    database can refuse a bundle of one unit. 0 means that the bundle is still empty.
    """

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    currency = CurrencyField(_("currency"), default=default_currency)
    is_active = models.BooleanField(_("active"), default=True)
    unit_count = models.PositiveIntegerField(_("units"), default=0, editable=False)
    products = models.ManyToManyField(
        Product, through="BundleItem", related_name="bundles", verbose_name=_("products")
    )

    objects = BundleQuerySet.as_manager()

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            benefit_constraint("catalog_bundle_benefit_range"),
            models.CheckConstraint(
                condition=~Q(unit_count=1),
                name="catalog_bundle_not_single_unit",
                violation_error_message=_("A bundle must contain at least two units."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BundleItemQuerySet(WatchedQuerySet["BundleItem"]):
    """Sets of bundle items."""


class BundleItem(Watched):
    """A product of a bundle, and its quantity."""

    bundle = models.ForeignKey(
        Bundle, verbose_name=_("bundle"), on_delete=models.CASCADE, related_name="items"
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="bundle_items"
    )
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = BundleItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("bundle item")
        verbose_name_plural = _("bundle items")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["bundle", "product"],
                name="catalog_bundleitem_product_once",
                violation_error_message=_(
                    "This product is already in the bundle. Increase its quantity instead."
                ),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=999),
                name="catalog_bundleitem_quantity_range",
                violation_error_message=_("The quantity must be between 1 and 999."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"
