"""Upgrade ladders: 梅・竹・松, good, better, best."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.deletion import Watched, WatchedQuerySet
from catalog.models.product import Product


class UpgradeLadderQuerySet(WatchedQuerySet["UpgradeLadder"]):
    """Sets of ladders."""


class UpgradeLadder(Watched):
    """Products for the same need, from basic to premium."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    products = models.ManyToManyField(
        Product, through="UpgradeTier", related_name="ladders", verbose_name=_("products")
    )

    objects = UpgradeLadderQuerySet.as_manager()

    class Meta:
        verbose_name = _("upgrade ladder")
        verbose_name_plural = _("upgrade ladders")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(name=""),
                name="catalog_upgradeladder_named",
                violation_error_message=_("A ladder needs a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UpgradeTierQuerySet(WatchedQuerySet["UpgradeTier"]):
    """Sets of tiers."""


class UpgradeTier(Watched):
    """A tier of a ladder, and its benefit over the tier below."""

    ladder = models.ForeignKey(
        UpgradeLadder, verbose_name=_("ladder"), on_delete=models.CASCADE, related_name="tiers"
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="tiers"
    )
    position = models.PositiveIntegerField(_("position"), default=0, help_text=_("0 is the most basic tier."))
    label = models.CharField(
        _("label"), max_length=40, help_text=_("For example 梅, 竹, 松 or good, better, best.")
    )
    gain_en = models.CharField(
        _("benefit over the tier below (English)"), max_length=200, blank=True, default=""
    )
    gain_ja = models.CharField(
        _("benefit over the tier below (Japanese)"), max_length=200, blank=True, default=""
    )

    objects = UpgradeTierQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier")
        verbose_name_plural = _("tiers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["ladder", "product"],
                name="catalog_upgradetier_product_once",
                violation_error_message=_("This product is already on the ladder."),
            ),
            models.UniqueConstraint(
                fields=["ladder", "label"],
                name="catalog_upgradetier_label_once",
                violation_error_message=_("This ladder already has a tier with this label."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.product}"
