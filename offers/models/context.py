"""Values that a shop sends with its requests, for conditions."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.deletion import Watched, WatchedQuerySet

# What a request may send of each: `gateway.api` and conditions hold no longer texts.
MAX_VALUE_LENGTH = 200
MAX_CHOICES = 100


class ContextValueType(models.TextChoices):
    """What a context value may be."""

    TEXT = "text", _("any text")
    CHOICE = "choice", _("one of the choices")


class ContextValueQuerySet(WatchedQuerySet["ContextValue"]):
    """Sets of context values."""


class ContextValue(Watched):
    """A value that requests may carry under its code in `context`, such as the payment method."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=120)
    name_ja = models.CharField(_("name (Japanese)"), max_length=120, blank=True, default="")
    type = models.CharField(_("type"), max_length=8, choices=ContextValueType, default=ContextValueType.TEXT)
    choices = models.JSONField(
        _("choices"),
        default=list,
        blank=True,
        help_text=_("The texts that requests may send. Only if the value is one of some choices."),
    )

    objects = ContextValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("context value")
        verbose_name_plural = _("context values")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(type__in=ContextValueType.values),
                name="offers_contextvalue_type_known",
                violation_error_message=_("Unknown type of context value."),
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_en=""),
                name="offers_contextvalue_named",
                violation_error_message=_("A context value needs a code and a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_en

    def clean(self) -> None:
        """Refuse choices that are not a list of different short texts."""
        super().clean()
        choices = self.choices
        if self.type == ContextValueType.TEXT:
            self.choices = []
        elif not choices:
            raise ValidationError({"choices": _("Enter at least one choice.")})
        elif not isinstance(choices, list) or not all(
            isinstance(choice, str) and 0 < len(choice) <= MAX_VALUE_LENGTH and choice.isprintable()
            for choice in choices
        ):
            raise ValidationError({"choices": _("Enter texts of up to 200 characters.")})
        elif len(choices) > MAX_CHOICES or len(set(choices)) < len(choices):
            raise ValidationError({"choices": _("Enter up to 100 choices, each once.")})
