"""What the builder of conditions asks while somebody edits: the sentence, the customers who fit, suggestions."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from engine.conditions.tree.tree import Tree, TreeError, encode
from offers.admin.conditions.errors import error_text
from offers.admin.conditions.reading import read_text
from offers.admin.conditions.suggestions import SUGGESTIONS, suggest
from offers.admin.conditions.widget import ALL_ABOUTS
from offers.services.condition_text import sentence_of

# Who may see one of what has conditions may have them said.
PERMISSIONS = ("offers.view_offer", "offers.change_offer", "offers.add_offer")


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


@require_GET
def suggestions_view(request: HttpRequest, source: str) -> JsonResponse:
    """Answer the texts that begin with what was typed, as the admin's autocomplete reads them."""
    _refuse_strangers(request)
    if source not in SUGGESTIONS:
        raise Http404
    found = suggest(source, request.GET.get("term", ""))
    results = [{"id": text, "text": text} for text in found]
    return JsonResponse({"results": results, "pagination": {"more": False}})


def _posted_tree(request: HttpRequest) -> Tree | None:
    return read_text(request.POST.get("tree", ""), ALL_ABOUTS)


def _refuse_strangers(request: HttpRequest) -> None:
    if not any(request.user.has_perm(permission) for permission in PERMISSIONS):
        raise PermissionDenied
