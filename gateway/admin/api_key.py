"""API keys: created here, shown once, revoked permanently."""

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
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
from gateway.services.key import clean_origins, create_key, publish_key_ring, revoke_key

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[ApiKey]
else:
    _ModelForm = forms.ModelForm


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
        fields = ("name", "kind", "origins", "rate_per_minute")


@admin.register(ApiKey)
class ApiKeyAdmin(AwaseAdmin):
    """Keys of the REST API. A key is never deleted, so that its calls can always be traced."""

    form = ApiKeyForm
    list_display = ("name", "begins_with", "purpose", "rate_per_minute", "created_at", "state")
    list_filter = (("kind", ChoicesDropdownFilter), ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "prefix")
    search_help_text = gettext_lazy("Name or first characters")
    ordering = ("-created_at", "-pk")
    readonly_fields = ("begins_with", "created_at", "revoked_at")
    actions_detail = ("revoke",)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        # The key itself is kept only for the request that creates it.
        self._secrets: WeakKeyDictionary[HttpRequest, str] = WeakKeyDictionary()

    def get_fieldsets(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        fields: list[Any] = ["name", "kind", "origins", "rate_per_minute"]
        return [(None, {"fields": [*fields, *(self.readonly_fields if obj else ())]})]

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        return (*self.readonly_fields, "kind") if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("starts with"))
    def begins_with(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

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
        if change:
            super().save_model(request, obj, form, change)
            publish_key_ring()
            return
        key, self._secrets[request] = create_key(
            name=obj.name, kind=obj.kind, origins=obj.origins, rate_per_minute=obj.rate_per_minute
        )
        obj.pk, obj.prefix, obj.digest, obj.created_at = key.pk, key.prefix, key.digest, key.created_at

    def response_add(self, request: HttpRequest, obj: ApiKey, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the key once: it is stored nowhere, not even in a message."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("New API key"),
            "key": obj,
            "secret": self._secrets.pop(request),
        }
        # Admin pages are never cached, so the key is not either.
        return TemplateResponse(request, "admin/gateway/new_key.html", context)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.revoke_view)
        return [
            path("<int:key_pk>/revoke/confirm/", view, name="gateway_apikey_confirm"),
            *super().get_urls(),
        ]

    @page_action(description=gettext_lazy("Revoke"), icon="key_off", permission="change")
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the confirmation page."""
        return redirect("admin:gateway_apikey_confirm", object_id)

    def revoke_view(self, request: HttpRequest, key_pk: int) -> HttpResponse:
        """Ask for confirmation, then revoke."""
        key = get_object_or_404(ApiKey, pk=key_pk)
        if not self.has_change_permission(request, key):
            raise PermissionDenied
        page = reverse("admin:gateway_apikey_change", args=[key.pk])
        if request.method == "POST":
            if revoke_key(key=key, at=now()):
                self.log_change(request, key, said(gettext_noop("Revoked.")))
                messages.success(request, _("The key “%(name)s” was revoked.") % {"name": key.name})
            else:
                messages.info(request, _("The key “%(name)s” was already revoked.") % {"name": key.name})
            return redirect(page)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Revoke this key?"),
            "key": key,
            "page": page,
        }
        return TemplateResponse(request, "admin/gateway/revoke_key.html", context)
