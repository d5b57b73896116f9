"""The URLs of the API's OpenAPI document."""

from django.urls import path

from gateway.api.documentation import DocumentationView, SchemaView

urlpatterns = [
    path("api/schema", SchemaView.as_view(), name="schema"),
    path("api/docs", DocumentationView.as_view(), name="docs"),
]
