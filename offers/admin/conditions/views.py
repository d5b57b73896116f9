"""What the builder of conditions asks meanwhile: the sentence, the customers who fit, suggestions."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from engine.conditions.tree.tree import Tree, TreeError, encode
from offers.admin.conditions.errors import error_text
from offers.admin.conditions.reading import read_text
from offers.admin.conditions.suggestions import SUGGESTIONS, suggest
from offers.admin.conditions.widget import ALL_ABOUTS
from offers.services.condition_text import sentence_of
from offers.services.fitting import Fit, count_fitting, shopper_part

ALL = 100
# Who may see one of what has conditions may have them said.
PERMISSIONS = ("offers.view_offer", "offers.change_offer", "offers.add_offer")
# Who may see customers may also see how many fit, and what they answered.
CUSTOMERS = "offers.view_customer"
ABOUT_CUSTOMERS = frozenset({"survey", "question", "answer"})


@require_POST
def sentence_view(request: HttpRequest) -> JsonResponse:
    """Answer the sentence of the posted tree, or what is wrong with it and where."""
    _refuse_strangers(request)
    try:
        tree = _posted_tree(request)
    except TreeError as error:
        errors = [{"place": error.place, "text": error_text(error)}]
        return JsonResponse(
            {"sentence": _("Complete the conditions to see them as a sentence."), "errors": errors}
        )
    sentence = _("For all shoppers") if tree is None else sentence_of(encode(tree))
    return JsonResponse({"sentence": sentence, "errors": []})


@require_POST
def count_view(request: HttpRequest) -> JsonResponse:
    """Answer how many customers fit the posted tree, in words; nothing where they cannot be counted."""
    _refuse_strangers(request)
    try:
        tree = _posted_tree(request)
    except TreeError:
        tree = None
    part = None if tree is None else shopper_part(tree)
    if part is None or not request.user.has_perm(CUSTOMERS):
        return JsonResponse({"text": ""})
    return JsonResponse({"text": fit_text(count_fitting(part, at=now()))})


def fit_text(fit: Fit) -> str:
    """Return how many customers fit, and the date of what is known of them."""
    known = {"count": number_format(fit.count, force_grouping=True), "percent": fit.percent}
    if fit.percent < ALL:
        words = ngettext(
            "At least %(count)s customer fits the conditions on the customer (%(percent)s%% counted).",
            "At least %(count)s customers fit the conditions on the customer (%(percent)s%% counted).",
            fit.count,
        )
    else:
        words = ngettext(
            "%(count)s customer fits the conditions on the customer.",
            "%(count)s customers fit the conditions on the customer.",
            fit.count,
        )
    if fit.facts_at is None:
        return words % known
    return _("%(fit)s Customer data: %(date)s") % {
        "fit": words % known,
        "date": date_format(localtime(fit.facts_at), "DATETIME_FORMAT"),
    }


@require_GET
def suggestions_view(request: HttpRequest, source: str) -> JsonResponse:
    """Answer the texts that begin with what was typed, as the admin's autocomplete reads them."""
    _refuse_strangers(request)
    if source not in SUGGESTIONS:
        raise Http404
    if source in ABOUT_CUSTOMERS and not request.user.has_perm(CUSTOMERS):
        raise PermissionDenied
    found = suggest(source, request.GET.get("term", ""), request.GET)
    results = [{"id": text, "text": text} for text in found]
    return JsonResponse({"results": results, "pagination": {"more": False}})


def _posted_tree(request: HttpRequest) -> Tree | None:
    return read_text(request.POST.get("tree", ""), ALL_ABOUTS)


def _refuse_strangers(request: HttpRequest) -> None:
    if not any(request.user.has_perm(permission) for permission in PERMISSIONS):
        raise PermissionDenied
