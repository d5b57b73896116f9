"""Fields for a date and a time in the shop's time zone."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _

from catalog.services.clock import clock_change_text
from engine.moments import ClockChangeError, local_moment


def zone_text() -> str:
    """Say in which time zone a field shows and reads its time."""
    return _("In the time zone of the shop: %(zone)s") % {"zone": get_current_timezone_name()}


def _with_zone(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a field, the time zone being the end of its help text."""
    return {**kwargs, "help_text": format_lazy("{} {}", kwargs.get("help_text", ""), lazy(zone_text, str)())}


class SplitLocalTimeField(forms.SplitDateTimeField):
    """A date and a time in two fields."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_with_zone(kwargs))

    def compress(self, data_list: Any) -> datetime | None:
        """Return the moment; explain a time that a clock change skips or repeats."""
        return _explained(lambda: super(SplitLocalTimeField, self).compress(data_list))


class LocalTimeField(forms.DateTimeField):
    """A date and a time in one field."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_with_zone(kwargs))

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment; explain a time that a clock change skips or repeats."""
        return _explained(lambda: super(LocalTimeField, self).to_python(value))


def _explained(read: Callable[[], datetime | None]) -> datetime | None:
    """Return the moment that Django reads; say why there is none, or more than one."""
    try:
        moment = read()
        return moment and moment.astimezone(UTC)
    except OverflowError as error:
        raise ValidationError(_("Enter a valid date and time."), code="invalid") from error
    except ValidationError as error:
        if error.code != "ambiguous_timezone":
            raise
        raise _explanation(error.params or {}) from error


def _explanation(params: dict[str, Any]) -> ValidationError:
    """Return what is wrong with a local time that Django only calls ambiguous or not existing."""
    try:
        local_moment(params["datetime"], zone=params["current_timezone"])
    except ClockChangeError as change:
        hint = _("Choose an earlier or a later time.")
        return ValidationError(f"{clock_change_text(change)} {hint}", code="clock_change")
    except OverflowError:
        pass
    return ValidationError(_("Enter a valid date and time."), code="invalid")
