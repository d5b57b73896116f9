"""Every address of the admin, as the URL configuration defines them, and the forms on its pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.admin_pages import owner_request

PREFIX = "admin/"
PARAMETER = re.compile(r"<(?:\w+:)?\w+>")
# Regular expressions of Django's own: the list of an app, and what no other pattern matches.
REGEX = re.compile(r"\(\?P<\w+>[^)]*\)|[\^$\\]")
# What they send or show is a form's own: a file upload, a password.
CHOSEN = {"checkbox", "radio"}


def admin_routes() -> list[str]:
    """Return the pattern of every address, such as `admin/catalog/product/<path:object_id>/change/`."""
    return sorted({route for route in _routes(get_resolver(), "") if route.startswith(PREFIX)})


def _routes(resolver: URLResolver, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from _routes(pattern, route)


def has_parameter(route: str) -> bool:
    """Return whether the address names a row."""
    return PARAMETER.search(route) is not None


def address_of(route: str, key: object) -> str:
    """Return the address of a route with this key in place of its parameters."""
    return "/" + REGEX.sub("", PARAMETER.sub(str(key), route))


def folder_of(route: str) -> str:
    """Return what the routes of one model have in common: `admin/catalog/product`."""
    return "/".join(route.split("/")[:3])


def key_of(route: str) -> object:
    """Return the key of a row that the route's page can show; 1 if there is none."""
    for model, page in admin.site._registry.items():
        if folder_of(route) == f"{PREFIX}{model._meta.app_label}/{model._meta.model_name}":
            row = page.get_queryset(owner_request()).order_by("pk").first()
            return row.pk if row else 1
    return 1


@dataclass(slots=True)
class PageForm:
    """A form on a page: where it is sent, its fields as a browser would send them, and what can be chosen."""

    method: str
    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)


class _FormReader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._by_id: dict[str, PageForm] = {}
        self._name = self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(PageForm(given.get("method", "get").lower(), given.get("action", "")))
            self._by_id[given.get("id", "")] = self.forms[-1]
        elif self.forms:
            self._read(tag, given, self._by_id.get(given.get("form", "-"), self.forms[-1]))

    def _read(self, tag: str, given: dict[str, str], form: PageForm) -> None:
        name = given.get("name", "")
        if tag == "option" and self._tag == "select":
            form.options.setdefault(self._name, []).append(given.get("value", ""))
            if "selected" in given:
                form.fields[self._name].append(given.get("value", ""))
        elif name and tag in {"input", "select", "textarea"}:
            self._name, self._tag = name, tag
            values = form.fields.setdefault(name, [])
            if tag == "textarea":
                form.texts.add(name)
            if tag == "input" and not (given.get("type") in CHOSEN and "checked" not in given):
                values.append(given.get("value", ""))
            if name == "_selected_action":
                values.append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._tag == "textarea":
            self.forms[-1].fields[self._name].append(data.removeprefix("\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._tag:
            self._tag = ""


def read_forms(html: str) -> list[PageForm]:
    """Return the forms of a page, with one more row in each of its inline tables."""
    reader = _FormReader()
    reader.feed(html)
    for form in reader.forms:
        form.fields.pop("csrfmiddlewaretoken", None)
        _add_rows(form)
    return [form for form in reader.forms if form.fields]


def _add_rows(form: PageForm) -> None:
    for name in [name for name in form.fields if name.endswith("-TOTAL_FORMS")]:
        prefix, count = name.removesuffix("-TOTAL_FORMS"), form.fields[name][0]
        for row in [one for one in form.fields if one.startswith(f"{prefix}-__prefix__-")]:
            form.fields[row.replace("__prefix__", count)] = form.fields.pop(row)
            form.fields[name] = [str(int(count) + 1)]
