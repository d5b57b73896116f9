"""The preference page: a shopper opens it by a signed link, which is all that it needs to know who it is.

It uses neither cookies nor JavaScript. A form is safe against other pages because its address holds the
signed token: whoever can write it has the link already. Only the origins of the shop's keys may embed it.
"""

import logging
import re
import time
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.text import capfirst
from django.utils.timezone import now
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from msgspec import Struct

from gateway.api.shapes.types import ID_PATTERN
from gateway.services.key_ring import digest_of, key_ring_file
from gateway.services.throttle import visitor_throttle_file
from offers.models import Channel
from offers.services.preferences.change import (
    MAX_PAUSE_DAYS,
    TAKEN_BACK,
    PreferenceChange,
    Statement,
    UnknownTopicError,
    change_preferences,
)
from offers.services.preferences.link import InvalidLinkError, PreferenceLink, read_link_token
from offers.services.preferences.read import HeldBack, Preferences, read_preferences
from offers.services.restraint.refusals import Subject
from offers.views.preference_words import (
    BAD_FORM,
    BAD_PAUSE,
    DONE,
    OUTDATED,
    PERSONALISATION,
    REFUSED,
    WHERE,
    WHY,
    WHY_PAUSED,
    Words,
)

logger = logging.getLogger(__name__)

# For each customer: a change takes two, and shows the page again.
REQUESTS_PER_MINUTE: Final = 120
USUAL_PAUSE_DAYS: Final = 30
_PAGE: Final = "preferences"
_PERSONALISED: Final = "personalisation"
_ID: Final = re.compile(ID_PATTERN)
_DAYS: Final = re.compile(r"[0-9]{1,4}", re.ASCII)


class PreferenceFormError(ValueError):
    """A form that cannot be stored: what the shopper reads, and the field, if one is to blame."""

    def __init__(self, words: Words, field: str = "") -> None:
        super().__init__(str(words))
        self.field = field


class Switch(Struct, frozen=True):
    """A choice of the form; `name` is what it is sent as."""

    name: str
    label: str
    is_on: bool


@csrf_exempt
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def preferences_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the preferences of the customer of the link, or store what they changed."""
    with translation.override(_language(request)):
        ring = key_ring_file().current()
        if ring is None:
            return _refuse(HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            link = read_link_token(token, ring=ring, at=int(time.time()))
        except InvalidLinkError as error:
            return _refuse(HTTPStatus.GONE if error.is_expired else HTTPStatus.FORBIDDEN)
        if not _ID.fullmatch(link.customer):
            return _refuse(HTTPStatus.FORBIDDEN)
        if not _is_allowed(link):
            return _refuse(HTTPStatus.TOO_MANY_REQUESTS, link)
        try:
            return _store(request, link) if request.method == "POST" else _show(request, link)
        except (OperationalError, InterfaceError):
            logger.exception("The preference page cannot be shown")
            return _refuse(HTTPStatus.SERVICE_UNAVAILABLE, link)


def _is_allowed(link: PreferenceLink) -> bool:
    """Count a request of the customer; return whether it is not one too many."""
    digest = digest_of(f"preferences {link.customer}")
    return visitor_throttle_file().take(digest, REQUESTS_PER_MINUTE, time.monotonic_ns()).is_allowed


def _language(request: HttpRequest) -> str:
    """Return the language of `?lang=`, or else of the browser."""
    asked = request.GET.get("lang", "")
    if asked in dict(settings.LANGUAGES):
        return asked
    header = HttpRequest()
    header.META["HTTP_ACCEPT_LANGUAGE"] = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    return translation.get_language_from_request(header)


def _store(request: HttpRequest, link: PreferenceLink) -> HttpResponse:
    try:
        change, done = _change(request.POST)
        change_preferences(customer=link.customer, change=change, statement=_statement(), at=now())
    except PreferenceFormError as error:
        return _show(request, link, error=error)
    except UnknownTopicError:
        return _show(request, link, error=PreferenceFormError(OUTDATED))
    query = urlencode({"lang": translation.get_language(), "done": done})
    response = HttpResponseRedirect(f"?{query}")
    response.status_code = HTTPStatus.SEE_OTHER
    return _guarded(response, link)


def _change(form: QueryDict) -> tuple[PreferenceChange, str]:
    """Return what a form changes, and the code of what to say afterwards."""
    match form.get("action"):
        case "pause":
            return PreferenceChange(pause_days=_pause_days(form.get("pause_days", ""))), "paused"
        case "resume":
            return PreferenceChange(pause_days=None), "resumed"
        case "take_back":
            return PreferenceChange(take_back=(_subject(form.get("subject", ""), TAKEN_BACK),)), "shown"
        case "save":
            return _choices(set(form.getlist("listed")), set(form.getlist("on"))), "saved"
    raise PreferenceFormError(BAD_FORM)


def _pause_days(text: str) -> int:
    text = text.strip()
    if not (_DAYS.fullmatch(text) and 1 <= int(text) <= MAX_PAUSE_DAYS):
        raise PreferenceFormError(str(BAD_PAUSE) % {"most": MAX_PAUSE_DAYS}, "pause_days")
    return int(text)


def _choices(listed: set[str], on: set[str]) -> PreferenceChange:
    """Return the choices of the switches that the page listed: a box without a tick is not sent."""
    if not listed or not on <= listed:
        raise PreferenceFormError(BAD_FORM)
    chosen = {name: name in on for name in sorted(listed)}
    personalised = chosen.pop(_PERSONALISED, None)
    named = {_subject(name, ("channel", "kind", "category")): is_on for name, is_on in chosen.items()}
    change = PreferenceChange(
        channels={name: is_on for (scope, name), is_on in named.items() if scope == "channel"},
        topics={subject: is_on for subject, is_on in named.items() if subject[0] != "channel"},
    )
    if not set(change.channels) <= set(Channel.values):
        raise PreferenceFormError(BAD_FORM)
    return change if personalised is None else _personalised(change, is_on=personalised)


def _personalised(change: PreferenceChange, *, is_on: bool) -> PreferenceChange:
    return PreferenceChange(is_personalised=is_on, channels=change.channels, topics=change.topics)


def _subject(text: str, scopes: tuple[str, ...]) -> Subject:
    scope, _colon, name = text.partition(":")
    if scope not in scopes or not name or "\0" in name:
        raise PreferenceFormError(BAD_FORM)
    return scope, name


def _statement() -> Statement:
    """Return how changes of this page are recorded: its address is without the token."""
    return Statement(
        source=_PAGE,
        page=f"/{_PAGE}/",
        wording=lambda channel: f"{WHERE}: {_label(channel)}" if channel else str(PERSONALISATION),
    )


def _show(
    request: HttpRequest, link: PreferenceLink, error: PreferenceFormError | None = None
) -> HttpResponse:
    found = read_preferences(customer=link.customer, at=now())
    done = DONE.get(request.GET.get("done", "")) if request.method != "POST" else None
    context = _context() | _switches(found)
    context |= {
        "preferences": found,
        "held_back": [_held_back(one) for one in found.held_back],
        "done": done,
        "error": error,
        "error_field": error.field if error else "",
        "max_pause_days": MAX_PAUSE_DAYS,
        "pause_days": request.POST.get("pause_days", "")[:8] or USUAL_PAUSE_DAYS,
    }
    page = render_to_string("offers/preferences.html", context)
    return _guarded(HttpResponse(page, status=HTTPStatus.BAD_REQUEST if error else HTTPStatus.OK), link)


def _switches(found: Preferences) -> dict[str, Any]:
    """Return the switches of the form."""
    topics = [(one, Switch(f"{one.scope}:{one.name}", one.title, one.is_on)) for one in found.topics]
    return {
        "where": WHERE,
        "personalisation": Switch(_PERSONALISED, str(PERSONALISATION), found.is_personalised),
        "channels": [
            Switch(f"channel:{channel}", _label(channel), is_on) for channel, is_on in found.channels.items()
        ],
        "kinds": [switch for topic, switch in topics if topic.scope == "kind"],
        "categories": [switch for topic, switch in topics if topic.scope == "category"],
    }


def _label(channel: str) -> str:
    return capfirst(str(Channel(channel).label))


def _held_back(one: HeldBack) -> dict[str, Any]:
    refusal = one.refusal
    return {
        "title": one.title,
        "why": WHY.get(refusal.reason, WHY_PAUSED),
        "until": refusal.until,
        "is_answer": refusal.is_answer,
        "subject": f"{refusal.scope}:{refusal.name}",
    }


def _context() -> dict[str, Any]:
    return {"language": translation.get_language(), "languages": settings.LANGUAGES}


def _refuse(status: HTTPStatus, link: PreferenceLink | None = None) -> HttpResponse:
    heading, text = REFUSED[status]
    page = render_to_string("offers/preferences_error.html", _context() | {"heading": heading, "text": text})
    response = _guarded(HttpResponse(page, status=status), link)
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        response.headers["Retry-After"] = "60" if status == HTTPStatus.TOO_MANY_REQUESTS else "5"
    return response


def _guarded(response: HttpResponse, link: PreferenceLink | None) -> HttpResponse:
    """Add what keeps the page and its address to the shopper and to the shop."""
    ancestors = " ".join(link.origins) if link and link.origins else "'none'"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {ancestors}"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Vary"] = "Accept-Language"
    return response
