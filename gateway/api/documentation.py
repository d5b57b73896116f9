"""The OpenAPI document and its pages; they need no key and load nothing from other hosts."""

from functools import cache
from typing import Any

import msgspec
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.request import Request

from gateway.api.views import OpenView


class SchemaView(OpenView):
    """The OpenAPI document, generated once per process."""

    schema = None

    def get(self, request: Request) -> HttpResponse:
        """Return the document as JSON."""
        return HttpResponse(schema_json(), content_type="application/vnd.oai.openapi+json")


class DocumentationView(SpectacularSwaggerView):
    """Swagger UI for the document."""

    schema = None
    # DRF's answer to OPTIONS would need a serializer.
    http_method_names = ("get", "head")
    url_name = "schema"


@cache
def schema_json() -> bytes:
    """Return the OpenAPI 3.1 document."""
    generator: Any = SchemaGenerator
    return msgspec.json.encode(generator().get_schema(request=None, public=True))
