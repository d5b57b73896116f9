"""The OpenAPI description and its pages: no key, nothing fetched from elsewhere."""

from functools import cache
from typing import Any

import msgspec
from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.request import Request

from gateway.api.views import OpenView


class SchemaView(OpenView):
    """The description, generated once per process: nothing in it changes while it runs."""

    schema = None

    def get(self, request: Request) -> HttpResponse:
        """Answer the description as JSON."""
        return HttpResponse(schema_json(), content_type="application/vnd.oai.openapi+json")


class DocumentationView(SpectacularSwaggerView):
    """Swagger UI over the description."""

    schema = None
    # What DRF would answer to OPTIONS needs a serializer.
    http_method_names = ("get", "head")
    url_name = "schema"


@cache
def schema_json() -> bytes:
    """Return the OpenAPI 3.1 document."""
    generator: Any = SchemaGenerator
    return msgspec.json.encode(generator().get_schema(request=None, public=True))
