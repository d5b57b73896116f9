"""Who may edit an offer may edit every kind of it: one set of permissions for all of them."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

if TYPE_CHECKING:
    _Permissions = admin.options.BaseModelAdmin[Any]
else:
    _Permissions = object


class OfferPermissions(_Permissions):
    """The permissions of offers, for the pages of their kinds and the rows below them."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may view offers."""
        return request.user.has_perm("offers.view_offer") or self.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, *_parent: Any) -> bool:
        """Return whether the person may add offers."""
        return request.user.has_perm("offers.add_offer")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may change offers."""
        return request.user.has_perm("offers.change_offer")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may delete offers."""
        return request.user.has_perm("offers.delete_offer")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether the person meets offers at all."""
        return self.has_view_permission(request)


class OfferRowPermissions(OfferPermissions):
    """A row below an offer is part of the offer: who may change the one may write and take away the other."""

    def has_add_permission(self, request: HttpRequest, *_parent: Any) -> bool:
        """Return whether the person may add rows."""
        return request.user.has_perm("offers.change_offer") or request.user.has_perm("offers.add_offer")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may change rows; while an offer is added, its adder may."""
        return self.has_add_permission(request) if obj is None else super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may take rows away."""
        return self.has_change_permission(request, obj)
