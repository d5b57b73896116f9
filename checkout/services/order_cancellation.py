"""What an order says about its cancellation."""

from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.services.values import FieldError, InvalidValueError
from checkout.models import OrderStatus
from checkout.services.order_values import clean_placed_at, clean_status


class InvalidCancellationError(Exception):
    """A status or a time of cancellation that is invalid; `error` names the field."""

    def __init__(self, pointer: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.error = FieldError(pointer, code, detail)


class Cancellation(Struct, frozen=True):
    """The status that was sent, if any, and the time of the cancellation, if that was sent as well."""

    status: OrderStatus | None = None
    cancelled_at: datetime | None = None

    def resolve(self, *, stored: datetime | None, placed_at: datetime, at: datetime) -> datetime | None:
        """Return when an order is cancelled that was cancelled at `stored`; None if it is placed.

        A cancellation without a time is as of `at`, once. It is never before the order itself, even if the
        time of the order is corrected.
        """
        if self.status == OrderStatus.PLACED or (self.status is None and stored is None):
            return None
        return max(self.cancelled_at or stored or at, placed_at)


KEPT: Final = Cancellation()


def clean_cancellation(
    *, status: Any, cancelled_at: Any, placed_at: datetime | None, at: datetime
) -> Cancellation:
    """Return what was sent; None or empty is a value that was left out.

    `placed_at` is None if it was invalid. Raises InvalidCancellationError.
    """
    try:
        known = None if status is None else clean_status(status)
    except InvalidValueError as error:
        raise InvalidCancellationError("/status", error.code, error.detail) from error
    if cancelled_at is None or cancelled_at == "":
        return Cancellation(known)
    if known is None:
        raise InvalidCancellationError("/status", "required", _("Must be cancelled if cancelled_at is sent."))
    if known != OrderStatus.CANCELLED:
        detail = _("Leave it out unless the order is cancelled.")
        raise InvalidCancellationError("/cancelled_at", "out_of_place", detail)
    try:
        moment = clean_placed_at(cancelled_at, at=at)
    except InvalidValueError as error:
        raise InvalidCancellationError("/cancelled_at", error.code, error.detail) from error
    if placed_at is not None and moment < placed_at:
        detail = _("Must not be before the time of the order.")
        raise InvalidCancellationError("/cancelled_at", "out_of_range", detail)
    return Cancellation(known, moment)
