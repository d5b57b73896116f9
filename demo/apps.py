"""The demo application."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """A storefront page, and the command that starts everything."""

    name = "demo"
