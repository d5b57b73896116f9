"""How long the demo reserves an order that is paid later."""

from datetime import timedelta
from typing import Final

from django.conf import settings

# So short that a visitor can see what happens to a payment after the reservation.
TRY_OUT: Final = timedelta(minutes=1)
HOLDS: Final = (timedelta(days=3), timedelta(days=7), timedelta(days=14), TRY_OUT)


def offered_holds() -> tuple[timedelta, ...]:
    """Return the holds to choose from; the operator may allow only short ones."""
    longest = timedelta(minutes=settings.AWASE_MAX_HOLD_MINUTES)
    return tuple(hold for hold in HOLDS if hold <= longest)


def longer_holds(held: timedelta) -> tuple[timedelta, ...]:
    """Return the holds to which an order that is reserved for `held` can be extended."""
    return tuple(hold for hold in offered_holds() if hold > held)


def minutes_of(hold: timedelta) -> int:
    """Return the length of a hold in minutes, as `hold_minutes` states it."""
    return hold // timedelta(minutes=1)
