"""API keys: created here, shown once, revoked permanently."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.history import said
from catalog.admin.base import AwaseAdmin
from catalog.admin.columns import labelled, page_action
from gateway.models import ApiKey, ApiKeyKind
from gateway.services.key import (
    clean_origins,
    create_key,
    publish_key_ring,
    replace_signing_secret,
    revoke_key,
    secret_of,
)

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[ApiKey]
else:
    _ModelForm = forms.ModelForm


_UNPROVEN = gettext_lazy(
    "With this key, a page can name any customer without proof: anyone who reads the key can see the offers "
    "of a customer whose ID they know, and decline offers on their behalf."
)


class OriginsField(forms.CharField):
    """Origins, one per line."""

    def prepare_value(self, value: Any) -> Any:
        """Return a list as lines of text."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """Return the origins as browsers send them."""
        try:
            return clean_origins(super().clean(value).split())
        except ValidationError as error:
            raise ValidationError(error.messages) from error


class ApiKeyForm(_ModelForm):
    """The name of a key and what it may do."""

    origins = OriginsField(
        label=gettext_lazy("Origins"),
        required=False,
        help_text=gettext_lazy(
            "For publishable keys only: the origins that may use the key, one per line, for example "
            "https://shop.example. Empty: any origin."
        ),
        widget=UnfoldAdminTextareaWidget({"rows": 3}),
    )

    class Meta:
        model = ApiKey
        fields = (
            *("name", "kind", "origins", "rate_per_minute"),
            *("visitor_rate_per_minute", "customers_by_token"),
        )


@admin.register(ApiKey)
class ApiKeyAdmin(AwaseAdmin):
    """Keys of the REST API. A key is never deleted, so that its calls can always be traced."""

    form = ApiKeyForm
    list_display = ("name", "begins_with", "purpose", "customers", "rate_per_minute", "created_at", "state")
    list_filter = (("kind", ChoicesDropdownFilter), ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "prefix")
    search_help_text = gettext_lazy("Name or first characters")
    ordering = ("-created_at", "-pk")
    readonly_fields = ("begins_with", "signing_begins_with", "created_at", "revoked_at")
    actions_detail = ("replace_secret", "revoke")

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # The key itself is kept only for the request that creates it.
        self._secrets: WeakKeyDictionary[HttpRequest, str] = WeakKeyDictionary()

    def get_fieldsets(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return [(None, {"fields": [*ApiKeyForm.Meta.fields, *(self.readonly_fields if obj else ())]})]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return (*self.readonly_fields, "kind") if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("starts with"))
    def begins_with(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

    @admin.display(description=gettext_lazy("signing secret starts with"), empty_value="–")
    def signing_begins_with(self, key: ApiKey) -> str | None:
        return f"{key.signing_name}…" if key.signing_name else None

    @labelled(
        description=gettext_lazy("customers"),
        colours={"token": "success", "id": "danger"},
        ordering="customers_by_token",
    )
    def customers(self, key: ApiKey) -> tuple[str, str] | None:
        if key.kind != ApiKeyKind.PUBLISHABLE:
            return None
        return ("token", _("by token")) if key.customers_by_token else ("id", _("by ID, without proof"))

    @labelled(
        description=gettext_lazy("kind"),
        colours={ApiKeyKind.SECRET: "warning", ApiKeyKind.PUBLISHABLE: "info"},
        ordering="kind",
    )
    def purpose(self, key: ApiKey) -> tuple[str, str]:
        return key.kind, _("secret") if key.kind == ApiKeyKind.SECRET else _("publishable")

    @labelled(description=gettext_lazy("state"), colours={"valid": "success", "revoked": "danger"})
    def state(self, key: ApiKey) -> tuple[str, str]:
        return ("revoked", _("revoked")) if key.revoked_at else ("valid", _("valid"))

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Create a new key through its service; publish a change to the workers in the key ring."""
        if obj.kind == ApiKeyKind.PUBLISHABLE and not obj.customers_by_token:
            messages.warning(request, _UNPROVEN)
        if change:
            super().save_model(request, obj, form, change)
            transaction.on_commit(publish_key_ring)
            return
        key, self._secrets[request] = create_key(
            **{field: getattr(obj, field) for field in ApiKeyForm.Meta.fields}
        )
        obj.pk, obj.prefix, obj.digest, obj.created_at = key.pk, key.prefix, key.digest, key.created_at
        obj.signing_name = key.signing_name

    def response_add(self, request: HttpRequest, obj: ApiKey, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the key once: it is stored nowhere, not even in a message."""
        context = {"secret": self._secrets.pop(request), "signing_secret": secret_of(obj)}
        return self._page(request, "new_key", _("New API key"), obj, context)

    def get_urls(self) -> list[Any]:
        revoke, replace = map(self.admin_site.admin_view, (self.revoke_view, self.replace_secret_view))
        return [
            path("<int:key_pk>/revoke/confirm/", revoke, name="gateway_apikey_confirm"),
            path("<int:key_pk>/secret/confirm/", replace, name="gateway_apikey_confirm_secret"),
            *super().get_urls(),
        ]

    @page_action(
        description=gettext_lazy("Replace signing secret"), icon="sync_lock", permission="replace_secret"
    )
    def replace_secret(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the page that asks how."""
        return redirect("admin:gateway_apikey_confirm_secret", object_id)

    def has_replace_secret_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offer it for publishable keys only."""
        key = None if object_id is None else self.get_object(request, str(object_id))
        return bool(key and key.signing_name) and self.has_change_permission(request, key)

    def replace_secret_view(self, request: HttpRequest, key_pk: int) -> HttpResponse:
        """Ask whether the old secret has leaked, then replace it and show the new one once."""
        key = get_object_or_404(ApiKey, pk=key_pk, kind=ApiKeyKind.PUBLISHABLE)
        if not self.has_change_permission(request, key):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, "replace_secret", _("Replace the signing secret?"), key)
        has_leaked = request.POST.get("has_leaked") == "on"
        try:
            secret = replace_signing_secret(key=key, at=now(), has_leaked=has_leaked)
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return self._page(request, "replace_secret", _("Replace the signing secret?"), key)
        self.log_change(request, key, said(gettext_noop("Signing secret replaced.")))
        context = {"signing_secret": secret}
        return self._page(request, "new_key", _("New signing secret"), key, context)

    @page_action(description=gettext_lazy("Revoke"), icon="key_off", permission="change")
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the confirmation page."""
        return redirect("admin:gateway_apikey_confirm", object_id)

    def revoke_view(self, request: HttpRequest, key_pk: int) -> HttpResponse:
        """Ask for confirmation, then revoke."""
        key = get_object_or_404(ApiKey, pk=key_pk)
        if not self.has_change_permission(request, key):
            raise PermissionDenied
        if request.method == "POST":
            if revoke_key(key=key, at=now()):
                self.log_change(request, key, said(gettext_noop("Revoked.")))
                messages.success(request, _("The key “%(name)s” was revoked.") % {"name": key.name})
            else:
                messages.info(request, _("The key “%(name)s” was already revoked.") % {"name": key.name})
            return redirect("admin:gateway_apikey_change", key.pk)
        return self._page(request, "revoke_key", _("Revoke this key?"), key)

    def _page(
        self, request: HttpRequest, name: str, title: str, key: ApiKey, more: Mapping[str, Any] | None = None
    ) -> HttpResponse:
        """Return a page about a key. Admin pages are never cached, so no secret is either."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "key": key,
            "page": reverse("admin:gateway_apikey_change", args=[key.pk]),
            **(more or {}),
        }
        return TemplateResponse(request, f"admin/gateway/{name}.html", context)
