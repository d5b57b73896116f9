"""Exclusions: products that are not proposed, or only to customers who may buy them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Product, default_currency
from catalog.models.fields import CurrencyField
from engine.money import MAX_MINOR
from offers.models.attribute import MAX_TEXT_LENGTH, CustomerAttribute
from offers.models.offer import TriggerScope
from offers.models.placement import Placement


class Effect(models.TextChoices):
    """What an exclusion does to the products that it hits."""

    LEARNED = "learned", _("not proposed by the statistics")
    ALL = "all", _("not proposed at all, not even if hand-picked")
    RESTRICTED = "restricted", _("proposed only to customers with an attribute")


class ProductExclusion(models.Model):
    """Products that are not proposed, everywhere or in some placements; or restricted goods.

    With the scope `chosen`, it hits what it names: `products`, `categories` with all below them, `brands`,
    and products whose name contains one of the `keywords`; nothing if nothing of that is left. Attributes,
    prices and the margin narrow this down: all of them must fit. `attribute` and `attribute_equals` are what
    a customer must have to be proposed restricted goods.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    effect = models.CharField(
        _("effect"),
        max_length=16,
        choices=Effect,
        default=Effect.LEARNED,
        help_text=_(
            "Hand-picked are the products of a list, a ladder, a relation, a bundle or the rule of an offer, "
            "and pinned partners. Everything else is chosen by the statistics."
        ),
    )
    attribute = models.ForeignKey(
        CustomerAttribute,
        verbose_name=_("customer attribute"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="product_exclusions",
        help_text=_("Only for restricted goods. Visitors who are not known have no attributes."),
    )
    attribute_equals = models.CharField(
        _("value of the attribute"),
        max_length=MAX_TEXT_LENGTH,
        blank=True,
        default="",
        help_text=_("For a yes-or-no attribute, enter yes or no. For choices, enter the code of one."),
    )
    is_everywhere = models.BooleanField(_("in all placements"), default=True)
    placements = models.ManyToManyField(
        Placement, verbose_name=_("placements"), blank=True, related_name="product_exclusions"
    )
    scope = models.CharField(
        _("which products"), max_length=16, choices=TriggerScope, default=TriggerScope.CHOSEN
    )
    products = models.ManyToManyField(
        Product, verbose_name=_("products"), blank=True, related_name="product_exclusions"
    )
    categories = models.ManyToManyField(
        Category,
        verbose_name=_("categories"),
        blank=True,
        related_name="product_exclusions",
        help_text=_("Including all their subcategories."),
    )
    brands = models.JSONField(_("brands"), default=list, blank=True, help_text=_("One per line."))
    keywords = models.JSONField(
        _("words in the name"),
        default=list,
        blank=True,
        help_text=_("One per line. New products whose name contains one of them are affected as well."),
    )
    attributes = models.JSONField(
        _("product attributes"), default=dict, blank=True, help_text=_("All of them must fit.")
    )
    currency = CurrencyField(_("currency"), default=default_currency)
    price_from_minor = models.BigIntegerField(_("price from"), null=True, blank=True)
    price_to_minor = models.BigIntegerField(_("price up to"), null=True, blank=True)
    margin_below_bp = models.PositiveIntegerField(
        _("margin below"),
        null=True,
        blank=True,
        help_text=_(
            "The share of the net price above cost. Products whose cost is unknown are not affected."
        ),
    )
    note = models.TextField(_("note"), blank=True, default="")
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(name="") & Q(effect__in=Effect.values) & Q(scope__in=TriggerScope.values),
                name="offers_productexclusion_known",
                violation_error_message=_("An exclusion needs a name, an effect and what it applies to."),
            ),
            models.CheckConstraint(
                condition=~Q(effect=Effect.RESTRICTED)
                | (Q(is_everywhere=True, attribute__isnull=False) & ~Q(attribute_equals="")),
                name="offers_productexclusion_restricted_everywhere",
                violation_error_message=_(
                    "Restricted goods need an attribute with a value, and are restricted in all placements."
                ),
            ),
            models.CheckConstraint(
                condition=(
                    (Q(price_from_minor__isnull=True) | Q(price_from_minor__gte=0))
                    & (
                        Q(price_to_minor__isnull=True)
                        | Q(price_to_minor__gte=0, price_to_minor__lte=MAX_MINOR)
                    )
                    & (
                        Q(price_from_minor__isnull=True)
                        | Q(price_to_minor__isnull=True)
                        | Q(price_to_minor__gte=F("price_from_minor"))
                    )
                    & (Q(price_from_minor__isnull=True) | Q(price_from_minor__lte=MAX_MINOR))
                ),
                name="offers_productexclusion_price_range",
                violation_error_message=_("The lower price must not exceed the higher one."),
            ),
            models.CheckConstraint(
                condition=Q(margin_below_bp__isnull=True)
                | Q(margin_below_bp__gte=1, margin_below_bp__lte=10_000),
                name="offers_productexclusion_margin_range",
                violation_error_message=_("A margin must be between 0.01 and 100 percent."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
