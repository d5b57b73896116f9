"""How a kind of offer is installed: as a Django app of its own, listed in INSTALLED_APPS."""

from importlib import import_module
from typing import Any, ClassVar

from django.apps import AppConfig, apps
from django.db.models import BaseConstraint


class KindConfig(AppConfig):
    """The app of one kind: what has to be known before any model exists.

    `code` is the kind in the database and in the API, `verbose_name` its name in a list. Django finds its
    models and its admin pages as it does those of any app; its module `kind` registers what it can do.
    """

    # Django installs the one class of a module `apps` that is not taken out like this.
    default = False

    code: ClassVar[str]
    # Rules on the table of all offers. They are part of the migrations of `offers`: a kind that is not
    # maintained together with it puts rules on tables of its own.
    offer_rules: ClassVar[tuple[BaseConstraint, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.default = True

    def ready(self) -> None:
        """Register the kind: its models exist now."""
        import_module(f"{self.name}.kind")


def installed_kinds() -> list[KindConfig]:
    """Return the apps of the installed kinds, in the order of INSTALLED_APPS."""
    return [app for app in apps.get_app_configs() if isinstance(app, KindConfig)]


def kind_choices() -> list[tuple[str, Any]]:
    """Return the codes and names of the installed kinds, for a model's column."""
    return [(kind.code, kind.verbose_name) for kind in installed_kinds()]


def offer_rules() -> list[BaseConstraint]:
    """Return what the installed kinds demand of the table of all offers."""
    return [rule for kind in installed_kinds() for rule in kind.offer_rules]
