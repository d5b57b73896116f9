"""Attributes: what a shop declares that it knows of its customers, such as their skin type."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.deletion import Watched, WatchedQuerySet

# In code points; a list has at most as many values as the attribute has choices.
MAX_TEXT_LENGTH = 255


class AttributeType(models.TextChoices):
    """What values an attribute has."""

    TEXT = "text", _("text")
    NUMBER = "number", _("number")
    YES_NO = "yes_no", _("yes or no")
    DATE = "date", _("date")
    CHOICE = "choice", _("one of its choices")
    LIST = "list", _("several of its choices")


WITH_CHOICES = (AttributeType.CHOICE, AttributeType.LIST)


class CustomerAttributeQuerySet(WatchedQuerySet["CustomerAttribute"]):
    """Sets of attributes."""


class CustomerAttribute(Watched):
    """An attribute of customers: `Customer.attributes` holds its value under `code`.

    A text, a number, a boolean, a date as `YYYY-MM-DD`, the code of a choice, or a list of such codes.
    """

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=120)
    name_ja = models.CharField(_("name (Japanese)"), max_length=120, blank=True, default="")
    type = models.CharField(_("type"), max_length=8, choices=AttributeType)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("If not, no new values are accepted. Stored values stay.")
    )

    objects = CustomerAttributeQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer attribute")
        verbose_name_plural = _("customer attributes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(type__in=AttributeType.values), name="offers_customerattribute_type_known"
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_en=""),
                name="offers_customerattribute_named",
                violation_error_message=_("An attribute needs a code and a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_en


class AttributeChoice(models.Model):
    """A value that a choice or a list may have; customers hold its code."""

    attribute = models.ForeignKey(
        CustomerAttribute, verbose_name=_("attribute"), on_delete=models.CASCADE, related_name="choices"
    )
    code = models.SlugField(_("code"), max_length=64)
    name_en = models.CharField(_("name (English)"), max_length=120)
    name_ja = models.CharField(_("name (Japanese)"), max_length=120, blank=True, default="")
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["attribute", "code"],
                name="offers_attributechoice_once",
                violation_error_message=_("This choice is listed twice."),
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_en=""),
                name="offers_attributechoice_named",
                violation_error_message=_("A choice needs a code and a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_en
