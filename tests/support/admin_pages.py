"""The admin's pages, by model."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import reverse

import config.urls  # noqa: F401 (the admin's pages are found with the URLs)
from accounts.models import User

Model = type[models.Model]
# Not those of the kind of offer that the tests install: `build_shop` has none.
MODELS = sorted(
    (model for model in admin.site._registry if not model.__module__.startswith("tests.")),
    key=lambda model: model._meta.label,
)


def page(model: Model, name: str, *arguments: int) -> str:
    """Return the address of a page of the model, such as its `changelist` or `change`."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=arguments)


def owner_request() -> HttpRequest:
    """Return a request of the superuser."""
    request = RequestFactory().get("/admin/")
    request.user = User.objects.get(username="owner")
    return request


def first_row(model: Model) -> models.Model:
    """Return the first row that the model's list can show."""
    row = admin.site._registry[model].get_queryset(owner_request()).order_by("pk").first()
    assert isinstance(row, model)
    return row
