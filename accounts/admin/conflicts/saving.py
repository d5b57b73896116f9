"""Refuse to save an outdated form, and compare it with what is stored now."""

from typing import Any, ClassVar, cast

from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.admin.conflicts.comparison import Comparison, has_conflict
from accounts.admin.conflicts.deleted import CONFLICT, KeptEntries
from accounts.admin.conflicts.history import last_change
from accounts.admin.conflicts.locks import lock_rows
from accounts.admin.conflicts.merge import ASKED, TAKE, put_entry, with_choices
from accounts.admin.conflicts.version import TOKEN, Version, read_token
from accounts.admin.keys import is_key


class GuardedSaves(KeptEntries):
    """Forms and editable lists that refuse to overwrite what was stored after they were opened.

    Each form carries the version that it was opened with. Under a lock on the rows, that version is compared
    with what is stored; whoever is second sees both and chooses. `follows_stored` are columns that other
    systems change all day: a form that leaves them alone does not conflict with them, and keeps them as
    they are stored.
    """

    follows_stored: ClassVar[tuple[str, ...]] = ()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Let the form carry the version that it shows."""
        row = kwargs.get("obj")
        if row is not None and self.has_change_permission(request, row):
            context["opened_version"] = request.POST.get(TOKEN) or Version.of(
                context["adminform"].form,
                [one.formset for one in context["inline_admin_formsets"] if one.has_change_permission],
                _seconds(),
            ).token(_name(row))
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Compare a posted form with what is stored before Django saves it, in one transaction."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            refused = self._conflict_of_form(request, object_id)
            refused = refused or self.entries_of_deleted(request, object_id)
            return refused or super().changeform_view(request, object_id, form_url, extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Compare an edited list with what is stored before Django saves it, in one transaction."""
        if request.method == "POST" and "_save" in request.POST and self.has_change_permission(request):
            with transaction.atomic():
                return self._conflict_of_list(request) or super().changelist_view(request, extra_context)
        response: Any = super().changelist_view(request, extra_context)
        listed: ChangeList | None = (getattr(response, "context_data", None) or {}).get("cl")
        if listed is not None and listed.formset is not None:
            token = Version.of(None, [listed.formset], _seconds()).token(self._list_name())
            response.context_data["opened_version"] = token
        return response

    def _conflict_of_form(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_change_permission(request, row):
            return None
        lock_rows(type(row), [row.pk])
        for formset in self.unbound_formsets(request, row):
            lock_rows(formset.model, [one.instance.pk for one in formset.initial_forms])
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return None
        form = self.get_form(request, row, change=True)(instance=row)
        formsets = self.unbound_formsets(request, row)
        return self._check(request, form, formsets, row)

    def _conflict_of_list(self, request: HttpRequest) -> HttpResponse | None:
        formset_class = self.get_changelist_formset(request)
        opened = read_token(request.POST.get(TOKEN, ""), self._list_name())
        prefix = formset_class.get_default_prefix()
        nothing = formset_class(queryset=self.model._default_manager.none())  # noqa: SLF001 (Django's model API)
        posted = Version.posted(None, [nothing], request.POST).rows[prefix]
        shown = opened.rows.get(prefix, {}) if opened else {}
        keys = [key for key in {**shown, **posted} if is_key(key)]
        rows: QuerySet[Any] = self.get_queryset(request).filter(pk__in=keys)
        lock_rows(self.model, keys)
        return self._check(request, None, [formset_class(queryset=rows.order_by("pk"))], None)

    def unbound_formsets(self, request: HttpRequest, row: Model) -> list[Any]:
        """Return the rows below the form as they are stored; not those that cannot be edited."""
        found = []
        prefixes: dict[str, int] = {}
        for formset_class, inline in self.get_formsets_with_inlines(request, row):
            prefix = formset_class.get_default_prefix()
            prefixes[prefix] = prefixes.get(prefix, 0) + 1
            if prefixes[prefix] > 1:
                prefix = f"{prefix}-{prefixes[prefix]}"
            if inline.has_change_permission(request, row):
                kwargs: dict[str, Any] = self.get_formset_kwargs(request, row, inline, prefix)
                bound = {"data", "files", "save_as_new"}
                found.append(
                    formset_class(**{name: value for name, value in kwargs.items() if name not in bound})
                )
        return found

    def _check(
        self, request: HttpRequest, form: Any, formsets: list[Any], row: Model | None
    ) -> HttpResponse | None:
        """Return the page that compares the versions, None where the form may be saved."""
        name = self._list_name() if row is None else _name(row)
        opened = read_token(request.POST.get(TOKEN, ""), name)
        stored = Version.of(form, formsets, _seconds())
        entered = Version.posted(form, formsets, request.POST)
        if ASKED in request.POST and opened and (opened.fields, opened.rows) == (stored.fields, stored.rows):
            replace_posted(request, with_choices(request.POST, stored, formsets))
            return None
        if opened is not None:
            self._follow(request, opened, stored, entered)
        if not has_conflict(opened, stored, entered):
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Changed in the meantime"),
            "object": row,
            "opened": opened,
            "differences": Comparison(opened, stored, entered).differences(form, formsets),
            "last_change": row and last_change(row, opened.at if opened else 0),
            "hidden": _without_own(request),
            "token": stored.token(name),
        }
        return TemplateResponse(request, "admin/accounts/conflict.html", context, status=CONFLICT)

    def _follow(self, request: HttpRequest, opened: Version, stored: Version, entered: Version) -> None:
        """Take the stored value of columns that the form leaves alone and others change all day."""
        for name in self.follows_stored:
            if name in stored.fields and entered.fields[name] == opened.fields.get(name):
                data = request.POST.copy()
                put_entry(data, name, stored.fields[name])
                replace_posted(request, data)
                entered.fields[name] = stored.fields[name]

    def _list_name(self) -> str:
        return self.opts.label_lower


def replace_posted(request: HttpRequest, data: QueryDict) -> None:
    """Let Django read this instead of what was posted."""
    cast(Any, request).POST = data


def _name(row: Model) -> str:
    """Return what a token is valid for: this row and no other."""
    return f"{row._meta.label_lower}:{row.pk}"  # noqa: SLF001 (Django's documented model API)


def _seconds() -> int:
    return int(now().timestamp())


def _without_own(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was posted, without what the comparison page posts itself."""
    own = {TOKEN, ASKED, "csrfmiddlewaretoken"}
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in own and not name.startswith(TAKE)
        for value in values
    ]
