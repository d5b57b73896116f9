"""Relations between products, defined by merchandisers."""

from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from catalog.models.deletion import Watched, WatchedQuerySet
from catalog.models.product import Product


class RelationKind(models.TextChoices):
    """The role of the related product."""

    ACCESSORY = "accessory", _("accessory")
    CONSUMABLE = "consumable", _("consumable")
    COMPLEMENT = "complement", _("complement")
    SUBSTITUTE = "substitute", _("substitute")


class ProductRelationQuerySet(WatchedQuerySet["ProductRelation"]):
    """Sets of relations."""


class ProductRelation(Watched):
    """`related` is an accessory, a consumable, a complement of or a substitute for `product`."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="relations"
    )
    related = models.ForeignKey(
        Product, verbose_name=_("related product"), on_delete=models.CASCADE, related_name="related_from"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=RelationKind)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = ProductRelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["product", "related", "kind"],
                name="catalog_productrelation_once",
                violation_error_message=_("This relation already exists."),
            ),
            models.CheckConstraint(
                condition=~models.Q(product=F("related")),
                name="catalog_productrelation_not_itself",
                violation_error_message=_("A product cannot be related to itself."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=RelationKind.values),
                name="catalog_productrelation_kind_known",
                violation_error_message=_("Unknown kind of relation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} → {self.related}"
