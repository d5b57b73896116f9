"""Refuse to delete what was changed after its deletion was asked about."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from accounts.admin.conflicts.deleted import CONFLICT
from accounts.admin.conflicts.locks import lock_rows
from accounts.admin.conflicts.saving import GuardedSaves, replace_posted
from accounts.admin.conflicts.version import TOKEN
from accounts.admin.keys import is_key

_SALT = "accounts.admin.conflicts.deletion"


class GuardedDeletions(GuardedSaves):
    """Deletions that ask again if what they delete, or what goes with it, is not what the page showed."""

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Compare what is there with what the confirmation page showed, in the transaction that deletes."""
        # Django asks for confirmation if nothing was posted.
        if not request.POST:
            return super().delete_view(request, object_id, extra_context)
        with transaction.atomic():
            row = self.get_object(request, unquote(object_id))
            if row is None or self._is_as_shown(request, [row.pk]):
                return super().delete_view(request, object_id, extra_context)
            replace_posted(request, QueryDict())
            response = super().delete_view(request, object_id, {**(extra_context or {}), "is_outdated": True})
            response.status_code = CONFLICT
            return response

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Let the confirmation page carry what it shows."""
        token = self._token([context["object"]], context["deleted_objects"])
        return super().render_delete_form(request, {**context, "opened_version": token})

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Ask again if the selected rows are not what the confirmation page showed."""
        if request.POST.get("action") != "delete_selected":
            return super().response_action(request, queryset, *args, **kwargs)
        with transaction.atomic():
            if "post" in request.POST:
                keys = request.POST.getlist(ACTION_CHECKBOX_NAME)
                chosen = queryset.filter(pk__in=[key for key in keys if is_key(key)])
                if not self._is_as_shown(request, list(chosen.values_list("pk", flat=True))):
                    self._ask_again(request)
            response = super().response_action(request, queryset, *args, **kwargs)
            context = getattr(response, "context_data", None) or {}
            if "deletable_objects" in context:
                context["opened_version"] = self._token(context["queryset"], context["deletable_objects"][0])
            return response

    def _ask_again(self, request: HttpRequest) -> None:
        data = request.POST.copy()
        del data["post"]
        replace_posted(request, data)
        words = _("What you selected was changed in the meantime. Nothing was deleted: look again.")
        self.message_user(request, words, messages.WARNING)

    def _is_as_shown(self, request: HttpRequest, keys: Iterable[Any]) -> bool:
        """Return whether these rows, locked from now on, are what the confirmation page showed."""
        chosen = list(keys)
        lock_rows(self.model, chosen)
        rows = self.model._default_manager.filter(pk__in=chosen)  # noqa: SLF001 (Django's model API)
        deleted, *_rest = self.get_deleted_objects(rows, request)
        return request.POST.get(TOKEN) == self._token(rows, deleted)

    def _token(self, rows: Iterable[Any], deleted: Any) -> str:
        """Return a signature of the rows, of what is deleted with them and of what else is affected."""
        # Rows without an order of their own come in another one once they were changed.
        seen = repr([self.seen_of_deletion(sorted(rows, key=lambda row: row.pk)), sorted(_names(deleted))])
        return signing.Signer(salt=_SALT).sign(hashlib.sha256(seen.encode()).hexdigest())

    def seen_of_deletion(self, rows: list[Any]) -> list[Any]:
        """Return what somebody should know who deletes these rows: the values that people enter."""
        columns = [
            one for one in self.opts.concrete_fields if one.editable and one.name not in self.follows_stored
        ]
        return [[column.value_to_string(row) for column in columns] for row in rows]


def _names(deleted: Iterable[Any]) -> Iterator[str]:
    """Yield what is deleted, from Django's nested lists."""
    for one in deleted:
        if isinstance(one, list):
            yield from _names(one)
        else:
            yield str(one)
