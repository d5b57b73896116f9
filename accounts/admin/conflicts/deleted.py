"""Keep what was entered into a form whose object has been deleted meanwhile."""

from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.admin.conflicts.comparison import Comparison
from accounts.admin.conflicts.history import deletion_of
from accounts.admin.conflicts.merge import as_new_rows
from accounts.admin.conflicts.version import TOKEN, Version, read_token
from accounts.admin.keys import is_key

if TYPE_CHECKING:
    _Page = admin.ModelAdmin[Any]
else:
    _Page = object

CONFLICT: Final = 409
# The hidden field of a form that creates the deleted object again.
AS_NEW: Final = "_as_new"
_NOTICE: Final = "awase_deletion"


class KeptEntries(_Page):
    """Answer a form of a deleted object with the same entries, in a form that creates it again.

    Where the page that adds has other fields, or the person may not add, the entries are listed.
    """

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; while it shows kept entries it is not valid, so that nothing is saved unasked."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        notices: list[str] | None = getattr(request, _NOTICE, None)
        return form if notices is None else _refusing(form, notices)

    def entries_of_deleted(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """Return the entries, or create the object again if that was asked for; None if it is not deleted."""
        key = unquote(object_id)
        if not is_key(key):
            return None
        opened = read_token(request.POST.get(TOKEN, ""), f"{self.opts.label_lower}:{key}")
        rows = self.model._base_manager.filter(pk=key)  # noqa: SLF001 (Django's model API)
        if opened is None or not self.has_change_permission(request) or rows.exists():
            return None
        notice = _notice(self.model, key, opened)
        if not self._can_add_again(request, opened):
            return self._listed(request, opened, notice)
        if AS_NEW in request.POST:
            name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_add"
            return HttpResponseRedirect(reverse(name), preserve_request=True)
        cast(Any, request).POST = as_new_rows(request.POST, self.unbound_formsets(request, self.model()))
        setattr(request, _NOTICE, [notice, _("Your entries are kept. Save them to create it again.")])
        context = {"opened_version": request.POST[TOKEN], "as_new": AS_NEW, "title": _title()}
        response: HttpResponse = super().changeform_view(request, None, "", context)
        response.status_code = CONFLICT
        return response

    def unbound_formsets(self, request: HttpRequest, row: Model) -> list[Any]:
        """Return the rows below the form as they are stored; not those that cannot be edited."""
        raise NotImplementedError

    def _can_add_again(self, request: HttpRequest, opened: Version) -> bool:
        return self.has_add_permission(request) and opened.fields.keys() <= (
            self.get_form(request, None, change=False).base_fields.keys()
        )

    def _listed(self, request: HttpRequest, opened: Version, notice: str) -> HttpResponse:
        form = self.get_form(request, self.model(), change=True)()
        known = [one for one in self.unbound_formsets(request, self.model()) if one.prefix in opened.rows]
        entered = Version.posted(form, known, request.POST)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _title(),
            "notice": notice,
            "differences": Comparison(opened, opened, entered).differences(form, known),
        }
        return TemplateResponse(request, "admin/accounts/deleted.html", context, status=CONFLICT)


def _title() -> str:
    return _("Deleted in the meantime")


def _notice(model: type[Model], key: str, opened: Version) -> str:
    """Return that the object was deleted, by whom and when if it was deleted in the admin."""
    deletion = deletion_of(model, key, opened.at)
    words = {"kind": model._meta.verbose_name}  # noqa: SLF001 (Django's documented model API)
    if deletion.at is None:
        text = _("Nothing was saved: this %(kind)s was deleted by another page, an import or the API.")
        return text % words
    time = date_format(localtime(deletion.at), "DATETIME_FORMAT")
    text = _("Nothing was saved: this %(kind)s was deleted by %(name)s (%(time)s).")
    return text % {**words, "name": deletion.by, "time": time}


def _refusing(form: Any, notices: list[str]) -> Any:
    """Return a form with the same fields that is never valid."""

    class RefusingForm(form):  # type: ignore[misc] # the class is not known before
        """Says why nothing is saved."""

        def full_clean(self) -> None:
            """Check all entries, and add the notices."""
            super().full_clean()
            if self.is_bound:
                self.add_error(None, notices)

    return RefusingForm
