"""How long a redeemed quote is held."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from catalog.services.values import InvalidValueError

# 14 days; AWASE_MAX_HOLD_MINUTES may allow less.
LONGEST_HOLD_MINUTES: Final = 20_160


def clean_hold(minutes: int) -> timedelta:
    """Return how long to hold a quote; raise InvalidValueError if the shop allows less."""
    longest = settings.AWASE_MAX_HOLD_MINUTES
    if not 1 <= minutes <= longest:
        detail = _("Must be between %(minimum)d and %(maximum)d.") % {"minimum": 1, "maximum": longest}
        raise InvalidValueError("out_of_range", detail)
    return timedelta(minutes=minutes)
