"""What a shopper has been shown. Only the shop's server may ask for it: a page's key explains nothing."""

from typing import Annotated, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_POST
from msgspec import Meta

from demo.services.seen import forget_seen, read_seen
from demo.views.checkout import MAX_BODY_BYTES, answering_problems
from gateway.api.reader import read_body, read_json
from gateway.api.shapes.types import Id
from gateway.api.views import answer


class SeenBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shopper; with `forget`, what they were shown is forgotten first."""

    session: Annotated[str, Meta(min_length=1, max_length=128)]
    customer: Id | None = None
    forget: bool = False


_decoder: Final = msgspec.json.Decoder(SeenBody)


@require_POST
@answering_problems
def seen(request: HttpRequest) -> HttpResponse:
    """Return how many offers the shopper was shown, and how many they may be shown."""
    body = read_json(read_body(request, MAX_BODY_BYTES), _decoder)
    if body.forget:
        forget_seen(customer=body.customer, session=body.session)
    return answer(read_seen(customer=body.customer, session=body.session, at=now()))
