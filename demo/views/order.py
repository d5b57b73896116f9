"""The page of an order that is paid later: until when it can be paid, and what became of it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalog.services.values import InvalidValueError
from checkout.services.hold import clean_hold
from checkout.services.redemption import RedemptionError, extend_quote, release_quote
from demo.services.checkout import pay_order
from demo.services.holds import longer_holds
from demo.services.orders import ShopOrder, ShopOrderNotFoundError, read_order
from demo.views.language import requested_language
from demo.views.texts import hold_choices, note_texts, refusal_text


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def order(request: HttpRequest, quote_id: str) -> HttpResponse:
    """Show an order; a posted `action` pays, extends or cancels it."""
    language, at = requested_language(request), now()
    with translation.override(language):
        shown = _read(quote_id, language, at)
        if request.method != "POST":
            return render(request, "demo/order.html", _context(shown, language))
        action = _ACTIONS.get(request.POST.get("action", ""))
        if action is None:
            return HttpResponseBadRequest(_("Choose what to do with the order."))
        try:
            action(request, quote_id, at)
        except RedemptionError as error:
            messages.error(request, refusal_text(error.code))
        except InvalidValueError as error:
            messages.error(request, error.detail)
    return HttpResponseRedirect(request.get_full_path())


def _read(quote_id: str, language: str, at: datetime) -> ShopOrder:
    try:
        return read_order(quote_id=quote_id, language=language, at=at)
    except ShopOrderNotFoundError as error:
        raise Http404 from error


def _context(shown: ShopOrder, language: str) -> Mapping[str, object]:
    held = shown.expires_at - shown.reserved_at
    return {
        "language": language,
        "languages": settings.LANGUAGES,
        "order": shown,
        "notes": note_texts(shown.notes),
        "extensions": hold_choices(longer_holds(held)),
    }


def _pay(request: HttpRequest, quote_id: str, at: datetime) -> None:
    pay_order(quote_id=quote_id, at=at)
    messages.success(request, _("Thank you for your payment."))


def _extend(request: HttpRequest, quote_id: str, at: datetime) -> None:
    minutes = request.POST.get("hold_minutes", "")
    # `clean_hold` names the limits also for what is no number.
    hold: timedelta = clean_hold(int(minutes) if minutes.isdecimal() else 0)
    extend_quote(quote_id=quote_id, hold=hold, at=at)
    messages.success(request, _("You have more time to pay now."))


def _cancel(request: HttpRequest, quote_id: str, at: datetime) -> None:
    release_quote(quote_id=quote_id, at=at)
    messages.success(request, _("Your order has been cancelled."))


_ACTIONS: Final[Mapping[str, Callable[[HttpRequest, str, datetime], None]]] = {
    "pay": _pay,
    "extend": _extend,
    "cancel": _cancel,
}
