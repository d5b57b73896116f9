"""The board of a placement: its offers dragged into order, its slots, and what follows a decline."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.admin.conflicts.deleted import CONFLICT
from accounts.admin.conflicts.version import TOKEN
from accounts.admin.history import ChangeMessage, said
from catalog.services.amounts import listed
from offers.admin.board_form import BoardForm
from offers.models import AfterDecline, FillIns, Offer, Placement
from offers.services.board import Board, BoardChangedError, save_board
from offers.services.schedule import schedule_state

# Offers without a place of their own that the page lists; the rest follows by priority.
MAX_OTHERS = 300
# Names in an entry of the history.
MAX_NAMES = 12
UNDO = "offers_board_undo"
_SALT = "offers.admin.board"

# Offers' names by primary key.
Names = Mapping[int, str]
TextOf = Callable[[Board, Names], str]


def board_view(page: Any, request: HttpRequest, placement: Placement) -> HttpResponse:
    """Show the board; save it if nobody else did meanwhile; undo the last save of this person."""
    may_change = page.has_change_permission(request, placement)
    stored, offers = Board.of(placement), _offers_of(placement)
    if request.method != "POST" or not may_change:
        form = BoardForm(placement=placement, offers=offers, board=stored)
        return _render(page, request, form, opened=stored, status=200 if request.method != "POST" else 403)
    if "undo" in request.POST:
        return _undo(page, request, placement)
    form = BoardForm(request.POST, placement=placement, offers=offers, board=stored)
    opened = _read(request.POST.get(TOKEN, ""), placement)
    if "move" in request.POST or not form.is_valid():
        return _render(page, request, form, opened=opened or stored)
    board = form.board()
    try:
        before = save_board(placement=placement, board=board, opened=opened)
    except BoardChangedError as error:
        return _render(page, request, form, opened=error.stored, stored=error.stored, status=CONFLICT)
    _log(page, request, placement, before, board)
    _remember(request, placement, before)
    messages.success(request, _("The board was saved."))
    return redirect("admin:offers_placement_board", placement.pk)


def _undo(page: Any, request: HttpRequest, placement: Placement) -> HttpResponse:
    """Put back what this person's last save replaced, unless the board was changed since."""
    before, after = _remembered(request, placement)
    if before is None or after is None:
        messages.error(request, _("There is nothing to undo."))
    else:
        try:
            save_board(placement=placement, board=before, opened=after)
        except BoardChangedError:
            messages.error(request, _("Not undone: the board was changed in the meantime."))
        else:
            _log(page, request, placement, after, before)
            _remember(request, placement, after)
            messages.success(request, _("The last save was undone."))
    return redirect("admin:offers_placement_board", placement.pk)


def _remember(request: HttpRequest, placement: Placement, before: Board) -> None:
    """Keep in the session what a save replaced, and what it left."""
    left = Board.of(Placement.objects.get(pk=placement.pk))
    request.session[UNDO] = [placement.pk, msgspec.to_builtins(before), msgspec.to_builtins(left)]


def _remembered(request: HttpRequest, placement: Placement) -> tuple[Board | None, Board | None]:
    """Return what the last save replaced and what it left, of this placement."""
    kept = request.session.get(UNDO)
    if not kept or kept[0] != placement.pk:
        return None, None
    return msgspec.convert(kept[1], Board), msgspec.convert(kept[2], Board)


def _offers_of(placement: Placement) -> list[Offer]:
    """Return the offers of the placement in the order of priority; what is on the board is always there."""
    offers = placement.offers.order_by("-priority", "pk")
    placed = list(offers.filter(board_entries__placement=placement))
    known = {offer.pk for offer in placed}
    others = list(offers.exclude(pk__in=known)[:MAX_OTHERS])
    return sorted([*placed, *others], key=lambda offer: (-offer.priority, offer.pk))


def _render(
    page: Any,
    request: HttpRequest,
    form: BoardForm,
    *,
    opened: Board,
    stored: Board | None = None,
    status: int = 200,
) -> HttpResponse:
    placement, order = form.placement, form.order()
    before, after = _remembered(request, placement)
    offer_count = placement.offers.count()
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": placement.name,
        "subtitle": _("Board"),
        "placement": placement,
        "form": form,
        "token": signing.dumps(msgspec.to_builtins(opened), salt=_salt(placement), compress=True),
        "placed": _rows([form.offers[key] for key in order]),
        "others": _rows([one for key, one in form.offers.items() if key not in set(order)]),
        "more_count": max(offer_count - len(form.offers), 0),
        "can_change": page.has_change_permission(request, placement),
        "can_undo": before is not None and after == Board.of(placement),
        "stored_order": None if stored is None else _names(stored.order, form),
        "media": page.media,
    }
    return TemplateResponse(request, "admin/offers/board.html", context, status=status)


def _rows(offers: Sequence[Offer]) -> list[dict[str, Any]]:
    """Return what a row shows of each offer."""
    at = now()
    return [{"offer": offer, "state": schedule_state(offer, at)[1]} for offer in offers]


def _read(text: str, placement: Placement) -> Board | None:
    """Return the board that the page was opened with, None if that is missing or altered."""
    try:
        return msgspec.convert(signing.loads(text, salt=_salt(placement)), Board)
    except (signing.BadSignature, ValueError):
        return None


def _salt(placement: Placement) -> str:
    return f"{_SALT}.{placement.pk}"


def _names(keys: Sequence[int], form: BoardForm) -> list[str]:
    return [form.offers[key].name for key in keys if key in form.offers]


def _log(page: Any, request: HttpRequest, placement: Placement, before: Board, after: Board) -> None:
    """Keep in the history of the placement what was changed on its board."""
    message = list(_changes(before, after))
    if message:
        page.log_change(request, placement, message)


def _changes(before: Board, after: Board) -> ChangeMessage:
    """Return one line for each thing that was changed."""
    names = _names_in(before, after)
    lines: ChangeMessage = []
    for words, old, new in (
        (gettext_noop("Order on the board: %(old)s → %(new)s"), *_both(_order_text, before, after, names)),
        (gettext_noop("Reserved slots: %(old)s → %(new)s"), *_both(_slots_text, before, after, names)),
        (gettext_noop("Fill-ins: %(old)s → %(new)s"), *_both(_fill_ins_text, before, after, names)),
        (gettext_noop("After a decline: %(old)s → %(new)s"), *_both(_decline_text, before, after, names)),
    ):
        if old != new:
            lines += said(words, old=old, new=new)
    return lines


def _both(text_of: TextOf, before: Board, after: Board, names: Names) -> tuple[str, str]:
    return text_of(before, names), text_of(after, names)


def _names_in(*boards: Board) -> Names:
    """Return the names of the offers on the boards."""
    keys = {key for board in boards for key in (*board.order, board.downsell)}
    keys |= {one.offer for board in boards for one in board.reserved}
    known = [key for key in keys if key is not None]
    return dict(Offer.objects.filter(pk__in=known).values_list("pk", "name"))


def _fill_ins_text(board: Board, names: Names) -> str:
    del names
    return str(FillIns(board.fill_ins).label)


def _order_text(board: Board, names: Names) -> str:
    shown = [names.get(key, "?") for key in board.order[:MAX_NAMES]]
    more = len(board.order) - MAX_NAMES
    return listed([*shown, *([f"+{more}"] if more > 0 else [])]) or "–"


def _slots_text(board: Board, names: Names) -> str:
    return (
        listed(f"{one.slot}: {one.kind or names.get(one.offer or 0, '?')}" for one in board.reserved) or "–"
    )


def _decline_text(board: Board, names: Names) -> str:
    text = str(AfterDecline(board.after_decline).label)
    return f"{text} ({names.get(board.downsell, '?')})" if board.downsell else text
