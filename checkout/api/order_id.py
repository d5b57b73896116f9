"""The order ID in an address and in a body."""

from typing import Final

from drf_spectacular.utils import OpenApiParameter

from checkout.services.order_values import ORDER_ID_PATTERN, ORDER_ID_SENTENCE, is_order_id
from gateway.api.problems import invalid_field

ORDER_ID: Final = OpenApiParameter(
    "order_id",
    {"type": "string", "minLength": 1, "maxLength": 128, "pattern": ORDER_ID_PATTERN},
    OpenApiParameter.PATH,
    description=f"The shop's own order ID. {ORDER_ID_SENTENCE}",
)


def require_order_id(order_id: str) -> None:
    """Refuse an ID that would not be stored as sent, or that a stray slash has changed."""
    if not is_order_id(order_id):
        raise invalid_field("/order_id", "bad_format", ORDER_ID_SENTENCE)
