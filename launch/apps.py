"""The launch application."""

from django.apps import AppConfig


class LaunchConfig(AppConfig):
    """The commands that set up and run a shop on one machine."""

    name = "launch"
