"""Quotes, which guarantee prices, and redemptions, which use the limits of their offers."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from catalog.models.fields import CurrencyField
from engine.money import MAX_MINOR
from gateway.models.api_key import ApiKey
from offers.models.code_batch import GeneratedCode
from offers.models.customer import Customer
from offers.models.offer import Offer


class Quote(models.Model):
    """A priced cart. It never changes, even if the catalogue and the offers do.

    `content` is the number of its format and an `engine.promise.frozen_quote.FrozenQuote` as msgpack: the
    cart, the offers that applied with their terms and versions, and the prices.
    """

    public_id = models.CharField(_("quote"), max_length=24, unique=True, editable=False)
    key = models.ForeignKey(
        ApiKey, verbose_name=_("API key"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.SET_NULL, null=True, related_name="quotes"
    )
    currency = CurrencyField(_("currency"))
    list_minor = models.BigIntegerField(_("list price"))
    discount_minor = models.BigIntegerField(_("discount"))
    total_minor = models.BigIntegerField(_("total"))
    gross_minor = models.BigIntegerField(_("to pay"), help_text=_("Including tax."))
    content = models.BinaryField(_("content"))
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("valid until"), db_index=True)

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="checkout_quote_expires_after_made"
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, total_minor__gte=0, list_minor__lte=MAX_MINOR)
                & Q(list_minor=F("discount_minor") + F("total_minor"))
                & Q(gross_minor__gte=F("total_minor"), gross_minor__lte=MAX_MINOR),
                name="checkout_quote_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class RedemptionState(models.TextChoices):
    """The state of a redemption."""

    RESERVED = "reserved", _("reserved")
    COMMITTED = "committed", _("committed")
    RELEASED = "released", _("released")
    EXPIRED = "expired", _("expired")


HOLDING_STATES = (RedemptionState.RESERVED, RedemptionState.COMMITTED)


def state_at(at: datetime) -> Case:
    """Return the SQL for the state of a redemption, as `Redemption.state_at` returns it."""
    is_overdue = Q(state=RedemptionState.RESERVED, expires_at__lte=at)
    return Case(When(is_overdue, then=Value(RedemptionState.EXPIRED)), default=F("state"))


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    """Sets of redemptions."""

    def holding(self) -> Self:
        """Return those whose uses count."""
        return self.filter(state__in=HOLDING_STATES)

    def overdue_at(self, at: datetime) -> Self:
        """Return the reservations that were not committed in time."""
        return self.filter(state=RedemptionState.RESERVED, expires_at__lte=at)


class Redemption(models.Model):
    """The redemption of a quote: reserved, then committed with an order, released, or expired.

    A quote has at most one that is reserved or committed. Once released or expired it can be redeemed again.
    An expired one can still be committed: `exceeded` then lists the codes of the offers whose limits were
    used up in the meantime.
    """

    quote = models.ForeignKey(
        Quote, verbose_name=_("quote"), on_delete=models.CASCADE, related_name="redemptions"
    )
    state = models.CharField(
        _("state"), max_length=16, choices=RedemptionState, default=RedemptionState.RESERVED
    )
    order_id = models.CharField(_("order ID"), max_length=128, blank=True, default="")
    reserved_at = models.DateTimeField(_("reserved at"))
    expires_at = models.DateTimeField(_("reserved until"))
    settled_at = models.DateTimeField(_("settled at"), null=True)
    exceeded = models.JSONField(_("exceeded limits"), default=list)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["quote"],
                condition=Q(state__in=[state.value for state in HOLDING_STATES]),
                name="checkout_redemption_one_holds",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RedemptionState.values), name="checkout_redemption_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=RedemptionState.RESERVED, settled_at__isnull=True)
                | ~Q(state=RedemptionState.RESERVED) & Q(settled_at__isnull=False),
                name="checkout_redemption_settled_when_not_reserved",
            ),
            models.CheckConstraint(
                condition=Q(state=RedemptionState.COMMITTED) & ~Q(order_id="")
                | ~Q(state=RedemptionState.COMMITTED) & Q(order_id=""),
                name="checkout_redemption_order_when_committed",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state=RedemptionState.RESERVED.value),
                name="checkout_redemption_overdue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quote_id} {self.get_state_display()}"

    def state_at(self, at: datetime) -> RedemptionState:
        """Return the state: an overdue reservation is expired, even if it was not released yet."""
        if self.state == RedemptionState.RESERVED and self.expires_at <= at:
            return RedemptionState.EXPIRED
        return RedemptionState(self.state)


class RedeemedOffer(models.Model):
    """One use of an offer by a redemption, and what it takes from the budget of the offer."""

    redemption = models.ForeignKey(
        Redemption, verbose_name=_("redemption"), on_delete=models.CASCADE, related_name="offers"
    )
    offer = models.ForeignKey(
        Offer, verbose_name=_("offer"), on_delete=models.SET_NULL, null=True, related_name="redeemed"
    )
    offer_code = models.CharField(_("offer code"), max_length=64)
    version = models.PositiveIntegerField(_("version"))
    discount_minor = models.BigIntegerField(_("discount"))

    class Meta:
        verbose_name = _("redeemed offer")
        verbose_name_plural = _("redeemed offers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["redemption", "offer_code"], name="checkout_redeemedoffer_once_a_redemption"
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, discount_minor__lte=MAX_MINOR),
                name="checkout_redeemedoffer_discount_range",
            ),
        ]

    def __str__(self) -> str:
        return self.offer_code


class RedeemedGift(models.Model):
    """Units of a gift that a redemption took; a product that was promised as a gift cannot be deleted."""

    redemption = models.ForeignKey(
        Redemption, verbose_name=_("redemption"), on_delete=models.CASCADE, related_name="gifts"
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="redeemed_as_gift"
    )
    quantity = models.PositiveIntegerField(_("quantity"))

    class Meta:
        verbose_name = _("redeemed gift")
        verbose_name_plural = _("redeemed gifts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["redemption", "product"], name="checkout_redeemedgift_once_a_redemption"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="checkout_redeemedgift_quantity_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"


class RedeemedCode(models.Model):
    """One use of a generated code by a redemption."""

    redemption = models.ForeignKey(
        Redemption, verbose_name=_("redemption"), on_delete=models.CASCADE, related_name="codes"
    )
    code = models.ForeignKey(
        GeneratedCode, verbose_name=_("code"), on_delete=models.PROTECT, related_name="redeemed"
    )
    offer_code = models.CharField(_("offer code"), max_length=64)

    class Meta:
        default_permissions = ()
        verbose_name = _("redeemed code")
        verbose_name_plural = _("redeemed codes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["redemption", "code"], name="checkout_redeemedcode_once_a_redemption"
            ),
        ]

    def __str__(self) -> str:
        return str(self.code_id)
