"""Where an offer's candidates come from."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from catalog.models.deletion import Watched, WatchedQuerySet
from offers.models.offer import Offer


class StrategyCode(models.TextChoices):
    """Where an offer's candidates come from."""

    CURATED = "curated", _("hand-picked products")
    LADDER = "ladder", _("next tiers of the ladder")
    RELATED = "related", _("related products")
    BUNDLE = "bundle", _("bundles")
    BOUGHT_TOGETHER = "bought_together", _("often bought together")
    ALSO_BOUGHT_BY_CUSTOMER = "also_bought_by_customer", _("bought before by this customer")
    REPLENISHMENT = "replenishment", _("due for repurchase")
    CATEGORY_POPULAR = "category_popular", _("popular in the category")
    POPULAR = "popular", _("popular overall")
    RECOMMENDED = "recommended", _("best of everything learned")
    SIMILAR = "similar", _("similar products")
    VIEWED_NOT_BOUGHT = "viewed_not_bought", _("looked at, not bought")


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
                violation_error_message=_("An offer can use each strategy only once."),
            ),
            models.CheckConstraint(
                condition=Q(strategy__in=StrategyCode.values),
                name="offers_offerstrategy_known",
                violation_error_message=_("Unknown strategy."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_strategy_display()


class CuratedProductQuerySet(WatchedQuerySet["CuratedProduct"]):
    """Sets of hand-picked products."""


class CuratedProduct(Watched):
    """A product that a merchandiser picked for an offer."""

    offer = models.ForeignKey(
        Offer, verbose_name=_("offer"), on_delete=models.CASCADE, related_name="curated"
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="curated_in"
    )
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = CuratedProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-picked product")
        verbose_name_plural = _("hand-picked products")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["offer", "product"],
                name="offers_curatedproduct_once",
                violation_error_message=_("An offer can name each product only once."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.product)
