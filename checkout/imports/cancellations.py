"""Check and apply the cancellations that a file of order lines tells."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.imports.batch import Batch
from catalog.imports.column import CheckedColumn
from catalog.imports.rejects import Reject, shown
from checkout.models import Order, OrderStatus
from checkout.services.cancellation import update_order
from checkout.services.charged import OrderChargedError
from checkout.services.order_cancellation import Cancellation, InvalidCancellationError, clean_cancellation
from checkout.services.redemption import RedemptionError
from engine.moments import parse_moment


@dataclass(frozen=True, slots=True)
class CheckedCancellations:
    """The rows whose cancellation contradicts itself: `is_bad` is bool, shape (n_rows,)."""

    is_bad: npt.NDArray[np.bool_]
    rejects: list[Reject]


def check_cancellations(
    batch: Batch, columns: Mapping[str, CheckedColumn], *, at: datetime
) -> CheckedCancellations:
    """Check the rows with a time of cancellation, few of a file; rows with an invalid value are left out."""
    status, cancelled_at, placed_at = (columns[name] for name in ("status", "cancelled_at", "placed_at"))
    has_time = np.array([value is not None for value in cancelled_at.values] or [False])[cancelled_at.codes]
    is_bad = np.zeros(len(batch.rows), bool)
    rejects = []
    for row in np.flatnonzero(has_time & ~status.is_bad & ~placed_at.is_bad):
        text = cancelled_at.texts[cancelled_at.codes[row]]
        try:
            clean_cancellation(
                status=status.values[status.codes[row]],
                cancelled_at=text,
                placed_at=parse_moment(placed_at.values[placed_at.codes[row]]),
                at=at,
            )
        except InvalidCancellationError as error:
            is_bad[row] = True
            name = error.error.pointer[1:]
            value = columns[name].texts[columns[name].codes[row]]
            rejects.append(Reject(int(batch.rows[row]), name, shown(value), error.error.detail))
    return CheckedCancellations(is_bad, rejects)


def cancel_charged(*, said: Sequence[tuple[int, str, Any]], at: datetime) -> None:
    """Give orders with a ledger, by primary key, the status and the time of cancellation of the file.

    Call it in the transaction of the import. An order that was refunded completely stays cancelled, and so
    does one whose quote cannot be read: one order must not stop a file.
    """
    for key, status, moment in said:
        order = Order.objects.select_for_update(no_key=True).get(pk=key)
        cancelled_at = parse_moment(moment) if isinstance(moment, str) else moment
        wanted = Cancellation(OrderStatus(status), cancelled_at).resolve(
            stored=order.cancelled_at, placed_at=order.placed_at, at=at
        )
        with contextlib.suppress(OrderChargedError, RedemptionError):
            update_order(order=order, cancelled_at=wanted)
