"""Restraint: policies, caps and quiet periods, each with a sentence that says what it does."""

import re
from datetime import date
from operator import itemgetter
from typing import Any, Final
from unicodedata import normalize

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.dates import WEEKDAYS
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from catalog.admin.amounts import AmountForm
from catalog.admin.switch import SwitchedAdmin
from engine.holidays import has_holidays
from offers.admin.kinds.permissions import OfferPermissions
from offers.admin.restraint_words import cap_sentence, policy_sentence, quiet_sentence
from offers.kinds.config import kind_choices
from offers.models import QuietPeriod, RestraintCap, RestraintPolicy
from offers.services.restraint.rules import start_counting
from offers.services.speech import country_names

MOST_DATES: Final = 400
# 2026-12-31, 2026/12/31 or 2026年12月31日, in half-width characters.
_DATE: Final = re.compile(r"([0-9]{4})[-/年]([0-9]{1,2})[-/月]([0-9]{1,2})日?")
_BETWEEN_DATES: Final = re.compile(r"[\s,;、]+")
_SHOWN_CHARACTERS: Final = 40


class PolicyForm(AmountForm):
    """A policy; its kind is one of the kinds of offer that are installed."""

    kind = forms.ChoiceField(label=_("Only for the kind"), required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = [("", "---------"), *kind_choices()]  # type: ignore[attr-defined]


class DatesField(forms.CharField):
    """Dates as ISO 8601 texts, one on each line; also as written in Japan, and with commas between."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        """Show one date a line."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the dates, ascending and each once."""
        words = filter(None, _BETWEEN_DATES.split(normalize("NFKC", value or "")))
        days = sorted({_day(word).isoformat() for word in words})
        if len(days) > MOST_DATES:
            message = _("Enter at most %(count)d dates.")
            raise ValidationError(message, code="too_many", params={"count": MOST_DATES})
        return days

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether the dates are others."""
        try:
            return bool((initial or []) != self.to_python(data))
        except ValidationError:
            return True


def _day(word: str) -> date:
    """Return the day that a word names; raise ValidationError with the word."""
    match = _DATE.fullmatch(word)
    try:
        if match is not None:
            return date(*map(int, match.groups()))
    except ValueError:
        pass  # such as 31 June
    message = _("“%(word)s” is not a date. Enter one date on each line, such as 2026-12-31.")
    raise ValidationError(message, code="invalid_date", params={"word": word[:_SHOWN_CHARACTERS]})


class WeekdaysField(forms.MultipleChoiceField):
    """Days of the week, kept as digits: 0 is Monday."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def prepare_value(self, value: Any) -> Any:
        """Show the digits as choices."""
        return list(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        """Return the digits of the chosen days."""
        return "".join(sorted(super().clean(value)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether other days are chosen."""
        return sorted(initial or "") != sorted(data or [])


def holiday_choices() -> list[tuple[str, str]]:
    """Return the countries whose holidays are known, with their names in the reader's language."""
    names = country_names(get_language() or "en")
    known = sorted(((code, name) for code, name in names.items() if has_holidays(code)), key=itemgetter(1))
    return [("", "---------"), *known]


class QuietForm(AmountForm):
    """A quiet period."""

    weekdays = WeekdaysField(
        label=_("Days of the week"),
        required=False,
        choices=[(str(day), name) for day, name in WEEKDAYS.items()],
        help_text=_("Days on which the hours begin. None selected: every day."),
    )
    holiday_country = forms.ChoiceField(
        label=_("Public holidays of"),
        required=False,
        choices=holiday_choices,
        widget=UnfoldAdminSelectWidget,
        help_text=_("All public holidays of this country are quiet all day."),
    )
    dates = DatesField(
        label=_("Holidays"),
        required=False,
        help_text=_("Days on which it is quiet all day: one date on each line, such as 2026-12-31."),
    )

    def clean(self) -> Any:
        """Refuse a period that is never."""
        cleaned = super().clean() or {}
        is_never = cleaned.get("starts_at") is None and not cleaned.get("dates")
        if not self.errors and is_never and not cleaned.get("holiday_country"):
            raise ValidationError(_("Enter hours or holidays."), code="never")
        return cleaned


class RestraintAdmin(OfferPermissions, SwitchedAdmin):
    """A page of restraint."""

    revision_domain = "offers"


@admin.register(RestraintPolicy)
class RestraintPolicyAdmin(RestraintAdmin):
    """After so much of something, a pause."""

    form = PolicyForm
    list_display = ("sentence", "is_active")
    list_filter = (
        ("outcome", ChoicesDropdownFilter),
        ("pauses", ChoicesDropdownFilter),
        ("channel", ChoicesDropdownFilter),
        "is_active",
    )
    list_select_related = ("offer", "placement")
    search_fields = ("offer__code", "offer__name", "placement__code", "kind")
    search_help_text = _("Offer, placement or kind")
    ordering = ("outcome", "pk")
    autocomplete_fields = ("offer", "placement")
    readonly_fields = ("sentence",)
    fieldsets = (
        (None, {"fields": ("sentence", "is_active")}),
        (_("Count"), {"fields": (("outcome", "count"), ("window_days", "without_click"))}),
        (_("Pause"), {"fields": (("pauses", "pause_days"),)}),
        (
            _("Exception"),
            {
                "fields": (("offer", "kind"), ("placement", "channel")),
                "description": _("A policy with one of these replaces the more general one there."),
            },
        ),
    )

    @admin.display(description=_("policy"))
    def sentence(self, policy: RestraintPolicy) -> str:
        return policy_sentence(policy) if policy.pk else "–"

    def save_model(self, request: HttpRequest, obj: RestraintPolicy, form: Any, change: bool) -> None:
        """Let a policy that counts something else count from now on."""
        before = RestraintPolicy.objects.filter(pk=obj.pk).first() if change else None
        start_counting(policy=obj, before=before, at=now())
        super().save_model(request, obj, form, change)


@admin.register(RestraintCap)
class RestraintCapAdmin(RestraintAdmin):
    """How much a person sees at most."""

    list_display = ("sentence", "is_active")
    list_filter = (("channel", ChoicesDropdownFilter), "is_active")
    search_fields = ("channel",)
    search_help_text = _("Channel")
    ordering = ("window_days", "pk")
    readonly_fields = ("sentence",)
    fields = ("sentence", ("count", "window_days"), ("channel", "is_active"))

    @admin.display(description=_("cap"))
    def sentence(self, cap: RestraintCap) -> str:
        return cap_sentence(cap) if cap.pk else "–"


@admin.register(QuietPeriod)
class QuietPeriodAdmin(RestraintAdmin):
    """When a channel is silent."""

    form = QuietForm
    list_display = ("sentence", "is_active")
    list_filter = (("channel", ChoicesDropdownFilter), "is_active")
    search_fields = ("channel",)
    search_help_text = _("Channel")
    ordering = ("channel", "pk")
    readonly_fields = ("sentence",)
    fields = (
        "sentence",
        ("channel", "is_active"),
        ("starts_at", "ends_at"),
        "weekdays",
        "holiday_country",
        "dates",
    )

    @admin.display(description=_("quiet period"))
    def sentence(self, period: QuietPeriod) -> str:
        return quiet_sentence(period) if period.pk else "–"
