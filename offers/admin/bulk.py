"""What can be done to many offers at once: publish, pause, duplicate."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from accounts.admin.history import ChangeMessage, said
from catalog.admin.columns import page_action
from catalog.services.amounts import listed
from catalog.services.revision import raise_revision
from offers.admin.addresses import page_of_kind
from offers.admin.editor import editor
from offers.kinds.registry import kind_of
from offers.models import Offer
from offers.services.currency import without_products
from offers.services.deletion import settle_pauses
from offers.services.duplicate import duplicate_offer
from offers.services.restriction import incomplete_offers

if TYPE_CHECKING:
    _Page = admin.ModelAdmin[Any]
else:
    _Page = object

# More copies than this are a mistake.
MAX_COPIES = 20
DUPLICATED = said(gettext_noop("Duplicated."))
PUBLISHED = said(gettext_noop("Published."))
PAUSED = said(gettext_noop("Paused."))


class OfferActions(_Page):
    """Publish, pause and duplicate offers, from the list of all and from the list of a kind."""

    actions = ("publish", "pause", "duplicate")
    actions_detail: ClassVar[tuple[str, ...]] = ("duplicate_this",)

    @admin.action(description=gettext_lazy("Publish the selected offers"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Offer]) -> None:
        switch_offers(self, request, queryset, is_active=True)

    @admin.action(description=gettext_lazy("Pause the selected offers"), permissions=["publish"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Offer]) -> None:
        switch_offers(self, request, queryset, is_active=False)

    @admin.action(description=gettext_lazy("Duplicate the selected offers"), permissions=["duplicate"])
    def duplicate(self, request: HttpRequest, queryset: QuerySet[Offer]) -> None:
        chosen = list(Offer.objects.filter(pk__in=queryset.order_by().values("pk")).order_by("pk"))
        if len(chosen) > MAX_COPIES:
            words = _("Duplicate at most %(count)d offers at once.") % {"count": MAX_COPIES}
            self.message_user(request, words, messages.ERROR)
            return
        with transaction.atomic():
            copies = [duplicate_offer(offer=offer, by=editor(request), at=now()) for offer in chosen]
            log_offers(request, copies, ADDITION, DUPLICATED)
        words = ngettext(
            "%(count)d copy was made. It is paused until you publish it.",
            "%(count)d copies were made. They are paused until you publish them.",
            len(copies),
        )
        self.message_user(request, words % {"count": len(copies)}, messages.SUCCESS)

    @page_action(description=gettext_lazy("Duplicate"), icon="content_copy", permission="duplicate")
    def duplicate_this(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, as a link changes nothing; then duplicate the offer and open the copy."""
        offer = get_object_or_404(self.get_queryset(request), pk=object_id)
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Duplicate this offer?"),
                "offer": offer,
                "page": page_of_kind(offer.kind, "change", offer.pk),
            }
            return TemplateResponse(request, "admin/offers/duplicate_offer.html", context)
        with transaction.atomic():
            copy = duplicate_offer(offer=offer, by=editor(request), at=now())
            log_offers(request, [copy], ADDITION, DUPLICATED)
        messages.success(request, _("This is the copy. It is paused until you publish it."))
        if copy.needs_code:
            messages.warning(request, _("It requires a promotion code, but has none yet."))
        return redirect(page_of_kind(copy.kind, "change", copy.pk))

    def has_publish_permission(self, request: HttpRequest, _object_id: Any = None) -> bool:
        """Return whether the person may switch offers."""
        return request.user.has_perm("offers.change_offer")

    def has_duplicate_permission(self, request: HttpRequest, _object_id: Any = None) -> bool:
        """Return whether the person may add offers."""
        return request.user.has_perm("offers.add_offer")


def switch_offers(
    page: OfferActions, request: HttpRequest, queryset: QuerySet[Offer], *, is_active: bool
) -> None:
    """Switch offers in one statement, write it into the history of each, and say how many changed."""
    chosen = queryset.exclude(is_active=is_active).order_by().values("pk")
    with transaction.atomic():
        offers = list(Offer.objects.filter(pk__in=chosen).select_for_update().order_by("pk"))
        if is_active:
            offers = _without_incomplete(page, request, offers)
        Offer.objects.filter(pk__in=[offer.pk for offer in offers]).update(
            is_active=is_active, updated_at=now()
        )
        if offers:
            raise_revision(domain="offers")
            if is_active:
                published = Offer.objects.filter(pk__in=[offer.pk for offer in offers])
                settle_pauses(published, at=now())
                _warn_of_currencies(page, request, published)
            log_offers(request, offers, CHANGE, PUBLISHED if is_active else PAUSED)
    if not offers and not chosen.exists():
        words = _("No offer was changed: they were already switched or have been deleted.")
        page.message_user(request, words, messages.WARNING)
        return
    words = (
        ngettext("%(count)d offer was published.", "%(count)d offers were published.", len(offers))
        if is_active
        else ngettext("%(count)d offer was paused.", "%(count)d offers were paused.", len(offers))
    )
    page.message_user(request, words % {"count": len(offers)}, messages.SUCCESS)


def _without_incomplete(page: OfferActions, request: HttpRequest, offers: list[Offer]) -> list[Offer]:
    """Return the offers that can apply to something; name those that cannot, which stay as they are."""
    keys = incomplete_offers(Offer.objects.filter(pk__in=[offer.pk for offer in offers]))
    if names := [offer.name for offer in offers if offer.pk in keys]:
        words = _("Not published, because these offers no longer apply to anything: %(names)s")
        page.message_user(request, words % {"names": listed(names)}, messages.WARNING)
    return [offer for offer in offers if offer.pk not in keys]


def _warn_of_currencies(page: OfferActions, request: HttpRequest, offers: QuerySet[Offer]) -> None:
    """Name the offers in whose currency there is no product."""
    if names := list(without_products(offers).order_by("name", "pk").values_list("name", flat=True)):
        words = _("No product is priced in the currency of these offers: %(names)s")
        page.message_user(request, words % {"names": listed(names)}, messages.WARNING)


def log_offers(request: HttpRequest, offers: Iterable[Offer], flag: int, message: ChangeMessage) -> None:
    """Write what was done into the history that the page of each offer's kind shows."""
    rows = [kind_of(offer.kind).model(pk=offer.pk, name=offer.name) for offer in offers]
    LogEntry.objects.log_actions(str(request.user.pk), rows, flag, message)
